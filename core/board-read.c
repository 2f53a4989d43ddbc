/* SPDX-License-Identifier: MIT */
/*
 * Flash that no debugger sees: an external memory whose controller is not in
 * mapped mode. The loader that writes it can read it, or map it.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "board.h"

static int copy_out(const struct stk_report *report, struct stk_range range, uint8_t *buf,
		    struct stk_error *err)
{
	uint64_t got = 0;

	for (size_t i = 0; i < report->n_read; i++) {
		const struct stk_chunk *c = &report->read[i];
		struct stk_range at = { c->addr, c->len };

		if (!stk_range_contains(range, at))
			continue;
		memcpy(buf + (c->addr - range.addr), c->data, c->len);
		got += c->len;
	}
	if (got == range.len)
		return 0;
	return stk_fail(err, STK_ORIGIN_LOADER, EIO, "cannot-read",
			"%" PRIu64 " of 0x%" PRIx64 " bytes at 0x%08" PRIx64 " could be read",
			got, range.len, range.addr);
}

int stk_board_read(struct stk_board *b, struct stk_range range, void *buf,
		   struct stk_error *err)
{
	struct stk_plan_options opt = board_plan_options(b, STK_ACTION_READ);
	const struct stk_job_options how = { .size = sizeof(how), .cancel = b->opt.cancel };
	struct stk_job *job = NULL;
	struct stk_plan *plan;
	int r;

	opt.ranges = &range;
	opt.n_ranges = 1;
	/* Whoever only looks does not want a reset. */
	opt.no_reset = true;
	r = board_stop(b, err);
	if (r)
		return r;
	r = stk_plan_new(b->target, b->loaders, b->n_loaders, &opt, &plan, err);
	if (r)
		return r;
	board_unstage(b);
	r = stk_job_run(plan, &how, &job, err);
	stk_plan_free(plan);
	if (!r)
		r = copy_out(stk_job_report(job), range, buf, err);
	stk_job_free(job);
	return r;
}
