/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcc.h - reset and clock control: one engine, a table for each family
 *
 * A source becomes ready some time after its enable bit; the system clock
 * follows SW once the source chosen there is ready; configuration of a PLL
 * that runs is ignored; reset bits reset peripherals. Facts: hsi_hz, csi_hz,
 * hse_hz (0: no crystal), the times below by their names, enr_offset (from a
 * reset register to its enable register) and alias_offset (registers that are
 * seen again so many bytes higher; 0: none are).
 */
#ifndef EMU_RCC_H
#define EMU_RCC_H

#include "models.h"

#define RCC_SOURCES 9
#define RCC_NONE    (-1)

struct rcc;

/* An oscillator or a PLL. */
struct rcc_source {
	uint16_t offset; /* register of both bits */
	uint8_t on, ready;
	const char *time; /* fact with the start-up time, in us */
	uint32_t us;
	const char *hz; /* fact with the frequency; NULL: a PLL, or not asked */
	bool pll;
	bool backup; /* in the backup domain: needs PWR's DBP */
	const char *needs; /* field of CR that not all chips have; NULL: all have it */
};

/* Bits that keep their value while @source is on. */
struct rcc_frozen {
	uint16_t offset;
	uint32_t mask;
	int8_t source;
	const struct emu_rule *rule;
};

struct rcc_family {
	const struct rcc_source *sources;
	unsigned int n_sources;
	const struct rcc_frozen *frozen;
	unsigned int n_frozen;
	uint32_t cr_ones; /* of the first register: ready flags that take no time */
	uint16_t cfgr;
	uint8_t sw_width, sws_lsb;
	int8_t sw[8]; /* source by value of SW; RCC_NONE: reserved */
	const struct emu_rule *rule_in_use, *rule_not_ready;
	const struct emu_rule *rule_backup; /* NULL: nothing protects the register */
	uint16_t bdcr;
	uint16_t rstr_first, rstr_last; /* peripheral reset registers */
	uint16_t enr_delta;		/* from a reset register to its enable register */
	uint16_t alias_first, alias_end; /* where the fact alias_offset counts */
	/* Source of @source's input, or RCC_NONE. PLLs only. */
	int (*input)(const struct rcc *rcc, int source);
	/* Frequency of the PLL that can be the system clock, from its input's. */
	uint64_t (*pll_hz)(const struct rcc *rcc, uint64_t input_hz);
	/* What a source of the system clock is divided by before the core. */
	unsigned int (*divider)(const struct rcc *rcc, int source);
};

struct rcc_pending {
	struct rcc *rcc;
	int source;
	struct emu_event event;
};

struct rcc {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	const struct rcc_family *family;
	struct rcc_pending pending[RCC_SOURCES];
	int system;	 /* source of the system clock */
	uint32_t backup; /* BDCR, which a system reset leaves alone */
	uint32_t alias_offset, enr_delta;
};

extern const struct rcc_family rcc_family_g4, rcc_family_l4, rcc_family_g0, rcc_family_c0;
extern const struct rcc_family rcc_family_u0;
extern const struct rcc_family rcc_family_f4, rcc_family_h7;

/* HPRE and its kin: 0xxx not divided, 1000 by 2 ... 1011 by 16, 1100 by 64 ... by 512. */
unsigned int rcc_prescaler(uint32_t code);
/* The PLL of G4, which L4 has as well. */
uint64_t rcc_g4_pll_hz(const struct rcc *rcc, uint64_t input_hz);

#endif
