/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-f4.h - the flash interface of STM32F405/407: sectors, PSIZE
 *
 * RM0090 chapter 3. Facts of the peripheral:
 *	program_ns		one store, any parallelism
 *	erase_16k_x8_ms ...	sector erase by size (16k, 64k, 128k) and
 *				parallelism (x8, x16, x32)
 *	mass_erase_x8_ms ...	by parallelism
 *	option_ms, otp_start, irq
 * Sectors come from the chip's only bank; the factory option bytes are the
 * reset value of OPTCR. The supply is 3.3 V without external VPP.
 */
#ifndef EMU_FLASH_F4_H
#define EMU_FLASH_F4_H

#include "flash-array.h"
#include "flash-options.h"
#include "models.h"

#define ACR	0x00
#define KEYR	0x04
#define OPTKEYR 0x08
#define SR	0x0c
#define CR	0x10
#define OPTCR	0x14

#define ACR_ICEN     (1u << 9)
#define ACR_DCEN     (1u << 10)
#define ACR_ICRST    (1u << 11)
#define ACR_DCRST    (1u << 12)
#define ACR_WRITABLE 0x1f0fu

#define SR_EOP	     (1u << 0)
#define SR_OPERR     (1u << 1)
#define SR_WRPERR    (1u << 4)
#define SR_PGAERR    (1u << 5)
#define SR_PGPERR    (1u << 6)
#define SR_PGSERR    (1u << 7)
#define SR_BSY	     (1u << 16)
#define SR_CLEARABLE 0xf3u

#define CR_PG	    (1u << 0)
#define CR_SER	    (1u << 1)
#define CR_MER	    (1u << 2)
#define CR_SNB	    3
#define CR_SNB_BITS 4
#define CR_PSIZE    8
#define CR_STRT	    (1u << 16)
#define CR_EOPIE    (1u << 24)
#define CR_ERRIE    (1u << 25)
#define CR_LOCK	    (1u << 31)
#define CR_WRITABLE \
	(CR_PG | CR_SER | CR_MER | 15u << CR_SNB | 3u << CR_PSIZE | CR_EOPIE | CR_ERRIE)
#define PSIZE_X64 3

#define OPTCR_OPTLOCK	(1u << 0)
#define OPTCR_OPTSTRT	(1u << 1)
#define OPTCR_RDP	8
#define OPTCR_NWRP	16
#define OPTCR_NWRP_BITS 12
#define OPTCR_OPTIONS	0x0fffffecu /* what option bytes hold */

#define F4_OTP_BLOCK  32
#define F4_OTP_BLOCKS 16

/* A memory the controller programs. */
struct f4_area {
	struct flash_f4 *flash;
	struct flash_array array;
	bool otp;
};

struct flash_f4 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	const struct stk_bank *bank;
	struct f4_area main, otp;
	struct flash_lock lock, optlock;
	struct flash_op op;
	struct flash_options options;
	uint32_t active;     /* option bytes in force, as in OPTCR */
	bool committing;     /* the operation is OPTSTRT's */
	bool second_ignored; /* variant of f4-unlock-twice */
	bool both_mass;	     /* variant of f4-ser-mer */
};

/* An operation failed before it began: set @flags, tell the rule. */
void f4_error(struct flash_f4 *f, uint32_t flags, const struct emu_rule *rule,
	      uint64_t addr);
/* First byte and length of sector @n; false: there is none. */
bool f4_sector(const struct flash_f4 *f, unsigned int n, uint64_t *offset, uint64_t *len);
unsigned int f4_sector_at(const struct flash_f4 *f, uint64_t offset);
/* BSY is up for the operation that begins. */
void f4_begin(struct flash_f4 *f);

/* flash-f4-memory.c */
int f4_memory_init(struct flash_f4 *f, struct stk_error *err);

/* flash-f4-option.c */
int f4_options_init(struct flash_f4 *f, struct stk_error *err);
void f4_options_load(struct flash_f4 *f);
void f4_write_optcr(struct flash_f4 *f, uint32_t value);
void f4_options_done(struct flash_f4 *f);
bool f4_protected(const struct flash_f4 *f, unsigned int sector);
/* Readout protection closes the flash to this access. */
bool f4_closed(const struct flash_f4 *f);
extern const struct emu_rule f4_rule_rdp, f4_rule_wrp;

#endif
