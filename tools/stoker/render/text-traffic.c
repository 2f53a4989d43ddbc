/* SPDX-License-Identifier: MIT */
/* What a call did to the chip's registers, a line an access. */
#include "../cmd.h"

#include <inttypes.h>

#include "render.h"

#define REGISTER 14 /* columns of a register's name */

void text_access(FILE *out, const char *before, const struct stk_access *a)
{
	char name[32], line[400];
	/* Behind PC, direction and name. */
	unsigned int at = (unsigned int)strlen(before) + 14 + REGISTER + 1;

	if (a->name)
		snprintf(name, sizeof(name), "%s", a->name);
	else
		snprintf(name, sizeof(name), "0x%08" PRIX64, a->address);
	fprintf(out, "%s0x%08" PRIX64 "  %c ", before, a->pc, a->write ? 'w' : 'r');
	text_safe(out, name);
	fprintf(out, "%*s", strlen(name) < REGISTER ? REGISTER + 1 - (int)strlen(name) : 1,
		"");
	if (a->text)
		snprintf(line, sizeof(line), "%s", a->text);
	else
		snprintf(line, sizeof(line), "0x%08" PRIX32, a->value);
	if (a->repeats)
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
			 " and %" PRIu32 " more", a->repeats);
	text_wrapped(out, at, at, line);
}

void text_traffic(FILE *out, const struct stk_trial_call *call, size_t most)
{
	size_t first = call->n_traffic > most ? call->n_traffic - most : 0;
	uint64_t left_out = call->n_dropped + first;

	if (!call->n_traffic)
		return;
	fputs("  traffic    ", out);
	if (left_out)
		fprintf(out, "the last of %" PRIu64 " accesses to registers\n",
			call->n_traffic + call->n_dropped);
	else
		fprintf(out, "all accesses to registers\n");
	fputs("    time        PC          register         value\n", out);
	for (size_t i = first; i < call->n_traffic; i++) {
		char time[32], before[48];

		text_time(call->traffic[i].ns, time, sizeof(time));
		snprintf(before, sizeof(before), "    %-10s  ", time);
		text_access(out, before, &call->traffic[i]);
	}
}
