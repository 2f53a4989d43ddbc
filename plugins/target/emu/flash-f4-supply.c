/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-f4-supply.c - what the supply voltage allows (RM0090 3.6.2, table 6)
 *
 * The manual says of a parallelism that the supply does not allow: "may lead to
 * unpredictable results", even where a read gives the right value. No flag says
 * so. What comes of it here is assumed, one of three: cells that stop on their
 * way, cells that do not change, cells that are right.
 */
#include <errno.h>
#include <string.h>

#include "flash-f4.h"

#define DEFAULT_MV 3300

static const struct emu_rule rule_supply = {
	"f4-supply", "assumed", "RM0090 3.6.2, table 6: the results are unpredictable",
	"the supply is too low for PSIZE: the operation ends without flag, its cells by chance"
};

/* "1.9": volts with up to three decimals. */
static bool parse_mv(const char *text, unsigned int *ret)
{
	unsigned int mv = 0, decimals = 0, point = 0;

	for (; *text && mv < 100000; text++) {
		if (*text == '.' && !point++)
			continue;
		if (*text < '0' || *text > '9' || (point && ++decimals > 3))
			return false;
		mv = mv * 10 + (unsigned int)(*text - '0');
	}
	for (; decimals < 3; decimals++)
		mv *= 10;
	*ret = mv;
	return true;
}

static int add_choice(struct flash_f4 *f, struct stk_error *err)
{
	static const char *const name[] = {
		[F4_DONE] = "done", [F4_MIXED] = "mixed", [F4_KEPT] = "kept", NULL
	};

	f->weak = (struct emu_choice){ &rule_supply, name, F4_MIXED };
	return emu_add_choice(f->emu, &f->weak, err);
}

int f4_supply_init(struct flash_f4 *f, struct stk_error *err)
{
	unsigned int min = (unsigned int)emu_fact(f->dev, "vdd_min_mv", 1800);
	unsigned int max = (unsigned int)emu_fact(f->dev, "vdd_max_mv", 3600);
	const char *text = emu_option(f->emu, "vdd");

	f->supply_mv = DEFAULT_MV;
	if (text && (!parse_mv(text, &f->supply_mv) || f->supply_mv < min ||
		     f->supply_mv > max))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"vdd=%s: the supply is %u.%u to %u.%u V", text, min / 1000,
				min % 1000 / 100, max / 1000, max % 1000 / 100);
	return add_choice(f, err);
}

static unsigned int needed_mv(const struct flash_f4 *f)
{
	switch (emu_bits(f->regs[CR / 4], CR_PSIZE, 2)) {
	case 0:
		return 0;
	case 1:
		return (unsigned int)emu_fact(f->dev, "x16_min_mv", 2100);
	default:
		return (unsigned int)emu_fact(f->dev, "x32_min_mv", 2700);
	}
}

enum f4_effect f4_supply_effect(struct flash_f4 *f, uint64_t addr)
{
	if (f->supply_mv >= needed_mv(f))
		return F4_DONE;
	emu_rule_fired(f->emu, &rule_supply, addr);
	return f->weak.now;
}
