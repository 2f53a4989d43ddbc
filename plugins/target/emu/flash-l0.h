/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-l0.h - the NVM interface of STM32L0 and L1: program flash, data EEPROM
 *
 * RM0367, RM0376, RM0377 chapter 3 (L0), RM0038 chapter 3 (L1). An erased bit is
 * 0. Program flash takes words, or half-pages of words in a row; the EEPROM
 * bytes, half-words and words, each erased by itself where need be. Which flags
 * and option registers there are, the facts' registers say: NOTZEROERR is the
 * L0's. Facts:
 *	page_bytes, half_page_words
 *	eeprom_start, eeprom_bytes	0 bytes: none
 *	option_start
 *	program_us, erase_us		one word, half-page or page
 *	irq
 * The factory option bytes are the reset values of OPTR (which RM0038 calls OBR) and WRPRn.
 */
#ifndef EMU_FLASH_L0_H
#define EMU_FLASH_L0_H

#include "flash-array.h"
#include "flash-options.h"
#include "models.h"

#define ACR	0x00
#define PECR	0x04
#define PDKEYR	0x08
#define PEKEYR	0x0c
#define PRGKEYR 0x10
#define OPTKEYR 0x14
#define SR	0x18
#define OPTR	0x1c

#define PECR_PELOCK	(1u << 0)
#define PECR_PRGLOCK	(1u << 1)
#define PECR_OPTLOCK	(1u << 2)
#define PECR_PROG	(1u << 3)
#define PECR_DATA	(1u << 4)
#define PECR_ERASE	(1u << 9)
#define PECR_FPRG	(1u << 10)
#define PECR_EOPIE	(1u << 16)
#define PECR_ERRIE	(1u << 17)
#define PECR_OBL_LAUNCH (1u << 18)
#define PECR_LOCKS	(PECR_PELOCK | PECR_PRGLOCK | PECR_OPTLOCK)

#define SR_BSY	      (1u << 0)
#define SR_EOP	      (1u << 1)
#define SR_ENDHV      (1u << 2)
#define SR_READY      (1u << 3)
#define SR_WRPERR     (1u << 8)
#define SR_PGAERR     (1u << 9)
#define SR_SIZERR     (1u << 10)
#define SR_OPTVERR    (1u << 11)
#define SR_NOTZEROERR (1u << 16)
#define SR_STATE      (SR_BSY | SR_ENDHV | SR_READY)

#define L0_PROTECTS	3 /* WRPR1 to WRPR3 */
#define L0_OPTION_WORDS (2 + 2 * L0_PROTECTS)
#define L0_WRP_SECTOR	4096u
#define L0_HALF_PAGE	128 /* bytes, the most */

/* A memory that the interface writes. */
struct l0_area {
	struct flash_l0 *flash;
	struct flash_array array;
};

enum l0_zero { L0_ZERO_KEEP, L0_ZERO_OR };
enum l0_twice { L0_TWICE_DEAD, L0_TWICE_IGNORED };

struct flash_l0 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	uint32_t sr_mask, pecr_mask;
	struct l0_area program, eeprom, option;
	struct flash_lock pelock, prglock, optlock;
	struct flash_op op;
	/* A half-page while its words come in. */
	uint8_t row[L0_HALF_PAGE];
	uint64_t row_offset, row_bytes;
	/* What is programmed once the erase before it is over; len 0: nothing. */
	uint8_t after[4];
	unsigned int after_len;
	const struct stk_register *option_reg, *protect_reg[L0_PROTECTS];
	uint32_t options, protect[L0_PROTECTS]; /* in force */
	struct emu_choice zero;	 /* l0-not-zero: enum l0_zero */
	struct emu_choice twice; /* l0-unlock-twice: enum l0_twice */
};

void l0_error(struct flash_l0 *f, uint32_t flags, const struct emu_rule *rule, uint64_t addr);
void l0_begin(struct flash_l0 *f);

/* flash-l0-memory.c */
int l0_memory_init(struct flash_l0 *f, struct stk_error *err);
/* An operation is over; true: another one begins because of it. */
bool l0_continue(struct flash_l0 *f);

/* flash-l0-option.c */
int l0_options_init(struct flash_l0 *f, struct stk_error *err);
/* Option bytes that somebody wrote before, in force now. Half @n and the next. */
void l0_option_put(struct flash_l0 *f, const struct stk_register *reg, unsigned int n,
		   uint32_t value);
/* As after a reset, or OBL_LAUNCH. */
void l0_options_load(struct flash_l0 *f);
bool l0_protected(const struct flash_l0 *f, uint64_t offset);
bool l0_closed(const struct flash_l0 *f);
extern const struct emu_rule l0_rule_rdp;

/* flash-l0-fail.c */
int l0_failures_init(struct flash_l0 *f, struct stk_error *err);

#endif
