/* SPDX-License-Identifier: MIT */
/*
 * Loaders become builds. Files are read first and then stored, many in one
 * transaction, so that another process waits for the disk alone. What was stored
 * is told when it is on the disk.
 */
#include "import.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"

/* ---- one -------------------------------------------------------------- */

/* What its name gives away; NULL: nothing. */
static const char *family_of(struct stk_ctx *ctx, const struct stk_loader_info *info,
			     struct stk_chip_guess *guess)
{
	return stk_chip_guess(ctx, info, guess, NULL) < 0 ? NULL : guess->family;
}

static int insert_build(struct ldb *db, struct stk_ctx *ctx,
			const struct stk_loader_info *info, const char *name, int64_t *ret,
			struct stk_error *err)
{
	const struct stk_device *device = info->device;
	const bool usable = !info->error.code;
	struct stk_chip_guess guess;
	int r;

	r = db_run(db, err,
		   "INSERT INTO build (sha256, code_sha256, table_sha256, name, format, problem,"
		   " device_name, start, length, family, first_seen)"
		   " VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, -1), nullif(?, -1), ?, ?)",
		   "sssssssiisi", info->sha256, info->code_sha256,
		   info->table_sha256, name, usable ? info->format : NULL,
		   usable ? NULL : info->error.msg, device ? device->name : NULL,
		   device ? (int64_t)device->start : (int64_t)-1,
		   device ? (int64_t)device->size : (int64_t)-1, family_of(ctx, info, &guess),
		   (int64_t)time(NULL));
	if (!r)
		*ret = db_last_id(db);
	return r;
}

static int insert_origin(struct ldb *db, int64_t build, const struct ldb_origin *o,
			 const char *name, struct stk_error *err)
{
	return db_run(db, err,
		      "INSERT INTO origin (build, path, name, tool, version, component, seen)"
		      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		      "isssssi", build, o->path, name, o->tool ? o->tool : "",
		      o->version ? o->version : "", o->component ? o->component : "",
		      (int64_t)(o->when ? o->when : time(NULL)));
}

/* In a transaction of the caller's. */
static int store(struct ldb *db, struct stk_ctx *ctx, const struct stk_loader *loader,
		 const struct ldb_origin *origin, bool *ret_new, int64_t *ret_id,
		 struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	const char *name = origin->name ? origin->name : info->name;
	size_t len;
	const uint8_t *bytes = stk_loader_file(loader, &len);
	char hex[65];
	int64_t id;
	bool known;
	int r = db_keep(db, bytes, len, hex, err);

	if (r < 0)
		return r;
	r = db_number(db, &id, err, "SELECT id FROM build WHERE sha256 = ?", "s", hex);
	known = !r;
	if (r == -ENOENT)
		r = insert_build(db, ctx, info, name, &id, err);
	if (!r)
		r = insert_origin(db, id, origin, name, err);
	if (r < 0)
		return r;
	*ret_new = !known;
	*ret_id = id;
	return 0;
}

int ldb_import_loader(struct ldb *db, struct stk_ctx *ctx, const struct stk_loader *loader,
		      const struct ldb_origin *origin, bool *ret_new,
		      const struct ldb_build **ret, struct stk_error *err)
{
	const struct ldb_build *build = NULL;
	bool is_new = false;
	int64_t id = 0;
	int r = db_begin(db, err);

	if (r < 0)
		return r;
	r = store(db, ctx, loader, origin, &is_new, &id, err);
	if (!r && ret)
		r = db_build(db, id, &build, err);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	r = db_commit(db, err);
	if (r < 0) {
		ldb_free(build);
		return r;
	}
	if (ret_new)
		*ret_new = is_new;
	if (ret)
		*ret = build;
	return 0;
}

/* ---- batches ---------------------------------------------------------- */

static void item_free(struct import_item *item)
{
	stk_loader_close(item->loader);
	free(item->path);
	free(item->tool);
	free(item->version);
	free(item->component);
	*item = (struct import_item){ NULL };
}

static void forget(struct import *im)
{
	for (size_t i = 0; i < im->count; i++)
		item_free(&im->item[i]);
	im->count = 0;
	im->bytes = 0;
}

static int store_item(struct import *im, const struct import_item *item, bool *ret_new,
		      struct stk_error *err)
{
	const struct ldb_origin origin = {
		.path = item->path,
		.tool = item->tool,
		.version = item->version,
		.component = item->component,
	};
	int64_t id;

