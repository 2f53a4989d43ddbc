/* SPDX-License-Identifier: MIT */
/* Thumb code of Cortex-M, taken apart: the driver. */
#include "thumb.h"

#include <errno.h>

#include "text.h"

/* Functions that are found through registers only: each makes a new start. */
#define MAX_STARTS_AGAIN	4u

int thumb_understand(struct thumb *t, const struct stk_code_input *in,
		     struct stk_error *err)
{
	int r = thumb_map(t, in, err);

	t->again = true;
	for (unsigned int n = 0; n < MAX_STARTS_AGAIN && t->again && !r; n++) {
		r = thumb_walk(t, err);
		if (!r)
			r = thumb_link(t, err);
		t->again = false;
		if (!r)
			r = thumb_propagate(t, err);
	}
	return r ? r : thumb_depths(t, err);
}

static int analyse(const struct stk_code_input *in, struct stk_code_builder *b,
		   struct stk_error *err)
{
	struct thumb t = { 0 };
	struct text *text = text_new();
	int r = text ? thumb_understand(&t, in, err) : stk_fail_nomem(err);

	if (!r)
		r = thumb_facts(&t, text, b, err);
	thumb_free(&t);
	text_free(text);
	return r;
}

static int list(const struct stk_code_input *in, uint64_t address,
		void (*line)(void *data, const struct stk_code_line *line), void *data,
		struct stk_error *err)
{
	struct thumb t = { 0 };
	struct text *text = text_new();
	int r = text ? thumb_understand(&t, in, err) : stk_fail_nomem(err);
	uint32_t f = FUNCTION_NONE;

	if (!r && address <= UINT32_MAX)
		f = thumb_function_at(&t, (uint32_t)address);
	if (!r && f == FUNCTION_NONE)
		r = stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-function",
			     "no function begins at 0x%llx", (unsigned long long)address);
	if (!r)
		r = thumb_list(&t, text, f, line, data, err);
	thumb_free(&t);
	text_free(text);
	return r;
}

const struct stk_analysis_driver thumb_driver = {
	.size = sizeof(thumb_driver),
	.name = "thumb",
	.analyse = analyse,
	.list = list,
};
