/* SPDX-License-Identifier: MIT */
/* inspect -r: a row a loader, and what is alike. */
#include "folder.h"
#include "render/render.h"

/* Take out what turned out to be something else, put in what packs hold. */
static void settle(struct folder *f)
{
	size_t room = f->n_rows, n = 0;
	struct folder_row *rows;

	for (size_t i = 0; i < f->n_rows; i++)
		room += f->rows[i].n_inner;
	rows = calloc(room + 1, sizeof(*rows));
	if (!rows)
		out_of_memory();
	for (size_t i = 0; i < f->n_rows; i++) {
		struct folder_row *row = &f->rows[i];

		if (row->other) {
			folder_row_free(row);
			f->n_other++;
			continue;
		}
		rows[n] = *row;
		if (row->n_inner)
			memcpy(&rows[n + 1], row->inner,
			       row->n_inner * sizeof(*row->inner));
		free(row->inner);
		rows[n].inner = NULL;
		rows[n].n_inner = 0;
		n += 1 + row->n_inner;
	}
	free(f->rows);
	f->rows = rows;
	f->n_rows = n;
}

static void count(const struct folder *f, struct folder_counts *ret)
{
	*ret = (struct folder_counts){ .others = f->n_other };
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct folder_row *row = &f->rows[i];

		ret->packs += row->pack;
		ret->loaders += !row->pack;
		ret->unusable += !row->pack && row->err;
		ret->unusable_packs += row->pack && row->err;
		for (size_t k = 0; k < ARRAY_SIZE(row->findings); k++)
			ret->findings[k] += row->findings[k];
	}
}

/* The first error of those that matter most; NULL: none. */
static const struct stk_error *worst_error(const struct folder *f)
{
	const struct stk_error *worst = f->n_unreadable ? f->unreadable[0].err : NULL;

	for (size_t i = 0; i < f->n_rows; i++) {
		const struct stk_error *e = f->rows[i].err;

		if (e && (!worst || (e->origin != worst->origin &&
				     exit_worst(e->origin, worst->origin) == e->origin)))
			worst = e;
	}
	return worst;
}

/* "3 of 184 loaders", "3 of 184 loaders and 1 of 2 packs" */
static void unusable(const struct folder_counts *c, char *ret, size_t len)
{
	size_t used = 0;

	if (c->unusable)
		used = (size_t)snprintf(ret, len, "%zu of %zu loaders", c->unusable,
					c->loaders);
	if (c->unusable_packs)
		snprintf(ret + used, len - used, "%s%zu of %zu packs",
			 used ? " and " : "", c->unusable_packs, c->packs);
}

/* One sentence for all files; what is no fault of a file is said as it is. */
static void judge(const struct folder *f, const struct folder_counts *c,
		  struct stk_error *ret)
{
	const struct stk_error *worst = worst_error(f);
	char text[160] = "";

	if (!worst)
		return;
	unusable(c, text, sizeof(text));
	if (worst->origin != STK_ORIGIN_INPUT)
		*ret = *worst;
	else if (!f->n_unreadable)
		stk_fail(ret, STK_ORIGIN_INPUT, ENOEXEC, "unusable-loaders",
			 "%s cannot be used", text);
	else
		stk_fail(ret, STK_ORIGIN_INPUT, EACCES, "unreadable",
			 "%zu folders or files cannot be read, '%s' among them%s%s%s",
			 f->n_unreadable, f->unreadable[0].path, text[0] ? "; " : "",
			 text, text[0] ? " cannot be used" : "");
}

static bool any_fails(const struct folder *f)
{
	for (size_t i = 0; i < f->n_rows; i++)
		if (f->rows[i].fails)
			return true;
	return false;
}

static void print_object(void *data, const char *text)
{
	size_t *printed = data;

	if (text)
		json_folder_file(stdout, text, (*printed)++);
}

enum stk_origin inspect_folder(const struct inspect_args *args, struct stk_ctx *ctx)
{
	struct folder folder = { .code = args->depth == INSPECT_DEEP };
	struct folder_counts counts;
	struct stk_error err = { 0 };
	size_t printed = 0;
	enum stk_origin origin;

	folder_collect(&folder, &args->common.args);
	if (args->common.json)
		json_folder_begin(stdout);
	folder_run(args, ctx, &folder, print_object, &printed);
	settle(&folder);
	folder_group(&folder);
	count(&folder, &counts);
	judge(&folder, &counts, &err);
	if (args->common.json)
		json_folder_end(stdout, &folder, &counts, &err);
	else
		text_folder(stdout, &folder, &counts);
	if (err.code)
		say_error("inspect", &err);
	origin = any_fails(&folder) ? STK_ORIGIN_LOADER : STK_ORIGIN_NONE;
	folder_free(&folder);
	return exit_worst(origin, err.origin);
}
