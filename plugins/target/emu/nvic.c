/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvic.c - which exception is next (ARMv7-M ARM B1.5, B3.4)
 *
 * System exceptions and interrupts share one numbering: bit n of the bitmaps
 * is exception n. Faults never come here: they stop the run (faults.c).
 */
#include "priv.h"

#define ISER	0xe000e100u
#define ICER	0xe000e180u
#define ISPR	0xe000e200u
#define ICPR	0xe000e280u
#define IABR	0xe000e300u
#define IPR	0xe000e400u
#define SHPR	0xe000ed18u
#define DHCSR_MASKINTS	(1u << 3)
#define DHCSR_DEBUGEN	(1u << 0)

static inline bool test(const uint32_t *map, unsigned int n)
{
	return map[n / 32] >> (n % 32) & 1;
}

static inline void assign(uint32_t *map, unsigned int n, bool on)
{
	if (on)
		map[n / 32] |= 1u << (n % 32);
	else
		map[n / 32] &= ~(1u << (n % 32));
}

void nvic_pend(struct emu *emu, unsigned int exc, bool on)
{
	if (exc >= EXC_COUNT)
		return;
	assign(emu->scs.pending, exc, on);
	if (exc == EXC_SYSTICK && !on)
		systick_taken(emu);
	cpu_attention(emu);
}

bool nvic_is_pending(const struct emu *emu, unsigned int exc)
{
	return test(emu->scs.pending, exc);
}

void emu_irq(struct emu *emu, unsigned int line, bool level)
{
	unsigned int exc = EXC_IRQ0 + line;

	if (exc >= EXC_COUNT)
		return;
	assign(emu->scs.level, exc, level);
	if (level)
		nvic_pend(emu, exc, true);
}

/* Smaller is more urgent; the sub-priority does not preempt. */
static int priority(const struct emu *emu, unsigned int exc)
{
	unsigned int group = emu->scs.aircr >> 8 & 7;

	if (exc == EXC_NMI)
		return -2;
	return emu->scs.priority[exc] & ~((2u << group) - 1) & 0xff;
}

static int active_priority(const struct emu *emu)
{
	unsigned int i, exc;
	int best = 256;

	for (i = 0; i < emu->scs.depth && i < EMU_NESTING; i++) {
		exc = emu->scs.nest[i].number;
		if (priority(emu, exc) < best)
			best = priority(emu, exc);
	}
	return best;
}

static unsigned int most_urgent(const struct emu *emu)
{
	const struct emu_scs *s = &emu->scs;
	unsigned int w, best = 0;

	for (w = 0; w < EXC_COUNT / 32; w++) {
		uint32_t set = s->pending[w] & (w ? s->enabled[w] : s->enabled[w] | 0xffff);

		for (; set; set &= set - 1) {
			unsigned int exc = w * 32 + (unsigned int)__builtin_ctz(set);

			if (!best || priority(emu, exc) < priority(emu, best))
				best = exc;
		}
	}
	return best;
}

/* Held back by PRIMASK, BASEPRI or FAULTMASK: an instruction can end that. */
static bool held_back(const struct emu *emu, unsigned int exc)
{
	uint32_t basepri = cpu_basepri(emu);

	if (exc == EXC_NMI)
		return false;
	if (cpu_reg(emu, STK_REG_PRIMASK) & 1 || cpu_faultmask(emu))
		return true;
	return basepri && priority(emu, exc) >= (int)basepri;
}

unsigned int nvic_next(struct emu *emu)
{
	struct emu_scs *s = &emu->scs;
	unsigned int exc = most_urgent(emu);

	s->masked = false;
	if (!exc)
		return 0;
	if ((s->dhcsr & DHCSR_MASKINTS) && (s->dhcsr & DHCSR_DEBUGEN) &&
	    (exc >= EXC_PENDSV))
		return 0;
	if (priority(emu, exc) >= active_priority(emu))
		return 0;
	s->masked = held_back(emu, exc);
	return s->masked ? 0 : exc;
}

unsigned int nvic_pending(const struct emu *emu, bool respect_priority)
{
	unsigned int exc = most_urgent(emu);

	if (exc && respect_priority && priority(emu, exc) >= active_priority(emu))
		return 0;
	return exc;
}

static uint32_t *bitmap(struct emu *emu, uint32_t addr, unsigned int *first)
{
	*first = EXC_IRQ0 + (addr & 0x7f & ~3u) * 8;
	switch (addr & ~0x7fu) {
	case ISER:
	case ICER:
		return emu->scs.enabled;
	case ISPR:
	case ICPR:
		return emu->scs.pending;
	case IABR:
		return emu->scs.active;
	default:
		return NULL;
	}
}

/* The address of a priority byte as its exception number, or 0. */
static unsigned int priority_of(uint32_t addr)
{
	unsigned int exc = 0;

	if (addr >= IPR)
		exc = EXC_IRQ0 + (addr - IPR);
	if (addr >= SHPR)
		exc = 4 + (addr - SHPR);
	return exc < EXC_COUNT ? exc : 0;
}

uint32_t nvic_read(struct emu *emu, uint32_t addr, unsigned int width)
{
	unsigned int first, i, exc;
	const uint32_t *map = bitmap(emu, addr, &first);
	uint32_t value = 0;

	for (i = 0; map && i < 32 && first + i < EXC_COUNT; i++)
		value |= (uint32_t)test(map, first + i) << i;
	if (map)
		return value >> (addr % 4 * 8);
	for (i = 0; i < width; i++) {
		exc = priority_of(addr + i);
		value |= (uint32_t)(exc ? emu->scs.priority[exc] : 0) << (i * 8);
	}
	return value;
}

void nvic_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value)
{
	bool on = (addr & ~0x7fu) == ISER || (addr & ~0x7fu) == ISPR;
	unsigned int first, i, exc;
	uint32_t *map = bitmap(emu, addr, &first);

	value <<= addr % 4 * 8 * (map != NULL);
	for (i = 0; map && map != emu->scs.active && i < 32 && first + i < EXC_COUNT; i++)
		if (value >> i & 1)
			assign(map, first + i, on);
	for (i = 0; !map && i < width; i++) {
		exc = priority_of(addr + i);
		/* Four bits are implemented on STM32 with ARMv7-M, two on ARMv6-M. */
		if (exc)
			emu->scs.priority[exc] =
				(value >> (i * 8)) & (emu->cpu.v6m ? 0xc0 : 0xf0);
	}
	cpu_attention(emu);
}

void nvic_reset(struct emu *emu)
{
	emu->scs.masked = false;
	cpu_attention(emu);
}
