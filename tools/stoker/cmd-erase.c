/* SPDX-License-Identifier: MIT */
/* stoker erase - erase ranges, sectors or whole devices */
#include "cmd.h"

enum { KEY_SECTOR = 0x2000, KEY_ALL };

struct erase_args {
	struct options common;
	bool all;
	uint64_t *sectors;	/* an address in each */
	size_t n_sectors;
};

static const struct argp_option erase_options[] = {
	{ "sector", KEY_SECTOR, "ADDR", 0, "the sector that holds ADDR; may be given again", 2 },
	{ "all", KEY_ALL, NULL, 0, "the whole device, by the loader's mass erase", 2 },
	{ 0 }
};

static error_t add_sector(struct erase_args *args, const char *text, struct argp_state *state)
{
	uint64_t *grown = reallocarray(args->sectors, args->n_sectors + 1, sizeof(*grown));

	if (!grown)
		out_of_memory();
	args->sectors = grown;
	if (stk_parse_u64(text, &grown[args->n_sectors]) < 0)
		argp_error(state, "--sector '%s' is not a number", text);
	else
		args->n_sectors++;
	return 0;
}

static error_t erase_parse(int key, char *arg, struct argp_state *state)
{
	struct erase_args *args = state->input;

	switch (key) {
	case KEY_SECTOR:
		return add_sector(args, arg, state);
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

/* The sectors are the loader's, so --sector can only be looked up now. */
static int look_up_sectors(struct options *opt, const struct bench *b, struct stk_error *err)
{
	const struct erase_args *args = (const struct erase_args *)opt;

	for (size_t s = 0; s < args->n_sectors; s++) {
		struct stk_range range;
		size_t i = 0;

		while (i < b->n_loaders &&
		       !find_sector(stk_loader_info(b->loaders[i])->device, args->sectors[s],
				    &range))
			i++;
		if (i == b->n_loaders)
			return stk_fail(err, STK_ORIGIN_USAGE, ERANGE, "no-sector",
					"0x%08llX is in no sector of the loaders given",
					(unsigned long long)args->sectors[s]);
		options_add_range(opt, range);
	}
	return 0;
}

static enum stk_origin erase_run(void *p)
{
	struct erase_args *args = p;
	bool some = args->n_sectors || args->common.n_ranges;
	struct job_request req = {
		.opt = &args->common,
		.plan = {
			.size = sizeof(req.plan), .action = STK_ACTION_ERASE,
			.erase = args->all ? STK_ERASE_CHIP : STK_ERASE_SECTORS,
		},
		.prepare = look_up_sectors,
	};
	enum stk_origin origin;

	if (some == args->all)
		origin = fail_usage(&args->common, "either --range and --sector say what to"
				    " erase, or --all");
	else
		origin = job_command(&req);
	free(args->sectors);
	return origin;
}

const struct stk_cmd cmd_erase = {
	.name = "erase",
	.summary = "erase ranges, sectors or the whole device, and check that it is blank",
	.usage = "-l FILE... -t ADDRESS --range RANGE... [OPTION...]\n"
		 "-l FILE... -t ADDRESS --sector ADDR... [OPTION...]\n"
		 "-l FILE... -t ADDRESS --all [OPTION...]",
	.doc = "A range must be whole sectors; --sector takes any address in one.\n",
	.groups = GROUP_LOADER | GROUP_HOST | GROUP_TARGET | GROUP_RANGE | GROUP_PLAN |
		  GROUP_RESCUE,
	.own = erase_options,
	.parse = erase_parse,
	.args_size = sizeof(struct erase_args),
	.run = erase_run,
};
