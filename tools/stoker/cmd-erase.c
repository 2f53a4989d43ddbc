/* SPDX-License-Identifier: MIT */
/* stoker erase - erase ranges, sectors or whole devices */
#include "cmd.h"

enum { KEY_SECTOR = 0x2000, KEY_ALL };

struct erase_args {
	struct options common; /* a range of length 0 stands for the sector that holds it */
	bool all;
};

static const struct argp_option erase_options[] = {
	{ "sector", KEY_SECTOR, "ADDR", 0,
	  "the sector that holds ADDR; may be given again", 2 },
	{ "all", KEY_ALL, NULL, 0, "the whole device, by the loader's mass erase", 2 },
	{ 0 }
};

static error_t add_sector(struct options *opt, const char *text, struct argp_state *state)
{
	struct stk_range sector = { 0, 0 };

	if (stk_parse_u64(text, &sector.addr) < 0)
		argp_error(state, "--sector '%s' is not a number", text);
	else
		options_add_range(opt, sector);
	return 0;
}

static error_t erase_parse(int key, char *arg, struct argp_state *state)
{
	struct erase_args *args = state->input;

	switch (key) {
	case KEY_SECTOR:
		return add_sector(&args->common, arg, state);
	case KEY_ALL:
		args->all = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static bool find_sector(const struct stk_device *d, uint64_t addr, struct stk_range *ret)
{
	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *r = &d->regions[i];

		if (!r->size || addr < r->start || (addr - r->start) / r->size >= r->count)
			continue;
		ret->addr = addr - (addr - r->start) % r->size;
		ret->len = r->size;
		return true;
	}
	return false;
}

static int look_up_sector(struct stk_range *range, const struct bench *b,
			  struct stk_error *err)
{
	for (size_t i = 0; i < b->n_loaders; i++)
		if (find_sector(stk_loader_info(b->loaders[i])->device, range->addr, range))
			return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, ERANGE, "no-sector",
			"0x%08llX is in no sector of the loaders given",
			(unsigned long long)range->addr);
}

/* The sectors are the loader's, so --sector can only be looked up now. */
static int look_up_sectors(struct options *opt, const struct bench *b, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < opt->n_ranges && r == 0; i++)
		if (opt->ranges[i].len == 0)
			r = look_up_sector(&opt->ranges[i], b, err);
	return r;
}

static enum stk_origin erase_run(void *p)
{
	struct erase_args *args = p;
	struct job_request req = {
		.opt = &args->common,
		.plan = {
			.size = sizeof(req.plan), .action = STK_ACTION_ERASE,
			.erase = args->all ? STK_ERASE_CHIP : STK_ERASE_SECTORS,
		},
		.prepare = look_up_sectors,
	};

	if (args->all == (args->common.n_ranges != 0))
		return fail_usage(&args->common, "either --range and --sector say what to"
						 " erase, or --all");
	if (args->all && !args->common.loaders.count)
		return fail_usage(&args->common, "--all erases the whole device of a loader:"
						 " name it with -l");
	return job_command(&req);
}

const struct stk_cmd cmd_erase = {
	.name = "erase",
	.summary =
		"erase ranges, sectors or the whole device, and check that it is blank",
	.usage = "[-l REF...] -t ADDRESS --range RANGE... [OPTION...]\n"
		 "[-l REF...] -t ADDRESS --sector ADDR... [OPTION...]\n"
		 "-l REF... -t ADDRESS --all [OPTION...]",
	.doc = "A range must be whole sectors; --sector takes any address in one.\n",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE |
		  GROUP_RANGE | GROUP_PLAN |
		  GROUP_RESCUE,
	.own = erase_options,
	.parse = erase_parse,
	.args_size = sizeof(struct erase_args),
	.run = erase_run,
};
