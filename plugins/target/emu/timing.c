/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timing.c - what an instruction takes beyond its one cycle
 *
 * From the tables of the cores' manuals, which hold for memory without wait
 * states; where one leaves a range it is the least, so that no time-out of a
 * loader is called too short that may be long enough:
 *  - Cortex-M3 TRM r2p1, Cortex-M4 TRM r0p1, 3.3.1: a taken branch takes 1 + P,
 *    P from 1 to 3; LDR 2; LDM, POP, LDRD, STM, PUSH, STRD 1 + N, with PC
 *    among them P more. 3.3.2: a store of one register is hidden by what
 *    follows; a load after a load takes one less (if its address does not come
 *    from there, which is not looked at); loads of several are never paired.
 *  - Cortex-M0+ TRM r0p1 3.3, Cortex-M0 TRM r0p0 3.3: 2 and 3 for a taken
 *    branch, 3 and 4 for BL; LDR and STR 2, several 1 + N, POP with PC 3 + N
 *    and 4 + N; nothing is paired.
 *  - The manuals of Cortex-M7 and M33 have no such table: one cycle each.
 * Wait states of memories and buses, multiplications of more than a cycle,
 * divisions and barriers are not counted; a branch to the next instruction is
 * not seen, and what an IT block passes over is seen as one branch.
 */
#include <string.h>

#include "priv.h"

static const struct emu_rule rule_refill = {
	"core-refill", "assumed",
	"Cortex-M4 TRM r0p1 3.3.1, Cortex-M3 TRM r2p1 3.3.1: P is 1 to 3 by alignment, "
	"width and speculation; the least",
	"cycles that refill the pipeline after a taken branch"
};

static const struct emu_core_timing {
	const char *core;
	unsigned int refill;	/* of a taken branch; 0: see emu_timing.refill */
	bool pairs;		/* loads follow each other faster, stores are hidden */
} timings[] = {
	{ "cortex-m0", 2, false },
	{ "cortex-m0+", 1, false },
	{ "cortex-m3", 0, true },
	{ "cortex-m4", 0, true },
};

int timing_init(struct emu *emu, struct stk_error *err)
{
	static const char *const cycles[] = { "1", "2", "3", NULL };
	struct emu_timing *t = &emu->timing;

	t->refill = (struct emu_choice){ &rule_refill, cycles, 0 };
	for (size_t i = 0; i < ARRAY_SIZE(timings) && !t->core; i++) {
		if (!strcmp(timings[i].core, emu->chip->core))
			t->core = &timings[i];
	}
	return t->core && t->core->pairs ? emu_add_choice(emu, &t->refill, err) : 0;
}

uint64_t timing_number(const struct emu *emu)
{
	return emu->clock.cycles - emu->clock.skipped;
}

static void take(struct emu *emu, unsigned int cycles)
{
	emu->clock.cycles += cycles;
	emu->clock.skipped += cycles;
}

void timing_branch(struct emu *emu, unsigned int width)
{
	const struct emu_timing *t = &emu->timing;

	if (!t->core)
		return;
	if (t->core->pairs)
		take(emu, 1 + t->refill.now);
	else	/* BL is the one wide branch, POP the one that loads. */
		take(emu, t->core->refill + (width == 4 || t->at == timing_number(emu)));
}

static bool single_load(const struct emu_timing *t)
{
	return t->load && t->accesses == 1;
}

bool timing_after_load(const struct emu *emu)
{
	return emu->timing.at == timing_number(emu) && single_load(&emu->timing);
}

static unsigned int first_access(struct emu_timing *t, uint64_t n, bool load)
{
	t->after_load = t->at == n - 1 && single_load(t);
	t->at = n;
	t->accesses = 1;
	t->load = load;
	t->hidden = t->core->pairs && (!load || t->after_load);
	t->extra = t->hidden ? 0 : 1;
	return t->extra;
}

/* One of several, which hide nothing. */
static unsigned int next_access(struct emu_timing *t)
{
	unsigned int cycles = t->hidden ? 2 : 1;

	t->hidden = false;
	t->accesses++;
	t->extra += cycles;
	return cycles;
}

void timing_access(struct emu *emu, bool load)
{
	struct emu_timing *t = &emu->timing;
	uint64_t n = timing_number(emu);

	if (t->core)
		take(emu, t->at == n ? next_access(t) : first_access(t, n, load));
}

uint64_t timing_began(const struct emu *emu)
{
	const struct emu_timing *t = &emu->timing;

	return emu->clock.cycles - 1 - (t->at == timing_number(emu) ? t->extra : 0);
}
