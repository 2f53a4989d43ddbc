/* SPDX-License-Identifier: MIT */
/* stoker resolve - which build a toolchain is to use for a device, and why */
#include "cmd.h"
#include "render/render.h"

static int ask(struct opened_db *o, const struct options *opt, struct ldb_question *q,
	       struct stk_error *err)
{
	const struct ldb_answer *answer;
	int r = ldb_resolve(o->db, q, &answer, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_resolve(stdout, ldb_path(o->db), q, answer);
	else
		text_resolve(stdout, answer);
	ldb_free(answer);
	return 0;
}

/* That nothing is pinned is an answer: no. */
static enum stk_origin fail(const struct options *opt, struct stk_error *err)
{
	if (!strcmp(err->cause, "no-pin"))
		err->origin = STK_ORIGIN_LOADER;
	return fail_command(opt, err);
}

static enum stk_origin resolve_run(void *p)
{
	const struct options *opt = p;
	struct ldb_question q = { .size = sizeof(q), .or_good = true };
	struct named_tool tool = { NULL };
	struct opened_db o = { NULL };
	struct stk_ctx *ctx = NULL;
	struct stk_error err;
	int r;

	if (opt->args.count < 2 || opt->args.count > 3)
		return fail_usage(opt, "TOOLCHAIN@VERSION and DEVICE are needed");
	q.device = opt->args.item[1];
	q.has_address = opt->args.count == 3;
	if (q.has_address && stk_parse_u64(opt->args.item[2], &q.address) < 0)
		return fail_usage(opt, "'%s' is not an address", opt->args.item[2]);
	r = named_tool_parse(opt->args.item[0], &tool, &err);
	if (!r)
		r = options_ctx(opt, &ctx, &err);
	if (!r)
		r = opened_db_open(opt, ctx, true, &o, &err);
	q.tool = tool.name;
	q.version = tool.version;
	if (!r)
		r = ask(&o, opt, &q, &err);
	opened_db_close(&o);
	stk_ctx_free(ctx);
	named_tool_free(&tool);
	return r < 0 ? fail(opt, &err) : STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_resolve = {
	.name = "resolve",
	.summary = "tell which build a toolchain is to use for a device, and why",
	.usage = "[OPTION...] TOOLCHAIN@VERSION DEVICE [ADDRESS]",
	.doc = "TOOLCHAIN may be stoker: what 'program' uses without -l. Where nothing is\n"
	       "pinned, the only build with a good verdict is the answer. Exit status 1: there\n"
	       "is none.\n",
	.groups = GROUP_DB | GROUP_FACTS,
	.args_size = sizeof(struct options),
	.run = resolve_run,
};
