/* SPDX-License-Identifier: MIT */
/* stoker restore - put back what swaps took away */
#include <unistd.h>

#include "swapping.h"

enum { KEY_ALL = 0x4000, KEY_SWAP, KEY_ROOT };

struct restore_args {
	struct options common;
	bool all;
	int64_t swap; /* 0: none given */
	struct list roots;
};

/* clang-format off */
static const struct argp_option restore_options[] = {
	{ "all", KEY_ALL, NULL, 0, "every swap that holds", 1 },
	{ "swap", KEY_SWAP, "NUMBER", 0, "what was there before that swap", 1 },
	{ "root", KEY_ROOT, "DIR", 0, "search for installs in DIR; repeatable", 1 },
	{ 0 }
};
/* clang-format on */

static error_t restore_parse(int key, char *arg, struct argp_state *state)
{
	struct restore_args *args = state->input;
	char *end;

	switch (key) {
	case KEY_ALL:
		args->all = true;
		return 0;
	case KEY_SWAP:
		errno = 0;
		args->swap = strtoll(arg, &end, 10);
		if (errno || end == arg || *end || args->swap < 1)
			argp_error(state, "--swap '%s' is not the number of a swap", arg);
		return 0;
	case KEY_ROOT:
		list_add(&args->roots, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/*
 * Of one pack its folder: the root holds others. An archive that was kept beside it is
 * never swapped. NULL: several versions are there.
 */
static const char *pack_folder(const struct found_install *found)
{
	const char *path = NULL;

	for (size_t i = 0; i < found->install.n_components; i++) {
		const struct ldb_component *c = &found->install.components[i];

		if (c->kind == LDB_PACK_ARCHIVE && found->install.n_components > 1)
			continue;
		if (path)
			return NULL;
		path = c->path;
	}
	return path;
}

/* The path of a file or an install, which may be gone, or else a toolchain. */
static int plan_word(struct swapping *s, const struct restore_args *args, const char *word,
		     struct found_install *found, struct stk_error *err)
{
	const char *path = word;

	if (!strchr(word, '/') && access(word, F_OK) < 0) {
		int r = find_install(s->ctx, s->open.facts, word, &args->roots, found, err);

		if (r < 0)
			return r;
		path = found->components ? pack_folder(found) : found->install.path;
		if (!path)
			return stk_fail(err, STK_ORIGIN_DATABASE, ENOTUNIQ, "several-installs",
					"several versions of '%.100s' are there: name one, as"
					" NAME@VERSION, or its path", word);
	}
	return ldb_restore_plan(s->open.db, path, 0, &s->plan, err);
}

static int plan(struct swapping *s, const struct restore_args *args,
		struct found_install *found, struct stk_error *err)
{
	const struct options *opt = &args->common;

	if (opt->args.count)
		return plan_word(s, args, opt->args.item[0], found, err);
	return ldb_restore_plan(s->open.db, NULL, args->swap, &s->plan, err);
}

static enum stk_origin restore_run(void *p)
{
	struct restore_args *args = p;
	const struct options *opt = &args->common;
	struct found_install found = { NULL };
	struct swapping s = { .restore = true };
	enum stk_origin origin;
	struct stk_error err;
	int r;

	if (opt->args.count > 1 || (opt->args.count == 1) + args->all + (args->swap != 0) != 1) {
		origin = fail_usage(opt, "either a toolchain, a path, --all or --swap is needed");
	} else {
		r = swapping_open(&s, opt, &err);
		if (!r)
			r = plan(&s, args, &found, &err);
		origin = r ? fail_command(opt, &err) : swapping_run(&s);
	}
	swapping_close(&s);
	found_free(&found);
	free(args->roots.item);
	return origin;
}

const struct stk_cmd cmd_restore = {
	.name = "restore",
	.summary = "put back what swaps took away",
	.usage = "[OPTION...] INSTALL|FILE\n--all [OPTION...]\n--swap NUMBER [OPTION...]",
	.doc = "INSTALL: cubeide@1.8.0, Keil.STM32G4xx_DFP@1.3.0, or a path. What another\n"
	       "program put there since the swap is kept too.\n",
	.groups = GROUP_PLAN | GROUP_DB | GROUP_FACTS | GROUP_YES,
	.own = restore_options,
	.parse = restore_parse,
	.args_size = sizeof(struct restore_args),
	.run = restore_run,
};
