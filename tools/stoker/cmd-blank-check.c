/* SPDX-License-Identifier: MIT */
/* stoker blank-check - is the flash erased? */
#include "cmd.h"

static enum stk_origin blank_check_run(void *p)
{
	struct job_request req = {
		.opt = p,
		.plan = { .size = sizeof(req.plan), .action = STK_ACTION_BLANK_CHECK },
		.prepare = bench_whole_devices,
	};

	return job_command(&req);
}

const struct stk_cmd cmd_blank_check = {
	.name = "blank-check",
	.summary = "say whether the flash is erased: exit code 0 yes, 1 no",
	.usage = "[-l REF...] -t ADDRESS [OPTION...]",
	.doc = "Without --range the whole device of every loader is looked at.\n",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE |
		  GROUP_RANGE | GROUP_PLAN,
	.args_size = sizeof(struct options),
	.run = blank_check_run,
};
