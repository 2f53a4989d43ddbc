/* SPDX-License-Identifier: MIT */
/* stoker unpin, pins - end a pin, and list them */
#include "cmd.h"
#include "render/render.h"

enum { KEY_WHY = 0x2000, KEY_ALL };

struct unpin_args {
	struct options common;
	const char *why;
	bool all;
};

static error_t unpin_parse(int key, char *arg, struct argp_state *state)
{
	struct unpin_args *args = state->input;

	switch (key) {
	case KEY_WHY:
		args->why = arg;
		return 0;
	case KEY_ALL:
		args->all = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* ---- which one -------------------------------------------------------- */

/* Do two ranges of @tool have the same versions? Written alike is enough. */
static bool is_same_range(struct opened_db *o, const char *tool, const char *a, const char *b)
{
	const struct ldb_tool *known;
	struct ldb_range ra, rb;

	if (!strcmp(a, b))
		return true;
	return !ldb_tool_find(o->facts, tool, &known, NULL) &&
	       !ldb_range_parse(known->order, a, &ra, NULL) &&
	       !ldb_range_parse(known->order, b, &rb, NULL) &&
	       ldb_range_relation(&ra, &rb) == LDB_EQUAL;
}

static bool is_meant(struct opened_db *o, const struct named_tool *tool, const char *device,
		     const struct ldb_pin *pin)
{
	return !strcasecmp(pin->tool, tool->name) &&
	       ldb_device_relation(pin->device, device) == LDB_EQUAL &&
	       is_same_range(o, pin->tool, pin->range, tool->version ? tool->version : "");
}

static int find_among(struct opened_db *o, const struct named_tool *tool, const char *device,
		      const struct ldb_pins *pins, int64_t *ret, struct stk_error *err)
{
	char numbers[120] = "";
	size_t n = 0, len = 0;

	for (size_t i = 0; i < pins->count; i++) {
		if (!is_meant(o, tool, device, &pins->item[i]))
			continue;
		*ret = pins->item[i].id;
		n++;
		len += (size_t)snprintf(numbers + len, sizeof(numbers) - len, " %lld",
					(long long)*ret);
		if (len > sizeof(numbers) - 24)
			break;
	}
	if (n == 1)
		return 0;
	if (n)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOTUNIQ, "several-pins",
				"several pins hold for it, each for other addresses: end them"
				" one by one by their number:%s", numbers);
	return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-pin",
			"no pin is for %s%s%s and %s; 'stoker pins' lists them", tool->name,
			tool->version ? "@" : "", tool->version ? tool->version : "", device);
}

static int find_by_words(struct opened_db *o, const struct options *opt, int64_t *ret,
			 struct stk_error *err)
{
	struct named_tool tool = { NULL };
	const struct ldb_pins *pins;
	int r = named_tool_parse(opt->args.item[0], &tool, err);

	if (!r)
		r = ldb_pins(o->db, false, &pins, err);
	if (!r) {
		r = find_among(o, &tool, opt->args.item[1], pins, ret, err);
		ldb_free(pins);
	}
	named_tool_free(&tool);
	return r;
}

static int find_pin(struct opened_db *o, const struct options *opt, int64_t *ret,
		    struct stk_error *err)
{
	uint64_t number;

	if (opt->args.count == 2)
		return find_by_words(o, opt, ret, err);
	if (stk_parse_u64(opt->args.item[0], &number) < 0 || number > INT64_MAX)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"'%s' is not the number of a pin; give that, or TOOLCHAIN and"
				" DEVICE", opt->args.item[0]);
	*ret = (int64_t)number;
	return 0;
}

/* ---- unpin ------------------------------------------------------------ */

static int end_pin(struct opened_db *o, const struct options *opt, const char *why,
		   struct stk_error *err)
{
	struct pin_made ended = { NULL };
	int64_t id = 0;
	int r = find_pin(o, opt, &id, err);

	if (!r)
		r = ldb_pin_end(o->db, id, why, err);
	return r ? r : pin_show(o->db, opt, id, &ended, err);
}

static int list_pins(struct opened_db *o, const struct options *opt, bool all,
		     struct stk_error *err)
{
	const struct ldb_pins *pins;
	int r = ldb_pins(o->db, all, &pins, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_pins(stdout, ldb_path(o->db), pins);
	else if (pins->count)
		text_pins(stdout, pins);
	else
		printf("no pin holds in %s\n", ldb_path(o->db));
	ldb_free(pins);
	return 0;
}

static enum stk_origin run(const struct unpin_args *args, bool list)
{
	const struct options *opt = &args->common;
	struct opened_db o = { NULL };
	struct stk_ctx *ctx = NULL;
	struct stk_error err;
	int r = options_ctx(opt, &ctx, &err);

	if (!r)
		r = opened_db_open(opt, ctx, true, &o, &err);
	if (!r && !list)
		r = opened_db_recover(opt, &o, &err);
	if (!r)
		r = list ? list_pins(&o, opt, args->all, &err) :
			   end_pin(&o, opt, args->why, &err);
	opened_db_close(&o);
	stk_ctx_free(ctx);
	return r < 0 ? fail_command(opt, &err) : STK_ORIGIN_NONE;
}

static enum stk_origin unpin_run(void *p)
{
	const struct unpin_args *args = p;

	if (args->common.args.count < 1 || args->common.args.count > 2)
		return fail_usage(&args->common, "the number of a pin is needed, or TOOLCHAIN"
						 " and DEVICE");
	if (!args->why)
		return fail_usage(&args->common, "--why TEXT is needed: the pin stays in the"
						 " history with it");
	return run(args, false);
}

static enum stk_origin pins_run(void *p)
{
	const struct unpin_args *args = p;

	if (args->common.args.count)
		return fail_usage(&args->common, "'pins' takes no argument '%s'",
				  args->common.args.item[0]);
	return run(args, true);
}

static const struct argp_option unpin_options[] = {
	{ "why", KEY_WHY, "TEXT", 0, "the reason; the pin stays in the history with it", 2 },
	{ 0 }
};

static const struct argp_option pins_options[] = {
	{ "all", KEY_ALL, NULL, 0, "also those that were ended, and why", 2 },
	{ 0 }
};

const struct stk_cmd cmd_unpin = {
	.name = "unpin",
	.summary = "end a pin",
	.usage = "--why TEXT [OPTION...] NUMBER\n"
		 "--why TEXT [OPTION...] TOOLCHAIN[@RANGE] DEVICE",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = unpin_options,
	.parse = unpin_parse,
	.args_size = sizeof(struct unpin_args),
	.run = unpin_run,
};

const struct stk_cmd cmd_pins = {
	.name = "pins",
	.summary = "list the pins",
	.usage = "[OPTION...]",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = pins_options,
	.parse = unpin_parse,
	.args_size = sizeof(struct unpin_args),
	.run = pins_run,
};
