/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-f4.h - the flash interface of STM32F2, F4 and F7: sectors, PSIZE
 *
 * RM0090 chapter 3, RM0385, RM0410 and RM0431 chapter 3. What differs from chip
 * to chip is facts. The fields of ACR, SR, CR and of the option registers say
 * which bits there are: MER2 (or MER1 beside MER) a second bank, RDERR and SPRMOD
 * proprietary code, OPTCR1 and OPTCR2 more option bytes. Banks that depend on the
 * options carry the field and its value as their state ("nDBANK=0"). Facts:
 *	program_ns		one store, any parallelism
 *	erase_16k_x8_ms ...	sector erase by size and parallelism (x8, x16, x32)
 *	mass_erase_x8_ms ...	by parallelism
 *	x16_min_mv, x32_min_mv	supply that a parallelism needs
 *	vdd_min_mv, vdd_max_mv	supply of the chip: vdd=VOLT in the target address
 *	snb_bits		of CR, where fewer than the field has
 *	otp_start, otp_bytes, otp_lock_bytes
 *	itcm_start		where the core reads the flash too
 *	option_ms, irq
 * The factory option bytes are the reset values of OPTCR, OPTCR1 and OPTCR2.
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
#define OPTCR1	0x18
#define OPTCR2	0x1c

#define ACR_ICEN  (1u << 9) /* F7: ARTEN, and ARTRST two bits up */
#define ACR_DCEN  (1u << 10)
#define ACR_ICRST (1u << 11)
#define ACR_DCRST (1u << 12)

#define SR_EOP	  (1u << 0)
#define SR_OPERR  (1u << 1)
#define SR_WRPERR (1u << 4)
#define SR_PGAERR (1u << 5)
#define SR_PGPERR (1u << 6)
#define SR_PGSERR (1u << 7) /* F7: ERSERR */
#define SR_RDERR  (1u << 8)
#define SR_BSY	  (1u << 16)

#define CR_PG	 (1u << 0)
#define CR_SER	 (1u << 1)
#define CR_MER	 (1u << 2)
#define CR_SNB	 3
#define CR_PSIZE 8
#define CR_MER2	 (1u << 15)
#define CR_STRT	 (1u << 16)
#define CR_EOPIE (1u << 24)
#define CR_ERRIE (1u << 25)
#define CR_LOCK	 (1u << 31)

#define PSIZE_X64 3
#define SNB_BANK2 0x10u

#define OPTCR_OPTLOCK (1u << 0)
#define OPTCR_OPTSTRT (1u << 1)
#define OPTCR_RDP     8
#define OPTCR_NWRP    16
#define OPTCR_SPRMOD  (1u << 31)

#define F4_BANKS   2
#define F4_OPTIONS 3 /* option registers, from OPTCR on */

/* A memory the controller programs. */
struct f4_area {
	struct flash_f4 *flash;
	struct flash_array array;
	bool otp;
};

struct f4_sector {
	unsigned int bank, n;
	uint64_t offset, len; /* in the main flash */
};

/* What becomes of the cells; the last two where the supply is too low for PSIZE. */
enum f4_effect { F4_DONE, F4_MIXED, F4_KEPT };

enum f4_twice { F4_TWICE_FAULT, F4_TWICE_IGNORED };
enum f4_both { F4_BOTH_REFUSED, F4_BOTH_MASS };

struct flash_f4 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	uint32_t acr_mask, sr_mask, cr_mask;
	unsigned int snb_bits;
	struct f4_area main, otp;
	/* of the option state in force */
	const struct stk_bank *bank[F4_BANKS];
	unsigned int n_banks;
	struct flash_lock lock, optlock;
	struct flash_op op;
	struct flash_options options;
	uint32_t option_mask[F4_OPTIONS];
	uint32_t active[F4_OPTIONS]; /* option bytes in force, as in their registers */
	unsigned int n_options;
	unsigned int nwrp_bits;
	bool nwrp_each; /* each bank has nWRP */
	bool has_sprmod;
	unsigned int supply_mv;
	struct emu_choice weak; /* f4-supply: enum f4_effect */
	bool committing;     /* the operation is OPTSTRT's */
	struct emu_choice twice; /* f4-unlock-twice: enum f4_twice */
	struct emu_choice both;	 /* f4-ser-mer: enum f4_both */
};

/* An operation failed before it began: set @flags, tell the rule. */
void f4_error(struct flash_f4 *f, uint32_t flags, const struct emu_rule *rule,
	      uint64_t addr);
/* BSY is up for the operation that begins. */
void f4_begin(struct flash_f4 *f);

/* flash-f4-erase.c */
void f4_start_erase(struct flash_f4 *f);
extern const struct emu_rule f4_rule_ser_mer;

/* flash-f4-sector.c */
/* The banks of the option state in force. */
void f4_load_banks(struct flash_f4 *f);
/* Sector @n of @bank; false: there is none. */
bool f4_sector(const struct flash_f4 *f, unsigned int bank, unsigned int n,
	       struct f4_sector *ret);
/* The sector that holds @offset of the main flash. */
struct f4_sector f4_sector_at(const struct flash_f4 *f, uint64_t offset);
/* Is that number one of a sector in another option state? */
bool f4_sector_elsewhere(const struct flash_f4 *f, unsigned int n);

/* flash-f4-memory.c */
int f4_memory_init(struct flash_f4 *f, struct stk_error *err);

/* flash-f4-option.c */
int f4_options_init(struct flash_f4 *f, struct stk_error *err);
void f4_options_load(struct flash_f4 *f);
bool f4_is_option(const struct flash_f4 *f, uint32_t offset);
void f4_write_option(struct flash_f4 *f, uint32_t offset, uint32_t value);
void f4_options_done(struct flash_f4 *f);
bool f4_protected(const struct flash_f4 *f, const struct f4_sector *sector);
/* Its contents can be executed only. */
bool f4_proprietary(const struct flash_f4 *f, const struct f4_sector *sector);
/* Readout protection closes the flash to this access. */
bool f4_closed(const struct flash_f4 *f);
/* As if programmed and loaded: option register @i, from OPTCR on. */
void f4_option_put(struct flash_f4 *f, unsigned int i, uint32_t value);
/* The same for the bit that protects @sector. */
void f4_protect(struct flash_f4 *f, const struct f4_sector *sector);
extern const struct emu_rule f4_rule_rdp, f4_rule_wrp, f4_rule_pcrop;

/* flash-f4-fail.c */
int f4_failures_init(struct flash_f4 *f, struct stk_error *err);

/* flash-f4-supply.c */
int f4_supply_init(struct flash_f4 *f, struct stk_error *err);
/* What the operation at @addr, about to begin, will do with PSIZE as it is. */
enum f4_effect f4_supply_effect(struct flash_f4 *f, uint64_t addr);

#endif
