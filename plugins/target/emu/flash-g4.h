/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-g4.h - the flash interface with pages and 64-bit double words:
 * STM32G4 and its generation (G0, L4, C0, U0, WB, WL)
 *
 * One model; what differs are facts. RM0440 chapters 3 and 5 describe it best
 * and are what the rules cite; where another manual was seen to say something
 * of its own, the rule cites that. What a register lacks in the facts, the chip
 * lacks: SR.BSY2, SR.CFGBSY, CR.BKER, CR.MER2, the option registers.
 * Facts read, with what the G431 has:
 *	page_erase_us, mass_erase_us, program_ns, fast_row_us, option_us
 *	fast_row_bytes, fast_word_us, irq, otp_start, otp_bytes
 *	option_start, option2_start	option memory, of the second bank
 *	pcrop_bytes		what a PCROP area counts in
 *	reserved_bker_bit	where BKER is on siblings with two banks
 *	single_mode_both_mer	1: with one bank MER1 needs MER2 and the reverse
 *	bank2_first_page	a page of bank 2 may be numbered from here as well
 *	protected_bus_error	1: a write-protected page is also a bus error
 * Geometry comes from the banks; an option state such as "DBANK=1" names a
 * field of OPTR, and 0 in it is single-bank mode on all of them. Factory values
 * of the option registers are their reset values.
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
#define WRP1AR	0x2c
#define WRP1BR	0x30

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
#define SR_BSY2		(1u << 17)
#define SR_CFGBSY	(1u << 18)
#define SR_CLEARABLE	0xffffu	/* as far as the facts have the flags */
/* Left set, they make the next operation fail (RM0440 3.7.5, PGSERR). */
#define SR_STALE	(SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | \
			 SR_MISERR | SR_FASTERR)

#define CR_PG		(1u << 0)
#define CR_PER		(1u << 1)
#define CR_MER1		(1u << 2)
#define CR_PNB		3
#define CR_BKER		(1u << 11)	/* of G4 and L4; elsewhere the facts say */
#define CR_MER2		(1u << 15)
#define CR_STRT		(1u << 16)
#define CR_OPTSTRT	(1u << 17)
#define CR_FSTPG	(1u << 18)
#define CR_EOPIE	(1u << 24)
#define CR_ERRIE	(1u << 25)
#define CR_OBL_LAUNCH	(1u << 27)
#define CR_OPTLOCK	(1u << 30)
#define CR_LOCK		(1u << 31)

#define ACR_EMPTY	(1u << 16)

#define G4_BANKS	2
#define G4_PAGES	512	/* of a bank, at most */
#define G4_OPTIONS	16	/* option words kept in the store, of each bank */

/* Cells that take one operation at a time: a bank of the main flash, or OTP. */
struct g4_area {
	struct flash_g4 *flash;
	struct flash_array array;
	struct flash_op op;
	uint32_t page;
	uint32_t busy_flag;	/* of SR */
	bool protect[G4_PAGES];
	bool otp;
	bool mass_erased;	/* and nothing programmed the slow way since */
};

/* A run of addresses, which need not all have cells behind them. */
struct g4_view {
	struct flash_g4 *flash;
	uint64_t start;
};

/* Where the facts have what other chips lack or have elsewhere; 0: nowhere. */
struct g4_fields {
	unsigned int pnb_lsb, pnb_width;
	uint32_t bker, mer2;		/* CR */
	uint32_t bsy2, cfgbsy, clearable; /* SR */
	uint32_t swap;			/* OPTR.nSWAP_BANK */
	uint32_t empty;			/* ACR.EMPTY */
};

enum g4_bker { G4_BKER_PGSERR, G4_BKER_IGNORED };
enum g4_gap { G4_GAP_FAULT, G4_GAP_IGNORED };
enum g4_twice { G4_TWICE_FAULT, G4_TWICE_IGNORED };

