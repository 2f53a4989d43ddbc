/* SPDX-License-Identifier: MIT */
/* monitor-flash.c - "monitor flash": regions, and the controllers' lock and status bits */
#include <string.h>

#include "server.h"

static void tell_region(struct server *s, const struct stk_board_region *r)
{
	untold(s, "0x%08llx..0x%08llx: %llu sectors of 0x%x bytes, by %s\n",
	       (unsigned long long)r->range.addr,
	       (unsigned long long)stk_range_end(r->range) - 1,
	       (unsigned long long)(r->range.len / r->sector), r->sector,
	       stk_loader_info(r->loader)->name);
}

/* Status and control: SR, SR1, CR, NSSR, SECCR, PECR, OPTCR. */
static bool worth_telling(const char *name)
{
	static const char *const ends[] = { "SR", "CR" };
	size_t n = strlen(name), i;

	if (n && name[n - 1] >= '1' && name[n - 1] <= '2')
		n--;
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (n >= 2 && n <= 5 && !memcmp(name + n - 2, ends[i], 2) &&
		    strncmp(name, "ACR", 3))
			return true;
	return false;
}

static int tell_controller(struct server *s, const struct stk_peripheral *p,
			   struct stk_error *err)
{
	size_t i;
	int r = 0;

	for (i = 0; i < p->n_registers && !r; i++)
		if (worth_telling(p->registers[i].name))
			r = monitor_show(s, p, &p->registers[i], err);
	return r;
}

int monitor_flash(struct server *s, const char *text, struct stk_error *err)
{
	const struct stk_chip *chip = stk_board_facts(s->board)->chip;
	size_t i, n;
	const struct stk_board_region *regions = stk_board_regions(s->board, &n);
	int r = 0;

	for (i = 0; i < n; i++)
		tell_region(s, &regions[i]);
	if (!n)
		untold(s, "no loader was given (-l), so no flash can be written\n");
	for (i = 0; chip && i < chip->n_peripherals && !r; i++)
		if (!strncmp(chip->peripherals[i].name, "FLASH", 5))
			r = tell_controller(s, &chip->peripherals[i], err);
	return r;
}
