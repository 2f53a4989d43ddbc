/* SPDX-License-Identifier: MIT */
/* stoker swap - put the pinned builds into an install */
#include "swapping.h"

enum { KEY_ALL = 0x4000, KEY_FROM, KEY_ROOT, KEY_FORCE };

struct swap_args {
	struct options common;
	bool all, force;
	const char *from;
	struct list roots;
};

/* clang-format off */
static const struct argp_option swap_options[] = {
	{ "all", KEY_ALL, NULL, 0, "whatever pins hold for the install", 1 },
	{ "programmer-from", KEY_FROM, "INSTALL", 0,
	  "put the whole programmer of that install there", 1 },
	{ "root", KEY_ROOT, "DIR", 0, "search for installs in DIR; repeatable", 1 },
	{ "force", KEY_FORCE, NULL, 0, "also builds that do not fit what they replace", 1 },
	{ 0 }
};
/* clang-format on */

static error_t swap_parse(int key, char *arg, struct argp_state *state)
{
	struct swap_args *args = state->input;

	switch (key) {
	case KEY_ALL:
		args->all = true;
		return 0;
	case KEY_FROM:
		args->from = arg;
		return 0;
	case KEY_FORCE:
		args->force = true;
		return 0;
	case KEY_ROOT:
		list_add(&args->roots, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* What is wrong with the words together; NULL: nothing. */
static const char *mixed_up(const struct swap_args *args)
{
	const size_t n = args->common.args.count;

	if (n < 1 || n > 2)
		return "a toolchain or the path of an install is needed, then a device or --all";
	if ((n == 2) + args->all + (args->from != NULL) != 1)
		return "either a device, --all or --programmer-from is needed";
	return NULL;
}

static int plan(struct swapping *s, const struct swap_args *args,
		const struct found_install *to, const struct found_install *from,
		struct stk_error *err)
{
	struct ldb_swap_options opt = {
		.size = sizeof(opt),
		.install = &to->install,
		.device = args->common.args.count == 2 ? args->common.args.item[1] : NULL,
		.programmer_from_name = args->from,
		.find_programmer = find_programmer,
		.find_data = &s->from,
		.force = args->force,
	};
	int r = 0;

	s->from = (struct found_programmers){
		.ctx = s->ctx, .facts = s->open.facts, .roots = &args->roots,
	};

	if (args->from)
		r = found_programmer(from, args->from, &opt.programmer_from, err);
	return r ? r : ldb_swap_plan(s->open.db, s->ctx, &opt, &s->plan, err);
}

static enum stk_origin run(struct swapping *s, const struct swap_args *args,
			   struct found_install *to, struct found_install *from)
{
	const struct options *opt = &args->common;
	struct stk_error err;
	int r = swapping_open(s, opt, &err);

	if (!r)
		r = find_install(s->ctx, s->open.facts, opt->args.item[0], &args->roots, to,
				 &err);
	if (!r && args->from)
		r = find_install(s->ctx, s->open.facts, args->from, &args->roots, from, &err);
	if (!r)
		r = plan(s, args, to, from, &err);
	return r ? fail_command(opt, &err) : swapping_run(s);
}

static enum stk_origin swap_run(void *p)
{
	struct swap_args *args = p;
	const char *wrong = mixed_up(args);
	struct found_install to = { NULL }, from = { NULL };
	struct swapping s = { NULL };
	enum stk_origin origin;

	if (wrong)
		origin = fail_usage(&args->common, "%s", wrong);
	else
		origin = run(&s, args, &to, &from);
	swapping_close(&s);
	found_free(&to);
	found_free(&from);
	free(args->roots.item);
	return origin;
}

const struct stk_cmd cmd_swap = {
	.name = "swap",
	.summary = "put the pinned loaders, or another programmer, into an install",
	.usage = "[OPTION...] INSTALL DEVICE\n--all [OPTION...] INSTALL\n"
		 "--programmer-from INSTALL [OPTION...] INSTALL",
	.doc = "INSTALL: cubeide@1.8.0, Keil.STM32G4xx_DFP@1.3.0, a toolchain that is installed\n"
	       "once without a version, or a path. What is there is kept before it is replaced,\n"
	       "and 'stoker restore' puts it back.\n",
	.groups = GROUP_PLAN | GROUP_DB | GROUP_FACTS | GROUP_YES,
	.own = swap_options,
	.parse = swap_parse,
	.args_size = sizeof(struct swap_args),
	.run = swap_run,
};
