/* SPDX-License-Identifier: MIT */
/* swap-rig.h - a database, and an install of a programmer that it changes */
#ifndef SWAP_RIG_H
#define SWAP_RIG_H

#include "temp-folder.h"
#include "unit.h"

#include "loaderdb/swap.h"

struct swap_rig {
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	struct ldb *db;
	struct ldb_tool tool;
	struct ldb_found_file file;
	struct ldb_component programmer;
	struct ldb_install install;
	char paths[3][PATH_MAX]; /* install, programmer, file */
};

static struct swap_rig rig;
static struct stk_error rig_err;

#define rig_ok(r) ck_assert_msg((r) == 0, "%s", rig_err.msg)

/* ide/tools/bin/ExternalLoader/a.stldr holds "original". */
static inline void rig_setup(void)
{
	struct ldb_options opt = { .size = sizeof(opt) };

	temp_make();
	memset(&rig, 0, sizeof(rig));
	mkdir(temp_path("ide"), 0755);
	mkdir(temp_path("ide/tools"), 0755);
	mkdir(temp_path("ide/tools/bin"), 0755);
	mkdir(temp_path("ide/tools/bin/ExternalLoader"), 0755);
	temp_write("ide/tools/bin/ExternalLoader/a.stldr", "original", 0640);
	strcpy(rig.paths[0], temp_path("ide"));
	strcpy(rig.paths[1], temp_path("ide/tools"));
	strcpy(rig.paths[2], temp_path("ide/tools/bin/ExternalLoader/a.stldr"));
	rig.tool = (struct ldb_tool){ "cubeide", "STM32CubeIDE", LDB_ORDER_CUBEIDE, false };
	rig.file = (struct ldb_found_file){ .path = rig.paths[2],
					    .name = "bin/ExternalLoader/a.stldr" };
	rig.programmer = (struct ldb_component){ .kind = LDB_PROGRAMMER, .path = rig.paths[1],
						 .current = true, .files = &rig.file,
						 .n_files = 1 };
	rig.install = (struct ldb_install){ .tool = &rig.tool, .path = rig.paths[0],
					    .version = "1.8.0", .components = &rig.programmer,
					    .n_components = 1 };
	opt.path = temp_path("loaders.db");
	rig_ok(stk_ctx_new(NULL, &rig.ctx, &rig_err));
	rig_ok(ldb_facts_open(NULL, &rig.facts, &rig_err));
	opt.facts = rig.facts;
	rig_ok(ldb_open(rig.ctx, &opt, &rig.db, &rig_err));
}

static inline void rig_clean(void)
{
	ldb_close(rig.db);
	ldb_facts_close(rig.facts);
	stk_ctx_free(rig.ctx);
	temp_remove();
}

/* A build of these bytes for a device at @start; it need not be a loader to be swapped. */
static inline const char *rig_build_at(const char *bytes, const char *name, int64_t start)
{
	static char sha256[65];

	rig_ok(db_keep(rig.db, bytes, strlen(bytes), sha256, &rig_err));
	rig_ok(db_run(rig.db, &rig_err,
		      "INSERT INTO build (sha256, name, format, start, length, first_seen)"
		      " VALUES (?, ?, 'stldr', ?, 65536, 1)", "ssi", sha256, name, start));
	return sha256;
}

static inline const char *rig_build(const char *bytes, const char *name)
{
	return rig_build_at(bytes, name, 0x90000000);
}

static inline int64_t rig_pin(const char *range, const char *sha256, const char *name)
{
	const struct ldb_pin pin = { .tool = "cubeide", .range = range, .device = "STM32H743",
				     .sha256 = sha256, .name = name, .why = "it works" };
	int64_t id;

	rig_ok(ldb_pin_add(rig.db, &pin, &id, &rig_err));
	return id;
}

static inline struct ldb_swap *rig_plan(void)
{
	const struct ldb_swap_options opt = { .size = sizeof(opt), .install = &rig.install };
	struct ldb_swap *plan = NULL;

	rig_ok(ldb_swap_plan(rig.db, rig.ctx, &opt, &plan, &rig_err));
	return plan;
}

static inline struct ldb_swap *rig_restore_plan(const char *path, int64_t id)
{
	struct ldb_swap *plan = NULL;

	rig_ok(ldb_restore_plan(rig.db, path, id, &plan, &rig_err));
	return plan;
}

/* Run it, and free it. */
static inline int rig_run(struct ldb_swap *plan)
{
	int r = ldb_swap_run(plan, true, NULL, NULL, &rig_err);

	ldb_swap_free(plan);
	return r;
}

#endif
