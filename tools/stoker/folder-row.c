/* SPDX-License-Identifier: MIT */
/* inspect -r: one file, and what is kept of it once its loader is closed. */
#include "folder.h"
#include "render/render.h"

/* Digits of a SHA-256 that fit a number: enough to tell functions apart. */
#define SHAPE_DIGITS 16

char *folder_keep(const char *s)
{
	char *copy = s ? strdup(s) : NULL;

	if (s && !copy)
		out_of_memory();
	return copy;
}

void folder_keep_error(struct folder_row *row, const struct stk_error *err)
{
	if (!err->code)
		return;
	row->err = malloc(sizeof(*row->err));
	if (!row->err)
		out_of_memory();
	*row->err = *err;
}

static uint64_t digest_of(const uint32_t *shape, size_t n)
{
	char hex[65];

	stk_sha256_hex(shape, n * sizeof(*shape), hex);
	hex[SHAPE_DIGITS] = '\0';
	return strtoull(hex, NULL, 16);
}

static int by_shape(const void *a, const void *b)
{
	const struct folder_function *x = a, *y = b;

	return (x->shape > y->shape) - (x->shape < y->shape);
}

static void keep_functions(struct folder_row *row, const struct stk_code_info *code)
{
	row->functions = calloc(code->n_functions + 1, sizeof(*row->functions));
	if (!row->functions)
		out_of_memory();
	for (size_t i = 0; i < code->n_functions; i++) {
		const struct stk_code_function *f = &code->functions[i];

		if (f->n_shape)
			row->functions[row->n_functions++] = (struct folder_function){
				digest_of(f->shape, f->n_shape), (uint32_t)f->n_shape
			};
	}
	qsort(row->functions, row->n_functions, sizeof(*row->functions), by_shape);
}

static void keep_info(const struct inspect_args *args, struct folder_row *row,
		      const struct stk_loader_info *info)
{
	const struct stk_device *d = info->device ? info->device : info->recovered;

	folder_keep_error(row, &info->error);
	row->format = folder_keep(info->format);
	row->sha256 = folder_keep(info->sha256);
	row->code_sha256 = folder_keep(info->code_sha256);
	row->table_sha256 = folder_keep(info->table_sha256);
	row->fails = inspect_fails(args, info);
	for (size_t i = 0; i < info->n_findings; i++)
		row->findings[info->findings[i].level]++;
	if (!d)
		return;
	row->device = folder_keep(d->name);
	row->start = d->start;
	row->size = d->size;
}

/* ELF files are made for many ends: one is a loader if a format says so. */
static bool is_loader(const struct folder_row *row, const struct stk_loader_info *info)
{
	return row->named || info->format || info->recovered;
}

void folder_keep_loader(const struct inspect_args *args, struct stk_ctx *ctx,
			struct folder_row *row, struct stk_loader *loader,
			const struct stk_error *err)
{
	const struct stk_code_info *code;

	if (!loader) {
		folder_keep_error(row, err);
		return;
	}
	keep_info(args, row, stk_loader_info(loader));
	if (args->depth == INSPECT_DEEP && !row->err &&
	    !stk_loader_code(ctx, loader, &code, NULL))
		keep_functions(row, code);
}

void folder_look(const struct inspect_args *args, struct stk_ctx *ctx,
		 struct folder_row *row, char **text)
{
	struct inspected file = { .path = row->path };
	struct stk_loader *loader = NULL;
	struct stk_error err = { 0 };

	*text = NULL;
	if (inspect_open(args, ctx, row->path, false, &loader, &err)) {
		/* The largest loader is far smaller than what is too large to read. */
		row->other = !row->named && err.code == EFBIG;
		file.err = &err;
	} else {
		file.info = stk_loader_info(loader);
		row->other = !is_loader(row, file.info);
	}
	if (!row->other)
		folder_keep_loader(args, ctx, row, loader, &err);
	if (args->common.json && !row->other)
		*text = json_loader_text(&file);
	stk_loader_close(loader);
}

void folder_row_free(struct folder_row *row)
{
	free(row->path);
	free(row->format);
	free(row->device);
	free(row->sha256);
	free(row->code_sha256);
	free(row->table_sha256);
	free(row->err);
	free(row->functions);
	for (size_t i = 0; i < row->n_inner; i++)
		folder_row_free(&row->inner[i]);
	free(row->inner);
}
