/* SPDX-License-Identifier: MIT */
/*
 * What names a loader: a path; else a build in the loader database, by its
 * digest, its name, or its name and where it was seen. What is a path, and there,
 * opens no database.
 */
#include "cmd.h"

#include <unistd.h>

bool ref_is_path(const char *ref)
{
	const char *hash = strchr(ref, '#');
	char *file;
	bool is;

	/* No build is called so. */
	if (strchr(ref, '/') || !access(ref, F_OK))
		return true;
	if (!hash)
		return false;
	/* PACK#LOADER */
	file = strndup(ref, (size_t)(hash - ref));
	if (!file)
		out_of_memory();
	is = !access(file, F_OK);
	free(file);
	return is;
}

int ref_build_name(struct ldb *db, const struct ldb_build *build, const char *ref,
		   char **ret, struct stk_error *err)
{
	const char *name = build->name;
	const struct ldb_origins *origins;
	int r = ldb_build_origins(db, build->id, &origins, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < origins->count; i++) {
		const char *seen = origins->item[i].name;
		const size_t len = strlen(seen);

		if (!strncasecmp(ref, seen, len) && (!ref[len] || ref[len] == '@'))
			name = seen;
	}
	*ret = strdup(name);
	if (!*ret)
		out_of_memory();
	ldb_free(origins);
	return 0;
}

int ref_open_build(struct ldb *db, struct stk_ctx *ctx, const char *name, const char *sha256,
		   unsigned int flags, struct stk_loader **ret, struct stk_error *err)
{
	size_t len;
	void *bytes;
	int r = ldb_build_bytes(db, sha256, &bytes, &len, err);

	if (r < 0)
		return r;
	r = stk_loader_from_memory(ctx, name, bytes, len, flags, ret, err);
	free(bytes);
	return r;
}

/* No file has that name: what @found says of the database comes behind it. */
static int neither(const struct stk_error *file, const struct stk_error *found,
		   const struct options *opt, struct stk_error *err)
{
	if (found->code == ENOENT && !strcmp(found->cause, "no-database"))
		return stk_fail(err, file->origin, file->code, file->cause,
				"%.230s; and there is no loader database%s%.150s to look it up in",
				file->msg, opt->db ? " " : "", opt->db ? opt->db : "");
	return stk_fail(err, file->origin, file->code, file->cause, "%.230s; and %.200s",
			file->msg, found->msg);
}

/* It has to be a file; where there is none, a typo in a build's name is to be seen too. */
static int fail_path(const char *ref, const struct stk_error *file, struct stk_error *err)
{
	*err = *file;
	if (file->code != ENOENT && file->code != ENOTDIR)
		return -file->code;
	return stk_fail(err, file->origin, file->code, file->cause,
			"%.300s; and it is not in the database, where no build's name has a '/'",
			file->msg);
}

static int open_found(struct ldb *db, struct stk_ctx *ctx, const struct ldb_build *build,
		      const char *ref, unsigned int flags, struct stk_loader **ret,
		      struct stk_error *err)
{
	stk_cleanup(freep) char *name = NULL;
	int r = ref_build_name(db, build, ref, &name, err);

	return r ? r : ref_open_build(db, ctx, name, build->sha256, flags, ret, err);
}

int ref_open(const struct options *opt, struct stk_ctx *ctx, const char *ref,
	     unsigned int flags, struct stk_loader **ret, struct stk_error *err)
{
	const struct ldb_build *build = NULL;
	struct opened_db o = { NULL };
	struct stk_error file, found = { 0 };
	int r = stk_loader_open(ctx, ref, flags, ret, &file);

	if (!r)
		return 0;
	if (ref_is_path(ref))
		return fail_path(ref, &file, err);
	r = opened_db_open(opt, ctx, true, &o, &found);
	if (!r)
		r = ldb_build_find(o.db, ref, &build, &found);
	if (!r)
		r = open_found(o.db, ctx, build, ref, flags, ret, err);
	else if (r == -ENOENT)
		r = neither(&file, &found, opt, err);
	else
		*err = found;
	ldb_free(build);
	opened_db_close(&o);
	return r;
}
