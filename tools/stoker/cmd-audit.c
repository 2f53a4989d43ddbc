/* SPDX-License-Identifier: MIT */
/* stoker audit - which advisories concern loaders, installs or a toolchain */
#include "cmd.h"
#include "folder.h"
#include "render/render.h"

#include <sys/stat.h>
#include <unistd.h>

enum { KEY_TOOLCHAIN = 0x2100, KEY_OPTION_STATE, KEY_CHIP };

struct audit_args {
	struct options common;
	const char *toolchain, *option_state;
};

/* clang-format off */
static const struct argp_option audit_options[] = {
	{ "chip", KEY_CHIP, "NAME", 0, "the chip: part number", 1 },
	{ "option-state", KEY_OPTION_STATE, "NAME=VALUE", 0, "its option bytes: DBANK=1", 1 },
	{ "toolchain", KEY_TOOLCHAIN, "NAME@VERSION", 0, "what uses the loaders: cubeide@1.8.0", 1 },
	{ 0 }
};
/* clang-format on */

static error_t audit_parse(int key, char *arg, struct argp_state *state)
{
	struct audit_args *args = state->input;

	switch (key) {
	case KEY_CHIP:
		args->common.chip = arg;
		return 0;
	case KEY_OPTION_STATE:
		args->option_state = arg;
		return 0;
	case KEY_TOOLCHAIN:
		args->toolchain = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What a run needs, and what it found so far. */
struct auditor {
	const struct audit_args *args;
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	struct ldb_subject subject; /* what the options say of all */
	struct audit_report report;
	size_t room;
};

static struct audited *add(struct auditor *a, const char *kind, const char *name)
{
	struct audit_report *r = &a->report;
	struct audited *item;

	if (r->count == a->room) {
		a->room = a->room ? a->room * 2 : 16;
		r->item = realloc(r->item, a->room * sizeof(*r->item));
	}
	if (!r->item)
		out_of_memory();
	item = &r->item[r->count++];
	*item = (struct audited){ .kind = kind, .name = strdup(name) };
	if (!item->name)
		out_of_memory();
	return item;
}

/* ---- one subject ------------------------------------------------------ */

/* "NAME@VERSION", or NAME alone: then *ret_version is NULL. */
static int parse_toolchain(struct auditor *a, const char *text, struct ldb_subject *s,
			   struct stk_error *err)
{
	const char *at = strrchr(text, '@');
	stk_cleanup(freep) char *name = strndup(text, at ? (size_t)(at - text) : strlen(text));
	int r;

	if (!name)
		out_of_memory();
	r = ldb_tool_find(a->facts, name, &s->tool, err);
	if (r)
		return r;
	s->version = at ? at + 1 : NULL;
	if (s->version && !ldb_version_valid(s->tool->order, s->version))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-version",
				"'%.40s' is no version of %.60s", s->version, s->tool->title);
	return 0;
}

/* Which hits of a subject within others are told: what concerns all is told once. */
enum told { TOLD_ALL, TOLD_WITH_MARKS, TOLD_WITHOUT_MARKS };

static int judge(struct auditor *a, struct audited *item, const struct ldb_subject *s,
		 enum told told, struct stk_error *err)
{
	item->tool = s->tool ? s->tool->name : NULL;
	item->version = s->version ? strdup(s->version) : NULL;
	item->with_marks = told != TOLD_WITHOUT_MARKS;
	item->without_marks = told != TOLD_WITH_MARKS;
	return ldb_audit(a->facts, s, &item->hits, err);
}

/*
 * A loader; what cannot be opened is told if it was @named, or lies in an
 * install. -ENOMEM and the like end the audit.
 */
static int audit_loader(struct auditor *a, const char *path, const struct ldb_subject *how,
			bool named, enum told told, struct stk_error *err)
{
	const struct stk_check_options check = { .size = sizeof(check), .code = true };
	struct ldb_subject s = *how;
	struct stk_loader *loader = NULL;
	struct stk_error e;
	int r = stk_loader_open(a->ctx, path, 0, &loader, &e);

	if (!r)
		r = stk_loader_check(a->ctx, loader, &check, &e);
	if (!r) {
		s.loader = stk_loader_info(loader);
		r = judge(a, add(a, "loader", path), &s, told, err);
	} else if (named) {
		add(a, "loader", path)->error = e;
		r = 0;
	} else {
		r = 0;
	}
	stk_loader_close(loader);
	return r;
}

/* ---- installs --------------------------------------------------------- */

/* Whose version a component has: the programmer's, a server's or a pack's own. */
static int component_subject(struct auditor *a, const struct ldb_component *c,
			     struct ldb_subject *s, struct stk_error *err)
{
	const char *name = c->kind == LDB_PROGRAMMER ? "cubeprogrammer" :
			   c->kind == LDB_GDB_SERVER ? "stlink-gdb-server" : c->pack;

	s->tool = NULL;
	s->version = c->version;
	return name ? ldb_tool_find(a->facts, name, &s->tool, err) : 0;
}

static int audit_component(struct auditor *a, const struct ldb_component *c,
			   struct stk_error *err)
{
	struct ldb_subject s = a->subject;
	int r = component_subject(a, c, &s, err);

	if (!r && s.tool)
		r = judge(a, add(a, ldb_component_name(c->kind), c->path), &s,
			  TOLD_WITHOUT_MARKS, err);
	for (size_t i = 0; !r && i < c->n_files; i++)
		r = audit_loader(a, c->files[i].path, &s, false,
				 s.tool ? TOLD_WITH_MARKS : TOLD_ALL, err);
	return r;
}

/*
 * A release brings a programmer; what counts is the one that is there, so the
 * install itself is asked about only where none was found.
 */
static int audit_install(struct auditor *a, const struct ldb_install *install,
			 struct stk_error *err)
{
	struct ldb_subject s = a->subject;
	int r = 0;

	s.tool = install->tool;
	s.version = install->version;
	if (!install->n_components)
		r = judge(a, add(a, "toolchain", install->path), &s, TOLD_ALL, err);
	for (size_t i = 0; !r && i < install->n_components; i++)
		r = audit_component(a, &install->components[i], err);
	return r;
}

static bool is_below(const char *path, const struct ldb_scan *scan)
{
	stk_cleanup(freep) char *real = realpath(path, NULL);

	for (size_t i = 0; scan && real && i < scan->n_installs; i++) {
		const char *base = scan->installs[i].path;
		size_t len = strlen(base);

		if (!strncmp(real, base, len) && (!real[len] || real[len] == '/'))
			return true;
	}
	return false;
}

/* ---- operands --------------------------------------------------------- */

static int scan_roots(struct auditor *a, const char *const *roots, size_t count,
		      const struct ldb_scan **ret, struct stk_error *err)
{
	const struct ldb_scan_options how = {
		.size = sizeof(how),
		.roots = roots,
		.n_roots = count,
		.no_digests = true,
		.cancel = cancel_flag(),
	};
	int r = ldb_scan_run(a->ctx, a->facts, &how, ret, err);

	for (size_t i = 0; !r && i < (*ret)->n_installs; i++)
		r = audit_install(a, &(*ret)->installs[i], err);
	return r;
}

/* A folder: the installs in it, then the loaders that are in none of them. */
static int audit_folder(struct auditor *a, const char *path, struct stk_error *err)
{
	const struct list paths = { .item = (const char *[]){ path, NULL }, .count = 1 };
	const struct ldb_scan *scan = NULL;
	struct folder folder = { 0 };
	int r = scan_roots(a, &path, 1, &scan, err);

	if (!r)
		folder_collect(&folder, &paths);
	for (size_t i = 0; !r && i < folder.n_rows; i++)
		if (!is_below(folder.rows[i].path, scan))
			r = audit_loader(a, folder.rows[i].path, &a->subject, false, TOLD_ALL,
					 err);
	folder_free(&folder);
	ldb_free(scan);
	return r;
}

/* Each loader of an archive, by the version that its .pdsc says. */
static int audit_pack(struct auditor *a, const char *path, struct stk_error *err)
{
	const struct ldb_scan *scan = NULL;
	int r = scan_roots(a, &path, 1, &scan, err);

	if (!r && !scan->n_installs)
		r = audit_loader(a, path, &a->subject, true, TOLD_ALL, err);
	ldb_free(scan);
	return r;
}

static int audit_operand(struct auditor *a, const char *arg, struct stk_error *err)
{
	struct ldb_subject s = a->subject;
	struct stat st;
	int r;

	if (stat(arg, &st) == 0 && S_ISDIR(st.st_mode))
		return audit_folder(a, arg, err);
	if (stat(arg, &st) == 0 && stk_pack_probe(arg))
		return audit_pack(a, arg, err);
	if (stat(arg, &st) == 0 || !strchr(arg, '@') || strchr(arg, '/'))
		return audit_loader(a, arg, &s, true, TOLD_ALL, err);
	r = parse_toolchain(a, arg, &s, err);
	return r ? r : judge(a, add(a, "toolchain", arg), &s, TOLD_ALL, err);
}

static int audit_all(struct auditor *a, struct stk_error *err)
{
	const struct options *opt = &a->args->common;
	const struct ldb_scan *scan = NULL;
	int r = 0;

	if (a->args->toolchain)
		r = parse_toolchain(a, a->args->toolchain, &a->subject, err);
	if (r)
		return r;
	if (!opt->args.count && a->args->toolchain)
		return judge(a, add(a, "toolchain", a->args->toolchain), &a->subject, TOLD_ALL,
			     err);
	cancel_arm(NULL);
	for (size_t i = 0; !r && i < opt->args.count; i++)
		r = audit_operand(a, opt->args.item[i], err);
	if (!opt->args.count)
		r = scan_roots(a, NULL, 0, &scan, err);
	cancel_disarm();
	ldb_free(scan);
	return r;
}

/* ---- the command ------------------------------------------------------ */

static void auditor_close(struct auditor *a)
{
	for (size_t i = 0; i < a->report.count; i++) {
		ldb_free(a->report.item[i].hits);
		free(a->report.item[i].name);
		free(a->report.item[i].version);
	}
	free(a->report.item);
	ldb_facts_close(a->facts);
	stk_ctx_free(a->ctx);
}

static enum stk_origin outcome(const struct audit_report *r)
{
	enum stk_origin worst = STK_ORIGIN_NONE;

	for (size_t i = 0; i < r->count; i++) {
		if (r->item[i].error.code)
			worst = exit_worst(worst, r->item[i].error.origin);
		else if (audited_count(&r->item[i]))
			worst = exit_worst(worst, STK_ORIGIN_LOADER);
	}
	return worst;
}

static enum stk_origin audit_run(void *p)
{
	const struct audit_args *args = p;
	const struct options *opt = &args->common;
	struct auditor a = {
		.args = args,
		.subject = { .size = sizeof(a.subject), .device = opt->chip,
			     .option_state = args->option_state },
	};
	enum stk_origin origin = STK_ORIGIN_NONE;
	struct stk_error err;
	int r = options_ctx(opt, &a.ctx, &err);

	if (!r)
		r = ldb_facts_open(opt->facts, &a.facts, &err);
	if (!r)
		r = audit_all(&a, &err);
	if (!r) {
		if (opt->json)
			json_audit(stdout, &a.report);
		else
			text_audit(stdout, &a.report);
		origin = outcome(&a.report);
	}
	auditor_close(&a);
	return r ? fail_command(opt, &err) : origin;
}

const struct stk_cmd cmd_audit = {
	.name = "audit",
	.summary = "advisories that concern loaders, installs or a toolchain",
	.usage = "[OPTION...] [LOADER | PACK | FOLDER | NAME@VERSION]...",
	.doc = "FOLDER: the installs in it, and loaders beside them. Without anything the\n"
	       "installs that are where they usually lie, or the toolchain that --toolchain\n"
	       "names. Exit code 1: an advisory applies, or may.\n",
	.groups = GROUP_FACTS,
	.own = audit_options,
	.parse = audit_parse,
	.args_size = sizeof(struct audit_args),
	.run = audit_run,
};
