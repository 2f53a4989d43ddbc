/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scs.c - the private peripheral bus: system control block, debug registers,
 * data watchpoint unit (CYCCNT). ARMv7-M ARM B3.2, C1.6, C1.8. SysTick and
 * NVIC have their own files. What is not here reads 0 and ignores writes.
 */
#include <string.h>

#include "models.h"
#include "priv.h"

#define PPB_BASE	0xe0000000u
#define SYST_CSR	0xe000e010u
#define SYST_CALIB	0xe000e01cu
#define NVIC_FIRST	0xe000e100u
#define NVIC_LAST	0xe000e4efu
#define NVIC_IPR	0xe000e400u
#define CPUID		0xe000ed00u
#define ICSR		0xe000ed04u
#define VTOR		0xe000ed08u
#define AIRCR		0xe000ed0cu
#define SCR		0xe000ed10u
#define CCR		0xe000ed14u
#define SHPR1		0xe000ed18u
#define SHPR3		0xe000ed20u
#define SHCSR		0xe000ed24u
#define CFSR		0xe000ed28u
#define HFSR		0xe000ed2cu
#define DFSR		0xe000ed30u
#define MMFAR		0xe000ed34u
#define BFAR		0xe000ed38u
#define CLIDR		0xe000ed78u
#define CCSIDR		0xe000ed80u
#define CPACR		0xe000ed88u
#define MISC_FIRST	0xe000ed80u
#define MISC_LAST	0xe000ee7fu
#define MPU_TYPE	0xe000ed90u
#define MPU_RASR	0xe000eda0u
#define DHCSR		0xe000edf0u
#define DEMCR		0xe000edfcu
#define STIR		0xe000ef00u
#define FPCCR		0xe000ef34u
#define FPCAR		0xe000ef38u
#define FPDSCR		0xe000ef3cu
#define MVFR0		0xe000ef40u
#define MVFR1		0xe000ef44u
#define DWT_CTRL	0xe0001000u
#define DWT_CYCCNT	0xe0001004u
#define DWT_LSR		0xe0001fb4u

#define AIRCR_KEY	0x05fa0000u
#define AIRCR_RESET	(1u << 2)
#define DHCSR_KEY	0xa05f0000u
#define DHCSR_DEBUGEN	(1u << 0)
#define DHCSR_HALT	(1u << 1)
#define DHCSR_MASKINTS	(1u << 3)
#define DEMCR_TRCENA	(1u << 24)
#define ICSR_NMI	(1u << 31)
#define ICSR_PENDSVSET	(1u << 28)
#define ICSR_PENDSVCLR	(1u << 27)
#define ICSR_PENDSTSET	(1u << 26)
#define ICSR_PENDSTCLR	(1u << 25)

/* CPUID of a common revision of each core (the cores' TRMs). */
static uint32_t cpuid(const struct emu *emu)
{
	static const struct {
		const char *core;
		uint32_t value;
	} table[] = {
		{ "cortex-m0", 0x410cc200 }, { "cortex-m0+", 0x410cc601 },
		{ "cortex-m3", 0x412fc231 }, { "cortex-m4", 0x410fc241 },
		{ "cortex-m7", 0x411fc271 }, { "cortex-m33", 0x410fd214 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].core, emu->chip->core))
			return table[i].value;
	return 0;
}

static bool is_m7(const struct emu *emu)
{
	return !strcmp(emu->chip->core, "cortex-m7");
}

/* MVFR0 and MVFR1 of a single-precision FPU (M4) and of the M7's (their TRMs). */
static uint32_t fp_feature(const struct emu *emu, uint32_t single, uint32_t both)
{
	if (!emu->cpu.has_fp)
		return 0;
	return is_m7(emu) ? both : single;
}

static bool cyccnt_runs(const struct emu_scs *s)
{
	return (s->dwt_ctrl & 1) && (s->demcr & DEMCR_TRCENA);
}

