/* SPDX-License-Identifier: MIT */
/* inspect -r: a row a loader, and what is alike. */
#include "folder.h"
#include "render/render.h"

/* Take out what turned out to be something else. */
static void drop_others(struct folder *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_rows; i++) {
		if (f->rows[i].other) {
			folder_row_free(&f->rows[i]);
			f->n_other++;
		} else {
			f->rows[n++] = f->rows[i];
		}
	}
	f->n_rows = n;
}

static void count(const struct folder *f, struct folder_counts *ret)
{
	*ret = (struct folder_counts){ .others = f->n_other };
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct folder_row *row = &f->rows[i];

		ret->packs += row->pack;
		ret->loaders += !row->pack;
		ret->unusable += row->err != NULL;
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

/* One sentence for all files; what is no fault of a file is said as it is. */
static void judge(const struct folder *f, const struct folder_counts *c,
		  struct stk_error *ret)
{
	const struct stk_error *worst = worst_error(f);

	if (!worst)
		return;
	if (worst->origin != STK_ORIGIN_INPUT)
		*ret = *worst;
	else if (!f->n_unreadable)
		stk_fail(ret, STK_ORIGIN_INPUT, ENOEXEC, "unusable-loaders",
			 "%zu of %zu loaders cannot be used", c->unusable, c->loaders);
	else
		stk_fail(ret, STK_ORIGIN_INPUT, EACCES, "unreadable",
			 "%zu folders or files cannot be read, '%s' among them;"
			 " %zu of %zu loaders cannot be used",
			 f->n_unreadable, f->unreadable[0].path, c->unusable, c->loaders);
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
	drop_others(&folder);
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
