/* SPDX-License-Identifier: MIT */
/* stoker db import - what is printed of a file is on the disk */
#include "db.h"

struct importing {
	struct db_args *args;
	struct import_counts counts;
	char **rows; /* JSON of each, in order; with --json alone */
	size_t n_rows;
	struct stk_error first; /* of those that could not be imported */
};

static void keep_row(struct importing *im, const struct ldb_import_row *row)
{
	char **grown = reallocarray(im->rows, im->n_rows + 1, sizeof(*grown));

	if (!grown)
		out_of_memory();
	im->rows = grown;
	grown[im->n_rows++] = json_db_import_row_text(row);
}

static int tell(void *data, const struct ldb_import_row *row)
{
	struct importing *im = data;

	if (row->error.code && !im->counts.failed++)
		im->first = row->error;
	im->counts.added += row->sha256 && row->is_new;
	im->counts.known += row->sha256 && !row->is_new;
	if (im->args->opt.json)
		keep_row(im, row);
	else if (row->sha256)
		text_db_import_row(stdout, row);
	if (row->error.code)
		say_error("db", &row->error);
	/* Whoever reads along may rely on it, also if we are killed next. */
	fflush(stdout);
	return 0;
}

static void finish(struct importing *im, const struct stk_error *err)
{
	const char *path = ldb_path(im->args->opened.db);

	if (im->args->opt.json)
		json_db_import(stdout, path, (const char *const *)im->rows, im->n_rows,
			    &im->counts, err);
	else
		text_db_import(stdout, path, &im->counts);
	for (size_t i = 0; i < im->n_rows; i++)
		free(im->rows[i]);
	free(im->rows);
}

int db_import(struct db_args *a, struct stk_error *err)
{
	struct importing im = { .args = a };
	int r = 0;

	for (size_t i = 0; !r && i < a->n_words; i++)
		r = ldb_import_path(a->opened.db, a->ctx, a->words[i], tell, &im, err);
	if (r < 0) {
		say_error("db", err);
	} else if (im.counts.failed) {
		*err = im.first;
		r = -err->code;
	}
	a->told = true;
	finish(&im, r ? err : NULL);
	return r;
}