static uint32_t cyccnt(const struct emu *emu)
{
	const struct emu_scs *s = &emu->scs;

	return cyccnt_runs(s) ? (uint32_t)(emu->clock.cycles - s->cyccnt_base) : s->cyccnt;
}

/* Change DWT_CTRL or DEMCR and keep the count. */
static void cyccnt_set(struct emu *emu, uint32_t value, uint32_t ctrl, uint32_t demcr)
{
	struct emu_scs *s = &emu->scs;

	s->dwt_ctrl = ctrl;
	s->demcr = demcr;
	s->cyccnt = value;
	s->cyccnt_base = emu->clock.cycles - value;
}

static uint32_t icsr(struct emu *emu)
{
	uint32_t value = cpu_reg(emu, STK_REG_XPSR) & 0x1ff;

	value |= nvic_pending(emu, false) << 12;
	value |= nvic_is_pending(emu, EXC_SYSTICK) ? ICSR_PENDSTSET : 0;
	value |= nvic_is_pending(emu, EXC_PENDSV) ? ICSR_PENDSVSET : 0;
	value |= nvic_is_pending(emu, EXC_NMI) ? ICSR_NMI : 0;
	return value;
}

static uint32_t dhcsr(const struct emu *emu)
{
	uint32_t value = emu->scs.dhcsr & (DHCSR_DEBUGEN | DHCSR_MASKINTS);

	if (!emu->running)
		value |= 1u << 17 | DHCSR_HALT;		/* S_HALT */
	return value | 1u << 16 | 1u << 24;		/* S_REGRDY, S_RETIRE_ST */
}

static uint32_t read_misc(const struct emu *emu, uint32_t addr)
{
	if (addr == CCSIDR && is_m7(emu))
		/* 16 KiB, 4 ways, 32-byte lines; Cortex-M7 TRM 3.3.7 */
		return emu->scs.misc[1] & 1 ? 0xf01fe019 : 0xf00fe019;
	if (addr == CPACR)
		return emu->scs.cpacr;
	return emu->scs.misc[(addr - MISC_FIRST) / 4];
}

static uint32_t read_dwt(struct emu *emu, uint32_t addr)
{
	switch (addr) {
	case DWT_CTRL:
		/* Comparators: four, or two; no counters with ARMv6-M. */
		return emu->cpu.v6m ? 0x20000000 : emu->scs.dwt_ctrl | 0x40000000;
	case DWT_CYCCNT:
		emu_changed(emu);
		return cyccnt(emu);
	default:
		return 0;
	}
}

static uint32_t read_word(struct emu *emu, uint32_t addr)
{
	const struct emu_scs *s = &emu->scs;

	switch (addr) {
	case CPUID:	return cpuid(emu);
	case ICSR:	return icsr(emu);
	case VTOR:	return s->vtor;
	case AIRCR:	return 0xfa050000 | s->aircr;
	case SCR:	return s->scr;
	case CCR:	return s->ccr;
	case SHCSR:	return s->shcsr;
	case CFSR:	return s->cfsr;
	case HFSR:	return s->hfsr;
	case DFSR:	return s->dfsr;
	case MMFAR:	return s->mmfar;
	case BFAR:	return s->bfar;
	case CLIDR:	return is_m7(emu) ? 0x09000003 : 0;
	case DHCSR:	return dhcsr(emu);
	case DEMCR:	return s->demcr;
	case FPCCR:	return s->fpccr;
	case FPCAR:	return s->fpcar;
	case FPDSCR:	return s->fpdscr;
	case MVFR0:	return fp_feature(emu, 0x10110021, 0x10110221);
	case MVFR1:	return fp_feature(emu, 0x11000011, 0x12000011);
	}
	if (addr >= MISC_FIRST && addr <= MISC_LAST)
		return read_misc(emu, addr);
	return addr < 0xe0002000 ? read_dwt(emu, addr) : 0;
}

