/* SPDX-License-Identifier: MIT */
/* What an operand of stoker audit means: loaders, installs, packs, a toolchain. */
#include "audit.h"
#include "folder.h"

#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- installs --------------------------------------------------------- */

/*
 * Whose version a component has: the programmer's, a server's or a pack's own. What
 * a swap put there is what counts.
 */
static int component_subject(struct auditor *a, const struct ldb_component *c,
			     struct ldb_subject *s, struct stk_error *err)
{
	const struct scan_version version = scan_version(c, scan_placed(a->placed, c));
	const char *name = c->kind == LDB_PROGRAMMER   ? "cubeprogrammer"
			   : c->kind == LDB_GDB_SERVER ? "stlink-gdb-server"
						       : c->pack;

	s->tool = NULL;
	s->version = version.version;
	return name ? ldb_tool_find(a->facts, name, &s->tool, err) : 0;
}

/* Is @path, of a file or PACK#FILE, the one that was asked for? */
static bool is_asked(const char *path, const char *only)
{
	const char *file = strrchr(path, '#');

	return !only || (file && !strcmp(file + 1, only));
}

/* @only: of a pack that loader alone, as the pack calls it; NULL: all. */
static int audit_component(struct auditor *a, const struct ldb_component *c,
			   const char *only, struct stk_error *err)
{
	struct ldb_subject s = a->subject;
	int r = component_subject(a, c, &s, err);
	bool whole = s.tool && !only;

	if (!r && whole)
		r = audit_subject(a, ldb_component_name(c->kind), c->path, &s,
				  c->current ? NULL : c->why_current, TOLD_WITHOUT_MARKS,
				  err);
	for (size_t i = 0; !r && i < c->n_files; i++)
		if (is_asked(c->files[i].path, only))
			r = audit_loader(a, c->files[i].path, true, &s,
					 whole ? TOLD_WITH_MARKS : TOLD_ALL, err);
	return r;
}

/*
 * A release brings a programmer; what counts is the one that is there, so the
 * install itself is asked about only where none was found.
 */
static int audit_install(struct auditor *a, const struct ldb_install *install,
			 const char *only, struct stk_error *err)
{
	struct ldb_subject s = a->subject;
	int r = 0;

	s.tool = install->tool;
	s.version = install->version;
	if (!install->n_components)
		r = audit_subject(a, "toolchain", install->path, &s, NULL, TOLD_ALL, err);
	for (size_t i = 0; !r && i < install->n_components; i++)
		r = audit_component(a, &install->components[i], only, err);
	return r;
}

static int scan_roots(struct auditor *a, const char *const *roots, size_t count,
		      const char *only, const struct ldb_scan **ret, struct stk_error *err)
{
	const struct ldb_scan_options how = {
		.size = sizeof(how),
		.roots = roots,
		.n_roots = count,
		.no_digests = true,
		.cancel = cancel_flag(),
	};
	int r = ldb_scan_run(a->ctx, a->facts, &how, ret, err);

	ldb_free(a->placed);
	a->placed = NULL;
	if (!r)
		r = placed_find(a->opt, a->ctx, a->facts, *ret, &a->placed, err);
	for (size_t i = 0; !r && i < (*ret)->n_installs; i++)
		r = audit_install(a, &(*ret)->installs[i], only, err);
	return r;
}

int audit_installs(struct auditor *a, struct stk_error *err)
{
	const struct ldb_scan *scan = NULL;
	int r = scan_roots(a, NULL, 0, NULL, &scan, err);

	ldb_free(scan);
	return r;
}

/* ---- folders and packs ------------------------------------------------ */

static bool is_below(const char *path, const struct ldb_scan *scan)
{
	stk_cleanup(freep) char *real = realpath(path, NULL);

	for (size_t i = 0; real && i < scan->n_installs; i++) {
		const char *base = scan->installs[i].path;
		size_t len = strlen(base);

		if (!strncmp(real, base, len) && (!real[len] || real[len] == '/'))
			return true;
	}
	return false;
}

