/* SPDX-License-Identifier: MIT */
/* stoker audit - which advisories concern loaders, installs or a toolchain */
#include "audit.h"

#include <stoker/module.h>

enum { KEY_TOOLCHAIN = 0x2100, KEY_OPTION_STATE, KEY_CHIP, KEY_LOAD_ADDRESS };

struct audit_args {
	struct options common;
	const char *toolchain, *option_state;
	bool has_load_address;
	uint64_t load_address;
};

/* clang-format off */
static const struct argp_option audit_options[] = {
	{ "chip", KEY_CHIP, "NAME", 0, "the chip: part number", 1 },
	{ "load-address", KEY_LOAD_ADDRESS, "ADDRESS", 0, "where in RAM a host puts the loader", 1 },
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
	case KEY_LOAD_ADDRESS:
		if (stk_parse_u64(arg, &args->load_address) < 0)
			argp_error(state, "--load-address '%s' is not a number", arg);
		args->has_load_address = true;
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

static int audit_all(struct auditor *a, const struct audit_args *args, struct stk_error *err)
{
	const struct list *operands = &args->common.args;
	int r = 0;

	if (args->toolchain)
		r = audit_parse_toolchain(a, args->toolchain, &a->subject, err);
	if (!r && args->toolchain && !operands->count)
		return audit_subject(a, "toolchain", args->toolchain, &a->subject, NULL,
				     TOLD_ALL, err);
	cancel_arm(NULL);
	for (size_t i = 0; !r && i < operands->count; i++)
		r = audit_operand(a, operands->item[i], err);
	if (!r && !operands->count)
		r = audit_installs(a, err);
	cancel_disarm();
	return r;
}

static void auditor_close(struct auditor *a)
{
	audit_report_free(&a->report);
	ldb_free(a->placed);
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
		.opt = opt,
		.subject = { .size = sizeof(a.subject),
			     .device = opt->chip,
			     .option_state = args->option_state,
			     .has_load_address = args->has_load_address,
			     .load_address = args->load_address },
	};
	enum stk_origin origin = STK_ORIGIN_NONE;
	struct stk_error err;
	int r = options_ctx(opt, &a.ctx, &err);

	if (!r)
		r = ldb_facts_open(opt->facts, &a.facts, &err);
	if (!r)
		r = audit_all(&a, args, &err);
	if (!r) {
		a.report.advisories = ldb_facts_advisories(a.facts, &a.report.n_advisories);
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
	.usage = "[OPTION...] [LOADER | PACK | FOLDER | NAME[@VERSION]]...",
	.doc = "FOLDER: the installs in it, and loaders beside them. Without anything the\n"
	       "installs that are where they usually lie, or the toolchain that --toolchain\n"
	       "names. Exit code 1: an advisory applies, or may.\n",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = audit_options,
	.parse = audit_parse,
	.args_size = sizeof(struct audit_args),
	.run = audit_run,
};