static bool is_nvic(uint32_t addr)
{
	return (addr >= NVIC_FIRST && addr <= NVIC_LAST) || (addr >= SHPR1 && addr < SHCSR);
}

/*
 * ARMv6-M has one word of each NVIC bitmap, eight of priorities, no fault
 * status, no FPU, no cycle counter (ARMv6-M ARM B3.2 to B3.4, C1.6, C1.8).
 */
static bool v6m_lacks(const struct emu *emu, uint32_t addr)
{
	uint32_t word = addr & ~3u;

	if (!emu->cpu.v6m)
		return false;
	if (word < SYST_CSR)
		return word != DWT_CTRL;
	if (word >= NVIC_FIRST && word <= NVIC_LAST)
		return word < NVIC_IPR ? word & 0x7f : word >= NVIC_IPR + 32;
	if (word >= MPU_TYPE && word <= MPU_RASR)
		return false;
	return word == SHPR1 || word == CFSR || word == HFSR || word > DEMCR ||
	       (word >= MMFAR && word < DHCSR);
}

uint32_t scs_read(struct emu *emu, uint32_t addr, unsigned int width, bool debug)
{
	uint32_t value;

	if (v6m_lacks(emu, addr))
		return 0;
	if (addr >= SYST_CSR && addr <= SYST_CALIB)
		return systick_read(emu, addr, debug);
	if (is_nvic(addr))
		return nvic_read(emu, addr, width);
	value = read_word(emu, addr & ~3u) >> (addr % 4 * 8);
	return width == 4 ? value : value & ((1u << width * 8) - 1);
}

static void write_icsr(struct emu *emu, uint32_t value)
{
	if (value & ICSR_NMI)
		nvic_pend(emu, EXC_NMI, true);
	if (value & (ICSR_PENDSVSET | ICSR_PENDSVCLR))
		nvic_pend(emu, EXC_PENDSV, value & ICSR_PENDSVSET);
	if (value & (ICSR_PENDSTSET | ICSR_PENDSTCLR))
		nvic_pend(emu, EXC_SYSTICK, value & ICSR_PENDSTSET);
}

static void write_aircr(struct emu *emu, uint32_t value)
{
	if ((value & 0xffff0000) != AIRCR_KEY)
		return;
	emu->scs.aircr = emu->cpu.v6m ? 0 : value & 0x700;	/* PRIGROUP */
	if (value & AIRCR_RESET)
		emu_system_reset(emu, "AIRCR.SYSRESETREQ was written");
}

/*
 * C_DEBUGEN belongs to the debugger; C_MASKINTS can be changed by both.
 * Halting goes through the target's own operations.
 */
static void write_dhcsr(struct emu *emu, uint32_t value, bool debug)
{
	struct emu_scs *s = &emu->scs;

	if ((value & 0xffff0000) != DHCSR_KEY)
		return;
	if (debug)
		s->dhcsr = (s->dhcsr & ~DHCSR_DEBUGEN) | (value & DHCSR_DEBUGEN);
	s->dhcsr = (s->dhcsr & ~DHCSR_MASKINTS) | (value & DHCSR_MASKINTS);
	cpu_attention(emu);
}

/* The FPU works where CP10 and CP11 have full access. */
static void write_cpacr(struct emu *emu, uint32_t value)
{
	emu->scs.cpacr = value & 0x00f00000;
	emu->cpu.fp_off = emu->cpu.has_fp && emu->scs.cpacr != 0x00f00000;
}

/* Read-only on ARMv6-M (ARMv6-M ARM B3.2.8). */
static void write_ccr(struct emu *emu, uint32_t value)
{
	if (!emu->cpu.v6m)
		emu->scs.ccr = (value & 0x0007031b) | 0x200;
}

static void write_demcr(struct emu *emu, uint32_t value)
{
	cyccnt_set(emu, cyccnt(emu), emu->scs.dwt_ctrl, value & 0x010f07f1);
}