struct flash_g4 {
	struct emu_dev *dev;
	struct emu *emu;
	uint32_t *regs;
	struct g4_fields fields;
	struct flash_array whole;	/* all cells of the main flash */
	struct g4_area bank[G4_BANKS], otp;
	unsigned int n_banks;		/* in the option state that is active */
	bool two_modes;			/* the chip has another state as well */
	bool single_mode;		/* and is in the one whose value is 0 */
	struct g4_view view[4], option_view[2];	/* of the latter start: in options */
	uint8_t *options;		/* as programmed */
	uint32_t active[2 * G4_OPTIONS];	/* as loaded: what protects */
	struct flash_lock lock, optlock;
	/* an operation that changes no cells of an area: option bytes */
	struct emu_event other;
	bool programs_options;
	/* first word of a double word */
	bool half;
	struct g4_area *half_area;
	uint32_t half_at, half_value;
	bool half_refused;	/* of one that only ends CFGBSY */
	/* fast programming */
	uint8_t row_data[FLASH_ROW_MAX];
	uint32_t row, row_fill;
	uint64_t row_deadline;
	struct emu_choice bker;	/* g4-bker-single-bank: enum g4_bker */
	struct emu_choice twice; /* g4-unlock-twice: enum g4_twice */
	struct emu_choice gap;	/* g4-gap: enum g4_gap */
};

static inline bool g4_busy(const struct flash_g4 *f)
{
	return f->bank[0].op.busy || f->bank[1].op.busy || f->otp.op.busy ||
	       f->other.when;
}

/* The bus waits until the operation is over. */
void g4_wait(struct flash_g4 *f);
/* An operation on @a has begun: the flags that say so. */
void g4_begin(struct flash_g4 *f, const struct g4_area *a);
/* An operation failed before it began: set @flag, tell the rule. */
void g4_error(struct flash_g4 *f, uint32_t flag, const struct emu_rule *rule,
	      uint64_t addr);
/* Something begins that changes no cells of an area, and takes @ns. */
void g4_begin_other(struct flash_g4 *f, uint64_t ns);
void g4_write_cr(struct flash_g4 *f, uint32_t value);

extern const struct emu_rule g4_rule_stale, g4_rule_mixed;
extern const struct emu_rule g4_rule_bker;

/* flash-g4-bank.c */
int g4_banks_init(struct flash_g4 *f, struct stk_error *err);
/* The banks of the option state that is active. */
void g4_banks_load(struct flash_g4 *f);
/* The area that has cells at @addr, and their offset in it; NULL: none. */
struct g4_area *g4_area_at(struct flash_g4 *f, uint64_t addr, uint32_t *ret);
/* Bits of a field of a register of the facts; 0: it is not there. */
uint32_t g4_field_mask(const struct emu_dev *dev, const char *reg, const char *field);

/* flash-g4-memory.c */
int g4_memory_init(struct flash_g4 *f, struct stk_error *err);
/* g4_area_at() for an access, which may be refused: then a bus error, and NULL. */
struct g4_area *g4_access(struct flash_g4 *f, uint64_t addr, bool write, uint32_t *ret);

/* flash-g4-erase.c */
void g4_start_erase(struct flash_g4 *f, uint32_t cr);

/* flash-g4-program.c */
void g4_store(void *view, uint64_t offset, unsigned int width, uint32_t value, bool debug);
void g4_program_mode_changed(struct flash_g4 *f);

/* flash-g4-option.c */
int g4_options_init(struct flash_g4 *f, struct stk_error *err);
/* Load what was programmed: power-on, OBL_LAUNCH. */
void g4_options_load(struct flash_g4 *f);
/* Option registers show what is active. */
void g4_options_show(struct flash_g4 *f);
bool g4_is_option(const struct flash_g4 *f, uint32_t offset);
void g4_option_start(struct flash_g4 *f);
void g4_option_done(struct flash_g4 *f);
/* As if programmed and loaded: @offset is a register's. */
void g4_option_put(struct flash_g4 *f, uint32_t offset, uint32_t value);
/* Write protection of each page, by the options that are active. */
void g4_protection_load(struct flash_g4 *f);
/* The page is write protected: the flag, and the bus error where there is one. */
void g4_refuse_protected(struct flash_g4 *f, uint32_t flags, uint64_t addr);
/* Readout protection closes the flash to this access. */
bool g4_closed(const struct flash_g4 *f);
extern const struct emu_rule g4_rule_rdp;

/* flash-g4-fail.c */
int g4_failures_init(struct flash_g4 *f, struct stk_error *err);

#endif
