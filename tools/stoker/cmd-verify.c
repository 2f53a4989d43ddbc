/* SPDX-License-Identifier: MIT */
/* stoker verify - compare firmware with the flash */
#include "cmd.h"

static enum stk_origin verify_run(void *p)
{
	struct job_request req = {
		.opt = p,
		.plan = { .size = sizeof(req.plan), .action = STK_ACTION_VERIFY },
	};

	return job_command(&req);
}

const struct stk_cmd cmd_verify = {
	.name = "verify",
	.summary = "compare firmware with the flash; change nothing",
	.usage = "[-l REF...] -t ADDRESS [OPTION...] IMAGE...",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE |
		  GROUP_IMAGE | GROUP_PLAN,
	.args_size = sizeof(struct options),
	.run = verify_run,
};