static void write_word(struct emu *emu, uint32_t addr, uint32_t value, bool debug)
{
	struct emu_scs *s = &emu->scs;

	switch (addr) {
	case ICSR:	write_icsr(emu, value); return;
	case VTOR:	s->vtor = value & 0xffffff80; return;
	case AIRCR:	write_aircr(emu, value); return;
	case SCR:	s->scr = value & 0x16; return;
	case CCR:	write_ccr(emu, value); return;
	case SHCSR:	s->shcsr = emu->cpu.v6m ? 0 : value & 0x00070000; return;
	case CFSR:	s->cfsr &= ~value; return;
	case HFSR:	s->hfsr &= ~value; return;
	case DFSR:	s->dfsr &= ~value; return;
	case MMFAR:	s->mmfar = value; return;
	case BFAR:	s->bfar = value; return;
	case CPACR:	write_cpacr(emu, value); return;
	case DHCSR:	write_dhcsr(emu, value, debug); return;
	case DEMCR:	write_demcr(emu, value); return;
	case STIR:	nvic_pend(emu, EXC_IRQ0 + (value & 0xff), true); return;
	case FPCCR:	s->fpccr = value; return;
	case FPCAR:	s->fpcar = value; return;
	case FPDSCR:	s->fpdscr = value; return;
	case DWT_CTRL:	cyccnt_set(emu, cyccnt(emu), value & 1, s->demcr); return;
	case DWT_CYCCNT: cyccnt_set(emu, value, s->dwt_ctrl, s->demcr); return;
	}
	if (addr >= MISC_FIRST && addr <= MISC_LAST)
		s->misc[(addr - MISC_FIRST) / 4] = value;
}

void scs_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value,
	       bool debug)
{
	uint32_t word = addr & ~3u, shift = addr % 4 * 8;

	if (v6m_lacks(emu, addr))
		return;
	if (addr >= SYST_CSR && addr <= SYST_CALIB) {
		systick_write(emu, addr, value);
	} else if (is_nvic(addr)) {
		nvic_write(emu, addr, width, value);
	} else if (width == 4) {
		write_word(emu, addr, value, debug);
	} else if (word == CFSR || word == SHCSR || word == CCR) {
		uint32_t mask = ((1u << width * 8) - 1) << shift;
		uint32_t old = word == CFSR ? 0 : read_word(emu, word);

		write_word(emu, word, (old & ~mask) | (value << shift & mask), debug);
	}
}

void scs_reset(struct emu *emu, bool power)
{
	struct emu_scs *s = &emu->scs;
	uint32_t dhcsr_kept = s->dhcsr, demcr_kept = s->demcr;

	emu_cancel(emu, &s->syst_event);
	memset(s, 0, sizeof(*s));
	/* The debug block has its own reset: power-on. */
	s->dhcsr = power ? (emu->debugger ? DHCSR_DEBUGEN : 0) : dhcsr_kept;
	s->demcr = power ? 0 : demcr_kept;
	/* STKALIGN; on ARMv6-M UNALIGN_TRP as well, both read-only (B3.2.8). */
	s->ccr = emu->cpu.v6m ? 0x208 : 0x200;
	s->fpccr = emu->cpu.has_fp ? 0xc0000000 : 0;
	write_cpacr(emu, 0);
	systick_reset(emu);
	nvic_reset(emu);
}

/* ---- the same as blocks of the facts, which have the names ---- */

static uint32_t ppb_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 bool debug)
{
	return scs_read(dev->emu, (uint32_t)dev->facts->base + offset, width, debug);
}

static void ppb_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		      uint32_t value, bool debug)
{
	scs_write(dev->emu, (uint32_t)dev->facts->base + offset, width, value, debug);
}

const struct emu_model emu_model_scs = {
	.name = "scs",
	.read = ppb_read,
	.write = ppb_write,
};

const struct emu_model emu_model_dwt = {
	.name = "dwt",
	.read = ppb_read,
	.write = ppb_write,
};
