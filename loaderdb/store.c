/* SPDX-License-Identifier: MIT */
/* Bytes, known by their digest. */
#include "db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int fail_damaged(const struct ldb *db, const char *sha256, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_DATABASE, EUCLEAN, "damaged",
			"the loader database '%s' is damaged: the bytes that it keeps as %.64s"
			" are others; 'stoker db check' tells more",
			db->path, sha256);
}

/* 1: they are there, and are these; 0: they are not there. */
static int find_bytes(struct ldb *db, const char *sha256, const void *bytes, size_t len,
		      struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	const void *kept;
	size_t kept_len;
	int r = db_query(db, &rows, err, "SELECT data FROM bytes WHERE sha256 = ?", "s",
			 sha256);

	if (!r)
		r = db_next(rows, err);
	if (r <= 0)
		return r;
	kept = db_bytes(rows, 0, &kept_len);
	/* Whoever keeps an original relies on it: "known" must not be damaged. */
	if (kept_len != len || (len && (!kept || memcmp(kept, bytes, len))))
		return fail_damaged(db, sha256, err);
	return 1;
}

int db_keep(struct ldb *db, const void *bytes, size_t len, char ret_hex[65],
	    struct stk_error *err)
{
	char hex[65];
	int r;

	stk_sha256_hex(bytes, len, hex);
	r = find_bytes(db, hex, bytes, len, err);
	if (!r)
		r = db_run(db, err,
			   "INSERT INTO bytes (sha256, size, data) VALUES (?, ?, ?)"
			   " ON CONFLICT DO NOTHING",
			   "sib", hex, (int64_t)len, bytes, len);
	if (r < 0)
		return r;
	memcpy(ret_hex, hex, sizeof(hex));
	return 0;
}

int ldb_build_bytes(struct ldb *db, const char *sha256, void **ret, size_t *ret_len,
		    struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	const void *kept;
	char hex[65];
	size_t len;
	void *copy;
	int r = db_query(db, &rows, err, "SELECT data FROM bytes WHERE sha256 = ?", "s",
			 sha256);

	if (!r)
		r = db_next(rows, err);
	if (r < 0)
		return r;
	if (!r)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-bytes",
				"the loader database '%s' keeps no bytes %.64s", db->path,
				sha256);
	kept = db_bytes(rows, 0, &len);
	if (!kept)
		kept = "";
	stk_sha256_hex(kept, len, hex);
	if (strcmp(hex, sha256))
		return fail_damaged(db, sha256, err);
	copy = malloc(len ? len : 1);
	if (!copy)
		return stk_fail_nomem(err);
	memcpy(copy, kept, len);
	*ret = copy;
	*ret_len = len;
	return 0;
}
