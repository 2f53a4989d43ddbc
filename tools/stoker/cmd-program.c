/* SPDX-License-Identifier: MIT */
/* stoker program - erase what changes, program it, verify it */
#include "cmd.h"

enum { KEY_ERASE = 0x2000 };

struct program_args {
	struct options common;
	enum stk_erase erase;
};

static const struct argp_option program_options[] = {
	{ "erase", KEY_ERASE, "WHAT", 0,
	  "sectors (default: those that change), chip, none", 3 },
	{ 0 }
};

static error_t program_parse(int key, char *arg, struct argp_state *state)
{
	static const char *const names[] = {
		[STK_ERASE_SECTORS] = "sectors",
		[STK_ERASE_CHIP] = "chip",
		[STK_ERASE_NONE] = "none",
	};
	struct program_args *args = state->input;

	if (key != KEY_ERASE)
		return ARGP_ERR_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(arg, names[i]))
			continue;
		args->erase = (enum stk_erase)i;
		return 0;
	}
	argp_error(state, "--erase '%s' is none of sectors, chip, none", arg);
	return 0;
}

static enum stk_origin program_run(void *p)
{
	struct program_args *args = p;
	struct job_request req = {
		.opt = &args->common,
		.plan = {
			.size = sizeof(req.plan), .action = STK_ACTION_PROGRAM,
			.erase = args->erase,
		},
	};

	return job_command(&req);
}

const struct stk_cmd cmd_program = {
	.name = "program",
	.summary = "write firmware through loaders: erase, program, verify",
	.usage = "[-l REF...] -t ADDRESS [OPTION...] IMAGE...",
	.doc = "IMAGE is an ELF, Intel HEX, S-record or raw binary file, or - for the\n"
	       "standard input. Each byte goes through the one loader whose device\n"
	       "holds it. Bytes of erased sectors that the image does not hold are\n"
	       "written back; until they are, the rescue file has them.\n",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE |
		  GROUP_IMAGE | GROUP_PLAN |
		  GROUP_RESCUE,
	.own = program_options,
	.parse = program_parse,
	.args_size = sizeof(struct program_args),
	.run = program_run,
};
