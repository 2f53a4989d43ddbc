/* SPDX-License-Identifier: MIT */
/* One call of a loader's function for people. */
#include "render.h"

#include <inttypes.h>

static void text_arguments(FILE *out, const struct stk_call_report *c)
{
	text_safe(out, c->function);
	putc('(', out);
	for (unsigned int i = 0; i < c->n_args; i++)
		fprintf(out, "%s0x%08" PRIX32, i ? ", " : "", c->args[i]);
	fprintf(out, ") %s", stk_end_name(c->end));
	if (c->meaning) {
		fputs(": ", out);
		text_safe(out, c->meaning);
	}
	putc('\n', out);
}

void text_call(const struct stk_call_report *c, const struct stk_error *err)
{
	FILE *out = stdout;
	char used[32], budget[32];

	if (!c)
		return;
	text_arguments(out, c);
	fprintf(out,
		"  registers  R0 0x%08" PRIX32 "  R1 0x%08" PRIX32 "  PC 0x%08" PRIX32
		"  LR 0x%08" PRIX32 "  SP 0x%08" PRIX32 "\n",
		c->r0, c->r1, c->pc, c->lr, c->sp);
	fprintf(out, "  time       %s of %s allowed\n",
		text_time(c->ns, used, sizeof(used)),
		text_time(c->budget_ns, budget, sizeof(budget)));
	fprintf(out, "  stack      %" PRIu32 " of %" PRIu32 " bytes used\n",
		c->stack_used, c->stack_size);
	if (c->warning)
		fprintf(stderr, "warning: %s\n", c->warning);
	if (c->has_link)
		text_link(out, &c->link);
	if (err && c->diagnosis)
		text_diagnosis(stderr, c->diagnosis);
}
