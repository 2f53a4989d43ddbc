/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-h7.h - the flash interface of STM32H7, from H723 to H7B3
 *
 * RM0433, RM0399, RM0468 and RM0455 chapter 4: one or two banks with registers
 * of their own, wide flash words with check bits, a write buffer. Facts of the
 * peripheral:
 *	word_bytes, ecc_bits	flash word: 32 and 10, or 16 and 9
 *	wp_sectors		sectors to a bit of WPSN, 1 if not given
 *	program_x8_ns ...	one flash word, by parallelism (x8, x16, x32, x64)
 *	sector_erase_x8_ms ..., bank_erase_x8_ms ...
 *	option_ms, irq
 * Where CR1 has no field PSIZE1, the times are program_ns, sector_erase_ms and
 * bank_erase_ms. The fields of CR1 say where FW, START and SNB are and which
 * bits can be written. Sectors come from the chip's banks; the factory option
 * bytes are the reset values of the _CUR registers. Not modelled: the CRC unit,
 * one-time programming and the secure-only areas (their registers read as
 * written).
 */
#ifndef EMU_FLASH_H7_H
#define EMU_FLASH_H7_H

#include "flash-array.h"
#include "flash-options.h"
#include "models.h"

#define ACR	  0x00
#define KEYR	  0x04
#define OPTKEYR	  0x08
#define CR	  0x0c
#define SR	  0x10
#define CCR	  0x14
#define OPTCR	  0x18
#define OPTSR_CUR 0x1c
#define OPTSR_PRG 0x20
#define OPTCCR	  0x24
#define PRAR_CUR  0x28
#define PRAR_PRG  0x2c
#define SCAR_CUR  0x30
#define SCAR_PRG  0x34
#define WPSN_CUR  0x38
#define WPSN_PRG  0x3c
#define BOOT_CUR  0x40
#define BOOT_PRG  0x44
#define BOOT4_CUR 0x48
#define CRCCR	  0x50
#define ECC_FA	  0x60
#define OTPBL_CUR 0x68
#define OPTSR2_CUR 0x70
#define BANK2	  0x100

#define CR_LOCK	    (1u << 0)
#define CR_PG	    (1u << 1)
#define CR_SER	    (1u << 2)
#define CR_BER	    (1u << 3)
#define CR_CRC_EN   (1u << 15)

#define SR_BSY	     (1u << 0)
#define SR_WBNE	     (1u << 1)
#define SR_QW	     (1u << 2)
#define SR_EOP	     (1u << 16)
#define SR_WRPERR    (1u << 17)
#define SR_PGSERR    (1u << 18)
#define SR_STRBERR   (1u << 19)
#define SR_INCERR    (1u << 21)
#define SR_RDPERR    (1u << 23)
#define SR_SNECCERR  (1u << 25)
#define SR_DBECCERR  (1u << 26)
#define SR_FLAGS     0xffff0000u

#define OPTCR_OPTLOCK	  (1u << 0)
#define OPTCR_OPTSTART	  (1u << 1)
#define OPTCR_MER	  (1u << 4)
#define OPTCR_CHANGEERRIE (1u << 30)
#define OPTCR_SWAP	  (1u << 31)
#define OPTSR_OPT_BUSY	  (1u << 0)
#define OPTSR_IWDG1_SW	  (1u << 4)
#define OPTSR_RDP	  8
#define OPTSR_SWAP	  (1u << 31)

#define H7_WORD_MAX 32
#define H7_OPTIONS  11
#define H7_NO_FIELD 0xff

/*
 * One set of registers and the addresses it serves. Which cells are behind it
 * is decided at reset, by SWAP_BANK_OPT.
 */
struct h7_bank {
	struct flash_h7 *flash;
	const struct stk_bank *facts; /* NULL: this part has no such bank */
	uint32_t *regs;		      /* from CR's block: regs[CR / 4] */
	uint64_t base;		      /* of the registers */
	uint64_t start;		      /* of the memory */
	uint64_t sector;	      /* bytes */
	unsigned int n_sectors;
	unsigned int index;
	struct flash_array *array;
	struct flash_lock lock;
	struct flash_op op;
	uint8_t word[H7_WORD_MAX]; /* write buffer, 0xFF where not written */
	uint32_t written;      /* bit n: byte n */
	uint64_t at;	       /* of the word, in the bank */
};

/* Where the fields of CR are, and which bits can be written. */
struct h7_layout {
	uint32_t fw, start;
	uint8_t snb, snb_bits;
	uint8_t psize; /* H7_NO_FIELD: programs at one parallelism only */
	uint32_t writable;
};

struct flash_h7 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	struct flash_array whole, cells[2];
	struct h7_bank bank[2];
	struct h7_layout cr;
	unsigned int word_bytes, wp_sectors;
	struct flash_lock optlock;
	struct flash_options options;
	uint32_t active[H7_OPTIONS];
	struct emu_event option_end;
	bool committing, regressing;
};

static inline bool h7_has(const struct flash_h7 *f, unsigned int bank)
{
	return f->bank[bank].facts != NULL;
}

/* Flags in SR that CCR clears: each is where its interrupt enable is in CR. */
static inline uint32_t h7_clearable(const struct flash_h7 *f)
{
	return f->cr.writable & SR_FLAGS;
}

/* Flags of @b changed. */
void h7_update(struct h7_bank *b);
void h7_error(struct h7_bank *b, uint32_t flags, const struct emu_rule *rule,
	      uint64_t addr);
/* A time that depends on PSIZE: the fact "WHAT_x8_UNIT"; without PSIZE "WHAT_UNIT". */
uint64_t h7_by_psize(const struct h7_bank *b, const char *what, const char *unit,
		     uint64_t fallback);

/* flash-h7-layout.c: what the facts say of the words and of CR. */
int h7_layout_init(struct flash_h7 *f, struct stk_error *err);

/* flash-h7-erase.c */
void h7_start_erase(struct h7_bank *b);
void h7_mass_erase(struct flash_h7 *f);

/* flash-h7-memory.c */
int h7_memory_init(struct h7_bank *b, struct stk_error *err);
void h7_buffer_drop(struct h7_bank *b);
void h7_buffer_force(struct h7_bank *b);

/* flash-h7-option.c */
int h7_options_init(struct flash_h7 *f, struct stk_error *err);
void h7_options_load(struct flash_h7 *f);
void h7_option_write(struct flash_h7 *f, uint32_t offset, unsigned int width,
		     uint32_t value);
/* Does h7_option_write() take writes to @offset, besides OPTCR and those of a bank? */
bool h7_is_option(const struct flash_h7 *f, uint32_t offset);
bool h7_swapped(const struct flash_h7 *f);
bool h7_protected(const struct h7_bank *b, unsigned int sector);
/* Proprietary code: execute only (PCROP). */
bool h7_proprietary(const struct h7_bank *b, uint64_t offset, uint64_t len);
/* Readout protection closes the flash to this access. */
bool h7_closed(const struct flash_h7 *f);
/* As if programmed and loaded: a sector of the cells behind @b; bits of OPTSR. */
void h7_protect(struct h7_bank *b, unsigned int sector);
void h7_change_optsr(struct flash_h7 *f, uint32_t clear, uint32_t set);
extern const struct emu_rule h7_rule_rdp, h7_rule_wrp, h7_rule_pcrop;

/* flash-h7-fail.c */
int h7_failures_init(struct flash_h7 *f, struct stk_error *err);

#endif
