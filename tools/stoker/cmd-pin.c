/* SPDX-License-Identifier: MIT */
/* stoker pin - this toolchain and device take that build, or another one's tools */
#include "cmd.h"

#include <stdarg.h>

#include "render/render.h"

enum { KEY_WHY = 0x2000, KEY_REPLACE, KEY_FROM };

struct pin_args {
	struct options common;
	const char *why, *from;
	bool replace;
};

static const struct argp_option pin_options[] = {
	{ "why", KEY_WHY, "TEXT", 0, "the reason; it is told wherever the pin counts", 2 },
	{ "programmer-from", KEY_FROM, "RELEASE", 0,
	  "the whole programmer of this release, such as cubeide@1.7.0", 2 },
	{ "replace", KEY_REPLACE, NULL, 0, "end the pin that is in the way", 2 },
	{ 0 }
};

static error_t pin_parse(int key, char *arg, struct argp_state *state)
{
	struct pin_args *args = state->input;

	switch (key) {
	case KEY_WHY:
		args->why = arg;
		return 0;
	case KEY_FROM:
		args->from = arg;
		return 0;
	case KEY_REPLACE:
		args->replace = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* What is open while a pin is made. */
struct pinning {
	const struct pin_args *args;
	struct stk_ctx *ctx;
	struct opened_db o;
	struct named_tool tool;
	const struct ldb_build *build;
	char *name;		/* what the build is called there */
	char sha256[65];	/* of what was imported */
	struct stk_error failed;
	struct pin_made made;
};

static void pinning_close(struct pinning *p)
{
	for (size_t i = 0; i < p->made.n_warnings; i++)
		free(p->made.warnings[i]);
	free(p->name);
	ldb_free(p->build);
	named_tool_free(&p->tool);
	opened_db_close(&p->o);
	stk_ctx_free(p->ctx);
}

/* ---- which build ------------------------------------------------------ */

/* The one loader of a file. */
static int take_row(void *data, const struct ldb_import_row *row)
{
	struct pinning *p = data;

	p->failed = row->error;
	p->made.is_new = row->is_new;
	snprintf(p->sha256, sizeof(p->sha256), "%s", row->sha256 ? row->sha256 : "");
	return 0;
}

/* A file is kept before it is pinned, with the install that it is of. */
static int import(struct pinning *p, const char *path, struct stk_error *err)
{
	struct stk_loader *loader;
	int r = stk_loader_open(p->ctx, path, 0, &loader, err);

	if (r < 0)
		return r;
	stk_loader_close(loader);
	r = ldb_import_path(p->o.db, p->ctx, path, take_row, p, err);
	if (!r && p->failed.code) {
		*err = p->failed;
		r = -err->code;
	}
	if (!r)
		r = ldb_build_find(p->o.db, p->sha256, &p->build, err);
	p->made.imported = r < 0 ? NULL : path;
	return r;
}

/* The last part of a path, or of PACK#LOADER. */
static const char *base_name(const char *path)
{
	const char *at = strrchr(path, '/'), *hash = strrchr(path, '#');

	if (!at || (hash && hash > at))
		at = hash;
	return at ? at + 1 : path;
}

static int find_build(struct pinning *p, const char *ref, struct stk_error *err)
{
	struct stk_error why;
	int r;

	if (ref_is_path(ref)) {
		r = import(p, ref, err);
		return r ? r : ref_build_name(p->o.db, p->build, base_name(ref), &p->name, err);
	}
	r = ldb_build_find(p->o.db, ref, &p->build, &why);
	if (r == -ENOENT)
		return stk_fail(err, why.origin, why.code, why.cause,
				"there is no file '%.100s'; and %.300s", ref, why.msg);
	if (r < 0) {
		*err = why;
		return r;
	}
	return ref_build_name(p->o.db, p->build, ref, &p->name, err);
}

/* ---- warnings --------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3))) warn(struct pinning *p, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (p->made.n_warnings == ARRAY_SIZE(p->made.warnings) ||
	    vasprintf(&text, fmt, args) < 0)
		out_of_memory();
	va_end(args);
	p->made.warnings[p->made.n_warnings++] = text;
}

/* A pattern that no chip fits is a slip of the pen, or a chip we do not know. */
static int warn_of_device(struct pinning *p, const char *device, struct stk_error *err)
{
	const struct stk_chip *const *chips;
	size_t count;
	int r = stk_chip_list(p->ctx, &chips, &count, err);

	for (size_t i = 0; !r && i < count; i++) {
		/* A pattern may go on with letters of the package. */
		if (ldb_device_relation(device, chips[i]->name) != LDB_APART)
			return 0;
	}
	if (!r)
		warn(p, "no chip that is known is a '%s'", device);
	return r;
}

static int warn_of_build(struct pinning *p, const char *device, struct stk_error *err)
{
	const struct ldb_judgement *sum;
	int r = ldb_judge(p->o.db, p->build->id, device, NULL, NULL, &sum, err);

	if (r < 0)
		return r;
	if (sum->known && sum->kind != LDB_GOOD)
		warn(p, "%s %.8s is %s for it: %s", p->name, p->build->sha256,
		     sum->kind == LDB_BAD ? "known to be bad" : "disputed", sum->why);
	ldb_free(sum);
	return 0;
}

/* ---- all of it -------------------------------------------------------- */

static int make(struct pinning *p, struct stk_error *err)
{
	const struct options *opt = &p->args->common;
	struct ldb_pin pin = {
		.tool = p->tool.name,
		.range = p->tool.version,
		.device = opt->args.count > 1 ? opt->args.item[1] : "*",
		.from = p->args->from,
		.why = p->args->why,
	};
	int64_t id;
	int r = 0;

	if (!pin.from)
		r = find_build(p, opt->args.item[2], err);
	if (r < 0)
		return r;
	if (p->build)
		pin.sha256 = p->build->sha256;
	pin.name = p->name;
	r = (p->args->replace ? ldb_pin_replace : ldb_pin_add)(p->o.db, &pin, &id, err);
	if (!r)
		r = warn_of_device(p, pin.device, err);
	if (!r && p->build)
		r = warn_of_build(p, pin.device, err);
	return r ? r : pin_show(p->o.db, opt, id, &p->made, err);
}

static enum stk_origin pin_run(void *args_)
{
	struct pin_args *args = args_;
	const struct options *opt = &args->common;
	struct pinning p = { .args = args };
	struct stk_error err;
	int r;

	if (opt->args.count != (args->from ? 1 : 3))
		return fail_usage(opt, "TOOLCHAIN, DEVICE and REF are needed, or TOOLCHAIN and"
				       " --programmer-from");
	if (!args->why)
		return fail_usage(opt, "--why TEXT is needed: it is told wherever the pin"
				       " counts");
	r = named_tool_parse(opt->args.item[0], &p.tool, &err);
	if (!r)
		r = options_ctx(opt, &p.ctx, &err);
	if (!r)
		r = opened_db_open(opt, p.ctx, false, &p.o, &err);
	if (!r)
		r = make(&p, &err);
	pinning_close(&p);
	return r < 0 ? fail_command(opt, &err) : STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_pin = {
	.name = "pin",
	.summary = "say which build a toolchain uses for a device",
	.usage = "--why TEXT [OPTION...] TOOLCHAIN[@RANGE] DEVICE REF\n"
		 "--why TEXT --programmer-from RELEASE TOOLCHAIN[@RANGE]",
	.doc = "TOOLCHAIN is cubeide, cubeprogrammer, a pack such as Keil.STM32G4xx_DFP, stoker\n"
	       "(what 'program' uses without -l) or '*', any. RANGE is 1.3.0, >=1.3.0, <1.4.0,\n"
	       "^1.3.0, ~1.3.0, 1.2.0:1.4.0 or 1.2.0:2.0.0-. DEVICE is a part number or a\n"
	       "pattern: STM32G431CB, STM32G431xB, STM32G4. REF is a loader file, which is\n"
	       "imported, or a build in the database: eight or more digits of its SHA-256,\n"
	       "NAME, NAME@VERSION, NAME@TOOLCHAIN@VERSION. The most specific pin counts.\n",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = pin_options,
	.parse = pin_parse,
	.args_size = sizeof(struct pin_args),
	.run = pin_run,
};
