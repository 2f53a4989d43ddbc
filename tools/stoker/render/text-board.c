/* SPDX-License-Identifier: MIT */
/* A board that serves, as text. */
#include <inttypes.h>

#include "../cmd.h"
#include "render.h"

void text_board_listening(FILE *out, const struct board_listening *l)
{
	size_t n;
	const struct stk_board_region *region = stk_board_regions(l->board, &n);

	fputs("listening on ", out);
	text_safe(out, l->where);
	fputs("\n  target  ", out);
	text_safe(out, l->target->address);
	fputs(", ", out);
	text_safe(out, l->target->description);
	putc('\n', out);
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "  flash   0x%08" PRIx64 "-0x%08" PRIx64
			", sectors of %" PRIu32 " bytes, by ", region[i].range.addr,
			stk_range_end(region[i].range) - 1, region[i].sector);
		text_safe(out, stk_loader_info(region[i].loader)->name);
		putc('\n', out);
	}
	fflush(out);
}
