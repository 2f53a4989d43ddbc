/* SPDX-License-Identifier: MIT */
/* A database of its own, with builds that only pins look at. */
#include "pin-rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void rig_open(struct rig *rig)
{
	struct ldb_options opt = { .size = sizeof(opt) };
	struct stk_error err = { 0 };

	memset(rig, 0, sizeof(*rig));
	strcpy(rig->folder, "/tmp/stoker-pin-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/loaders.db", rig->folder);
	ck_assert_msg(!stk_ctx_new(NULL, &rig->ctx, &err), "%s", err.msg);
	ck_assert_msg(!ldb_facts_open(NULL, &rig->facts, &err), "%s", err.msg);
	opt.path = rig->path;
	opt.facts = rig->facts;
	ck_assert_msg(!ldb_open(rig->ctx, &opt, &rig->db, &err), "%s", err.msg);
}

void rig_close(struct rig *rig)
{
	ldb_close(rig->db);
	ldb_facts_close(rig->facts);
	stk_ctx_free(rig->ctx);
	unlink(rig->path);
	rmdir(rig->folder);
}

const char *rig_sha256(char letter)
{
	static char hex[65];

	memset(hex, "0123456789abcdef"[letter - 'A'], 64);
	return hex;
}

void rig_add_build(struct rig *rig, const struct rig_build *b)
{
	const char name[] = { b->letter, '.', 's', 't', 'l', 'd', 'r', '\0' };
	struct stk_error err = { 0 };
	int r;

	r = db_run(rig->db, &err, "INSERT INTO bytes VALUES (?, 1, ?)", "sb",
		   rig_sha256(b->letter), &b->letter, (size_t)1);
	if (!r)
		r = db_run(rig->db, &err,
			   "INSERT INTO build (sha256, name, format, start, length, family,"
			   " first_seen) VALUES (?, ?, 'stldr',"
			   " CASE WHEN ?4 > 0 THEN ?3 END, nullif(?4, 0), ?5, 1)", "ssiis",
			   rig_sha256(b->letter), name, (int64_t)b->start, (int64_t)b->length,
			   b->family);
	ck_assert_msg(!r, "%s", err.msg);
}

int rig_pin(struct rig *rig, const char *tool, const char *range, const char *device,
	    char letter, int64_t *ret, struct stk_error *err)
{
	const struct ldb_pin pin = {
		.tool = tool, .range = range, .device = device,
		.sha256 = rig_sha256(letter), .why = "it works",
	};

	return ldb_pin_add(rig->db, &pin, ret, err);
}

void rig_good(struct rig *rig, char letter, const char *chip, const char *host)
{
	const struct ldb_verdict v = { .kind = LDB_GOOD, .chip = chip, .host = host,
				       .reason = "it was tried" };
	struct stk_error err = { 0 };
	int64_t id;
	int r = db_number(rig->db, &id, &err, "SELECT id FROM build WHERE sha256 = ?", "s",
			  rig_sha256(letter));

	if (!r)
		r = ldb_verdict_add(rig->db, id, &v, NULL, 0, &err);
	ck_assert_msg(!r, "%s", err.msg);
}