/* Each loader of an archive, or @only that one, by the version that its .pdsc says. */
static int audit_pack(struct auditor *a, const char *path, const char *only,
		      struct stk_error *err)
{
	const size_t before = a->report.count;
	const struct ldb_scan *scan = NULL;
	int r = scan_roots(a, &path, 1, only, &scan, err);

	if (!r && a->report.count == before) {
		stk_cleanup(freep) char *name = NULL;

		if (asprintf(&name, only ? "%s#%s" : "%s", path, only) < 0)
			out_of_memory();
		r = audit_loader(a, name, true, &a->subject, TOLD_ALL, err);
	}
	ldb_free(scan);
	return r;
}

/* A folder: the installs in it, then the loaders that are in none of them. */
static int audit_folder(struct auditor *a, const char *path, struct stk_error *err)
{
	const struct list paths = { .item = (const char *[]){ path, NULL }, .count = 1 };
	const struct ldb_scan *scan = NULL;
	struct folder folder = { 0 };
	int r = scan_roots(a, &path, 1, NULL, &scan, err);

	if (!r)
		folder_collect(&folder, &paths);
	for (size_t i = 0; !r && i < folder.n_rows; i++) {
		const struct folder_row *row = &folder.rows[i];

		if (is_below(row->path, scan))
			continue;
		r = row->pack ? audit_pack(a, row->path, NULL, err)
			      : audit_loader(a, row->path, row->named, &a->subject,
					     TOLD_ALL, err);
	}
	for (size_t i = 0; !r && i < folder.n_unreadable; i++)
		audit_unreadable(a, folder.unreadable[i].path, folder.unreadable[i].err);
	folder_free(&folder);
	ldb_free(scan);
	return r;
}

/* ---- operands --------------------------------------------------------- */

/* "PACK#FILE": *ret_pack is the caller's to free. */
static const char *in_pack(const char *arg, char **ret_pack)
{
	const char *mark = strrchr(arg, '#');

	*ret_pack = mark ? strndup(arg, (size_t)(mark - arg)) : NULL;
	if (mark && !*ret_pack)
		out_of_memory();
	return mark && stk_pack_probe(*ret_pack) ? mark + 1 : NULL;
}

/* A pack without a version may as well be a file that is not there. */
static bool is_known_pack(const struct auditor *a, const char *name)
{
	const struct ldb_advisory *const *all;
	size_t n;

	all = ldb_facts_advisories(a->facts, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i]->n_affected; k++)
			if (!strcasecmp(all[i]->affected[k].name, name))
				return true;
	return false;
}

static bool is_toolchain(const struct auditor *a, const char *arg)
{
	const struct ldb_tool *tool;

	if (strchr(arg, '/'))
		return false;
	if (strchr(arg, '@'))
		return true;
	return !ldb_tool_find(a->facts, arg, &tool, NULL) &&
	       (!tool->pack || is_known_pack(a, arg));
}

int audit_operand(struct auditor *a, const char *arg, struct stk_error *err)
{
	stk_cleanup(freep) char *pack = NULL;
	struct ldb_subject s = a->subject;
	const char *file;
	struct stat st;
	int r;

	if (stat(arg, &st) == 0 && S_ISDIR(st.st_mode))
		return audit_folder(a, arg, err);
	if (stat(arg, &st) == 0)
		return stk_pack_probe(arg) ? audit_pack(a, arg, NULL, err)
					   : audit_loader(a, arg, true, &s, TOLD_ALL, err);
	file = in_pack(arg, &pack);
	if (file)
		return audit_pack(a, pack, file, err);
	/* A word that could be either is told as what it would be without a file. */
	if (!is_toolchain(a, arg) && strpbrk(arg, "./"))
		return audit_loader(a, arg, true, &s, TOLD_ALL, err);
	r = audit_parse_toolchain(a, arg, &s, err);
	return r ? r : audit_subject(a, "toolchain", arg, &s, NULL, TOLD_ALL, err);
}