	if (!item->loader)
		return 0;
	return store(im->db, im->ctx, item->loader, &origin, ret_new, &id, err);
}

static int store_all(struct import *im, bool *is_new, struct stk_error *err)
{
	int r = db_begin(im->db, err);

	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < im->count; i++)
		r = store_item(im, &im->item[i], &is_new[i], err);
	if (r < 0) {
		db_rollback(im->db);
		return r;
	}
	return db_commit(im->db, err);
}

static int tell(struct import *im, const struct import_item *item, bool is_new)
{
	const struct stk_loader_info *info =
		item->loader ? stk_loader_info(item->loader) : NULL;
	const struct ldb_import_row row = {
		.path = item->path,
		.sha256 = info ? info->sha256 : NULL,
		.is_new = is_new,
		.usable = info && !info->error.code,
		.error = item->error,
	};

	return im->row ? im->row(im->data, &row) : 0;
}

int import_flush(struct import *im, struct stk_error *err)
{
	bool is_new[IMPORT_ITEMS] = { false }, stop = false;
	int r = im->count ? store_all(im, is_new, err) : 0;

	for (size_t i = 0; !r && !stop && i < im->count; i++)
		stop = tell(im, &im->item[i], is_new[i]) != 0;
	forget(im);
	if (stop)
		return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				"the import was stopped; what was told is stored");
	return r;
}

int import_add(struct import *im, struct import_item *item, struct stk_error *err)
{
	im->item[im->count++] = *item;
	if (item->loader)
		im->bytes += stk_loader_info(item->loader)->file_size;
	*item = (struct import_item){ NULL };
	if (im->count < IMPORT_ITEMS && im->bytes < IMPORT_BYTES)
		return 0;
	return import_flush(im, err);
}

int import_add_error(struct import *im, const char *path, const struct stk_error *error,
		     struct stk_error *err)
{
	struct import_item item = { .path = strdup(path), .error = *error };

	return item.path ? import_add(im, &item, err) : stk_fail_nomem(err);
}

/* ---- anything --------------------------------------------------------- */

static int import_absolute(struct import *im, const char *path, struct stk_error *err)
{
	struct stat st;
	size_t count;

	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		int r = import_look(im, path, err);

		return r ? r : import_folder(im, path, err);
	}
	if (stk_pack_probe(path))
		return import_pack(im, path, true, &count, err);
	return import_file(im, path, true, err);
}

/*
 * The folder without links, and the last part as it was named: that a name
 * points elsewhere is no reason to forget it.
 */
static char *absolute(const char *path)
{
	stk_cleanup_free char *folder = strdup(path), *name = strdup(path);
	stk_cleanup_free char *real = NULL;
	char *whole;
	struct stat st;

	if (!folder || !name)
		return NULL;
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return realpath(path, NULL);
	real = realpath(dirname(folder), NULL);
	if (!real)
		return strdup(path);
	if (asprintf(&whole, "%s/%s", strcmp(real, "/") ? real : "", basename(name)) < 0)
		return NULL;
	return whole;
}

/* The "#" of PACK#LOADER, or NULL. A file may well have one in its name. */
static const char *member_mark(const char *path)
{
	const char *mark = strrchr(path, '#');
	stk_cleanup_free char *pack = NULL;

	if (!mark || mark == path || !mark[1] || !access(path, F_OK))
		return NULL;
	pack = strndup(path, (size_t)(mark - path));
	return pack && stk_pack_probe(pack) ? mark : NULL;
}

int ldb_import_path(struct ldb *db, struct stk_ctx *ctx, const char *path,
		    int (*row)(void *data, const struct ldb_import_row *row), void *data,
		    struct stk_error *err)
{
	struct import im = { .db = db, .ctx = ctx, .row = row, .data = data };
	const char *mark = member_mark(path);
	stk_cleanup_free char *file = strndup(path, mark ? (size_t)(mark - path) : strlen(path));
	stk_cleanup_free char *whole = file ? absolute(file) : NULL;
	int r;

	if (!whole)
		return stk_fail_nomem(err);
	r = mark ? import_member(&im, whole, mark + 1, err) : import_absolute(&im, whole, err);
	if (!r)
		r = import_flush(&im, err);
	forget(&im);
	ldb_free(im.scan);
	return r;
}
