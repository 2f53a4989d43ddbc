/* SPDX-License-Identifier: MIT */
/* qualify --record: what was found out becomes a verdict in the loader database. */
#include "qualify.h"

int recorder_open(struct recorder *rec, const struct qualify_args *args,
		  struct stk_ctx *ctx, size_t most, struct stk_error *err)
{
	int r;

	rec->ctx = ctx;
	rec->rows = calloc(most, sizeof(*rec->rows));
	rec->evidence = calloc(most, sizeof(*rec->evidence));
	if (!rec->rows || !rec->evidence)
		out_of_memory();
	rec->list.item = rec->rows;
	/* Processes that are forked from here on leave the database alone. */
	r = opened_db_open(&args->common, ctx, false, &rec->opened, err);
	if (!r)
		rec->list.database = ldb_path(rec->opened.db);
	return r;
}

void recorder_close(struct recorder *rec)
{
	opened_db_close(&rec->opened);
	free(rec->rows);
	free(rec->evidence);
}

/* ---- the loader --------------------------------------------------------- */

struct importing {
	const char *sha256; /* of what was tried */
	bool found;
	struct stk_error err; /* code 0: nothing is wrong with it */
};

static int look_at_row(void *data, const struct ldb_import_row *row)
{
	struct importing *im = data;

	if (row->error.code)
		im->err = row->error;
	else
		im->found |= !strcmp(row->sha256, im->sha256);
	return 0;
}

static int import(struct recorder *rec, const char *path, const char *sha256,
		  struct stk_error *err)
{
	struct importing im = { .sha256 = sha256 };
	int r = ldb_import_path(rec->opened.db, rec->ctx, path, look_at_row, &im, err);

	if (!r && im.err.code) {
		*err = im.err;
		r = -err->code;
	}
	if (!r && !im.found)
		r = stk_fail(err, STK_ORIGIN_INPUT, ESTALE, "loader-changed",
			     "'%.300s' is no longer the file that was tried, %.12s: no verdict"
			     " was recorded", path, sha256);
	return r;
}

static int find_or_import(struct recorder *rec, const char *path, struct recorded *row,
			  const struct ldb_build **ret, struct stk_error *err)
{
	int r = ldb_build_find(rec->opened.db, row->sha256, ret, err);

	if (r != -ENOENT)
		return r;
	row->is_new = true;
	r = import(rec, path, row->sha256, err);
	return r ? r : ldb_build_find(rec->opened.db, row->sha256, ret, err);
}

/* ---- the verdict -------------------------------------------------------- */

int recorder_add(struct recorder *rec, const struct qualify_item *item,
		 const struct qualify_done *done, struct stk_error *err)
{
	const struct qualify_finding *f = &done->result.finding;
	char *digest = rec->evidence[rec->list.count];
	const char *text = done->text[FORM_JSON];
	const struct ldb_build *build = NULL;
	struct recorded row = {
		.path = item->path,
		.sha256 = f->sha256,
		.verdict = {
			.kind = done->result.state == QUALIFIED_GOOD ? LDB_GOOD : LDB_BAD,
			.chip = f->chip,
			.option_state = *f->option_state ? f->option_state : NULL,
			.host = f->host,
			.reason = f->reason,
			.source = "stoker qualify " PACKAGE_VERSION,
			.evidence_sha256 = digest,
			.evidence_name = "qualify.json",
		},
	};
	int r;

	if (done->result.state != QUALIFIED_GOOD && done->result.state != QUALIFIED_BAD)
		return 0;
	r = find_or_import(rec, item->path, &row, &build, err);
	if (!r)
		r = ldb_verdict_add(rec->opened.db, build->id, &row.verdict, text,
				    strlen(text), err);
	ldb_free(build);
	if (r < 0)
		return r;
	stk_sha256_hex(text, strlen(text), digest);
	rec->rows[rec->list.count++] = row;
	return 1;
}
