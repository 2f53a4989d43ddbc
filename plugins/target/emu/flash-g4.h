/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-g4.h - the flash interface of STM32G4: pages, 64-bit double words
 *
 * RM0440 chapter 3 (registers 3.7), 5 (option bytes 5.4). Facts read from the
 * peripheral, with what RM0440 and the data sheet give for category 2:
 *	page_erase_us, mass_erase_us, program_ns, fast_row_us, option_us
 *	fast_row_bytes, fast_word_us, pnb_bits, irq, otp_start, otp_bytes,
 *	option_start
 * Geometry comes from the chip's flash memory and its first bank; the factory
 * values of the option registers are their reset values.
 */
#ifndef EMU_FLASH_G4_H
#define EMU_FLASH_G4_H

#include "flash-array.h"
#include "models.h"

#define ACR	0x00
#define PDKEYR	0x04
#define KEYR	0x08
#define OPTKEYR	0x0c
#define SR	0x10
#define CR	0x14
#define ECCR	0x18
#define OPTR	0x20
#define PCROP1SR 0x24
#define PCROP1ER 0x28
#define WRP1AR	0x2c
#define WRP1BR	0x30
#define SEC1R	0x70

#define SR_EOP		(1u << 0)
#define SR_OPERR	(1u << 1)
#define SR_PROGERR	(1u << 3)
#define SR_WRPERR	(1u << 4)
#define SR_PGAERR	(1u << 5)
#define SR_SIZERR	(1u << 6)
#define SR_PGSERR	(1u << 7)
#define SR_MISERR	(1u << 8)
#define SR_FASTERR	(1u << 9)
#define SR_RDERR	(1u << 14)
#define SR_OPTVERR	(1u << 15)
#define SR_BSY		(1u << 16)
#define SR_CLEARABLE	0xc3fbu
/* Left set, they make the next operation fail (RM0440 3.7.5, PGSERR). */
#define SR_STALE	(SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | \
			 SR_MISERR | SR_FASTERR)

#define CR_PG		(1u << 0)
#define CR_PER		(1u << 1)
#define CR_MER1		(1u << 2)
#define CR_PNB		3
#define CR_BKER		(1u << 11)
#define CR_MER2		(1u << 15)
#define CR_STRT		(1u << 16)
#define CR_OPTSTRT	(1u << 17)
#define CR_FSTPG	(1u << 18)
#define CR_EOPIE	(1u << 24)
#define CR_ERRIE	(1u << 25)
#define CR_OBL_LAUNCH	(1u << 27)
#define CR_OPTLOCK	(1u << 30)
#define CR_LOCK		(1u << 31)

#define G4_OPTIONS	16	/* option words kept in the store */

/* A memory the controller programs: main flash or OTP. */
struct g4_area {
	struct flash_g4 *flash;
	struct flash_array array;
	struct flash_op op;
	bool otp;
};

struct flash_g4 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	struct g4_area main, otp;
	uint32_t page;
	unsigned int pnb_bits;
	uint8_t *options;	/* G4_OPTIONS words, as programmed */
	uint32_t active[G4_OPTIONS];	/* as loaded: what protects */
	struct flash_lock lock, optlock;
	/* an operation that changes no cells of an area: option bytes */
	struct emu_event other;
	bool programs_options;
	/* first word of a double word */
	bool half;
	struct g4_area *half_area;
	uint32_t half_at, half_value;
	/* fast programming */
	bool mass_erased;	/* and nothing programmed the slow way since */
	uint8_t row_data[FLASH_ROW_MAX];
	uint32_t row, row_fill;
	uint64_t row_deadline;
	const char *bker;	/* variant of g4-bker-single-bank */
	const char *twice;	/* variant of g4-unlock-twice */
};

static inline bool g4_busy(const struct flash_g4 *f)
{
	return f->main.op.busy || f->otp.op.busy || f->other.when;
}

/* The bus waits until the operation is over. */
void g4_wait(struct flash_g4 *f);
/* An operation failed before it began: set @flag, tell the rule. */
void g4_error(struct flash_g4 *f, uint32_t flag, const struct emu_rule *rule,
	      uint64_t addr);
/* Something begins that changes no cells of an area, and takes @ns. */
void g4_begin_other(struct flash_g4 *f, uint64_t ns);
void g4_write_cr(struct flash_g4 *f, uint32_t value);

extern const struct emu_rule g4_rule_stale, g4_rule_mixed;

/* flash-g4-program.c */
void g4_store(void *area, uint64_t offset, unsigned int width, uint32_t value, bool debug);
void g4_program_mode_changed(struct flash_g4 *f);

/* flash-g4-option.c */
int g4_options_init(struct flash_g4 *f, struct stk_error *err);
/* Load what was programmed: power-on, OBL_LAUNCH. */
void g4_options_load(struct flash_g4 *f);
/* Option registers show what is active. */
void g4_options_show(struct flash_g4 *f);
bool g4_is_option(uint32_t offset);
void g4_option_write(struct flash_g4 *f, uint32_t offset, unsigned int width,
		     uint32_t value);
void g4_option_start(struct flash_g4 *f);
void g4_option_done(struct flash_g4 *f);
bool g4_page_protected(const struct flash_g4 *f, uint32_t page);
/* Readout protection closes the flash to this access. */
bool g4_closed(const struct flash_g4 *f);
extern const struct emu_rule g4_rule_rdp, g4_rule_wrp;

#endif
