/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * emu.h - inside the virtual chips
 *
 * One struct emu is one chip: a core that Unicorn executes (cpu.c), a bus of
 * register blocks and windows (bus.c), a virtual clock with events (clock.c),
 * and one small file per peripheral model. The target driver (emu.c) puts the
 * plugin ABI in front. A model sees only what is declared here.
 *
 * Time is virtual and moves only while the core executes: each instruction
 * takes one core clock, flash operations take their busy time. Models never
 * poll time: they schedule events.
 *
 * Exact fast-forward (poll.c): when the core comes back to the same register
 * read with the same core registers, the same value, and nothing changed in
 * between, whole iterations are skipped up to the next event; without a next
 * event the poll can never end, and the run stops as stuck. This is exact as
 * long as models keep one rule: between two events, a register read gives the
 * same value and changes nothing, unless the model says emu_changed().
 */
#ifndef EMU_H
#define EMU_H

#include <string.h>

#include <stoker/module.h>

struct emu;
struct emu_dev;

/* ---- peripheral models ------------------------------------------------ */

struct emu_model {
	const char *name;		/* the "model" of the chip facts */
	size_t priv_size;		/* allocated zeroed with the device */

	/* Once, after all devices exist; read facts here. 0 or a negative errno. */
	int (*init)(struct emu_dev *dev, struct stk_error *err);
	void (*fini)(struct emu_dev *dev);
	/* Registers to their reset values. @power: power-on, else system reset. */
	void (*reset)(struct emu_dev *dev, bool power);
	/*
	 * A register access by the core (@debug false) or the debugger (true:
	 * no side effects that a debugger's access would not have). @offset
	 * is relative to the block, @width 1, 2 or 4 bytes, always aligned to
	 * its width. NULL: the register file reads back what was written.
	 */
	uint32_t (*read)(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 bool debug);
	void (*write)(struct emu_dev *dev, uint32_t offset, unsigned int width,
		      uint32_t value, bool debug);
};

struct emu_dev {
	struct emu *emu;
	const struct stk_peripheral *facts;
	const struct emu_model *model;
	void *priv;
	/*
	 * Register file for the block, one word per 4 bytes: what a register
	 * without behaviour reads back. reset() has filled it from the facts'
	 * reset values when the model's reset() runs.
	 */
	uint32_t *regs;
};

/*
 * Access to dev->regs in the width the core used: what a register without
 * behaviour does. A write tells whether it changed the value; the caller who
 * cares for polls says emu_unchanged() when it did not.
 */
static inline uint32_t emu_reg_read(const struct emu_dev *dev, uint32_t offset,
				    unsigned int width)
{
	uint32_t word = dev->regs[offset / 4] >> (offset % 4 * 8);

	return width == 4 ? word : word & ((1u << width * 8) - 1);
}

/* @word with what an access of @width at @offset puts into it. */
static inline uint32_t emu_merge(uint32_t word, uint32_t offset, unsigned int width,
				 uint32_t value)
{
	unsigned int shift = offset % 4 * 8;
	uint32_t mask = (width == 4 ? UINT32_MAX : (1u << width * 8) - 1) << shift;

	return (word & ~mask) | (value << shift & mask);
}

static inline bool emu_reg_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
				 uint32_t value)
{
	uint32_t old = dev->regs[offset / 4];

	dev->regs[offset / 4] = emu_merge(old, offset, width, value);
	return dev->regs[offset / 4] != old;
}

/* All models, NULL-ended, in models.c. */
extern const struct emu_model *const emu_models[];

struct emu_dev *emu_find_dev(struct emu *emu, const char *name);
/* The reset of one peripheral, as by its bit in RCC: registers, then the model's reset(). */
void emu_reset_dev(struct emu_dev *dev);
static inline uint64_t emu_fact(const struct emu_dev *dev, const char *key,
				uint64_t fallback)
{
	return stk_peripheral_fact(dev->facts, key, fallback);
}

/* ---- windows: memory that is not plain RAM ---------------------------- */

/*
 * Flash arrays and memory-mapped external flash. Reads and writes come in
 * the width the core used; a window that refuses calls emu_bus_fault().
 */
struct emu_window {
	const char *name;
	uint64_t start, size;
	uint32_t (*read)(void *priv, uint64_t offset, unsigned int width, bool debug);
	/* NULL: every store is a bus fault */
	void (*write)(void *priv, uint64_t offset, unsigned int width, uint32_t value,
		      bool debug);
	void *priv;
	/*
	 * Flash: where the cell behind @offset is kept; *len of them are wanted, and
	 * it becomes how many lie there one after the other. With @write they will be
	 * changed: check bits become those of valid words. It is the bench that asks,
	 * never the core: locks, protections, operations under way and the mode of a
	 * controller play no part. NULL from it: no cell is there. NULL: no flash.
	 */
	uint8_t *(*cells)(void *priv, bool write, uint64_t offset, size_t *len);
};

/*
 * The cell that the window at @addr shows, aliases followed; in *len, in: how many
 * are wanted, out: how many lie there one after the other. NULL: none. @write as in
 * struct emu_window.
 */
uint8_t *emu_cells_at(struct emu *emu, bool write, uint64_t addr, size_t *len);
int emu_add_window(struct emu *emu, const struct emu_window *window, struct stk_error *err);

/*
 * Backing store of one flash array, kept in store=FILE where the user gave
 * one, else in memory, all @erased when new. @name must be stable: it is part
 * of the file's layout. The pointer is valid until the chip is closed.
 */
uint8_t *emu_store(struct emu *emu, const char *name, size_t size, uint8_t erased,
		   struct stk_error *err);

/* ---- clock ------------------------------------------------------------ */

uint64_t emu_now(const struct emu *emu);		/* virtual ns */

struct emu_event {
	uint64_t when;			/* ns; 0: not scheduled */
	void (*fire)(void *data);
	void *data;
	struct emu_event *next;		/* clock.c's */
};

/* (Re)schedule @ev at absolute time @when; the event stays the caller's. */
void emu_schedule(struct emu *emu, struct emu_event *ev, uint64_t when);
void emu_cancel(struct emu *emu, struct emu_event *ev);
/* Stall the core: time passes (events fire) until @when, as a blocked bus does. */
void emu_stall_until(struct emu *emu, uint64_t when);
/* The core clock: the chip's after a reset; an RCC model sets it later. */
uint32_t emu_clock(const struct emu *emu);
void emu_set_clock(struct emu *emu, uint32_t hz);

/* ---- what an access can cause ----------------------------------------- */

/*
 * This access changed the chip in a way that a poll could see (a FIFO moved,
 * a counter was read). Writes are taken as changes unless emu_unchanged() is
 * called; reads are not unless emu_changed() is.
 */
void emu_changed(struct emu *emu);
void emu_unchanged(struct emu *emu);

/*
 * The access in progress ends in a bus fault (BusFault, escalated to
 * HardFault unless enabled). For a debugger's access: it fails with -EIO.
 */
void emu_bus_fault(struct emu *emu, uint64_t addr, bool write, const char *why);

/* System reset of the chip at the end of the current instruction. */
void emu_system_reset(struct emu *emu, const char *why);

/* Raise or lower an interrupt line of the NVIC. */
void emu_irq(struct emu *emu, unsigned int line, bool level);

/* ---- rules and observation -------------------------------------------- */

/*
 * A rule that refuses or alters something. Static data in the model's file;
 * @basis "manual" (source names document and section), "observed" (a cited
 * report from hardware) or "assumed".
 */
struct emu_rule {
	const char *id;
	const char *basis;
	const char *source;
	const char *text;		/* one sentence: what the chip did */
};

/* The rule took effect at @addr. */
void emu_rule_fired(struct emu *emu, const struct emu_rule *rule, uint64_t addr);
/*
 * The readings of an assumed rule, of which one is in force: the model's own, unless
 * "rule.ID=NAME" in the target address or vary() says otherwise. Lives as long as
 * the device.
 */
struct emu_choice {
	const struct emu_rule *rule;
	const char *const *names;	/* NULL-ended */
	unsigned int now;		/* index into names */
};

/* In init(), with now as the model would have it. */
int emu_add_choice(struct emu *emu, struct emu_choice *choice, struct stk_error *err);
/*
 * Variant chosen by the user for an assumed rule ("rule.ID=NAME" in the
 * target address), or @fallback. emu_add_choice() is better: what-if sees it.
 */
const char *emu_rule_variant(struct emu *emu, const char *id, const char *fallback);
/* The array behind [addr, addr+len) changed; @what "erase" or "program". */
void emu_flash_changed(struct emu *emu, const char *what, uint64_t addr, uint64_t len);

/* ---- a chip that fails ------------------------------------------------ */

/*
 * A way in which a model can be made to fail, offered in init(). Several may offer
 * the same name: then it takes all of them.
 */
struct emu_failure {
	struct stk_failure is;
	/*
	 * From now on it fails so. @where: cells of the memory map, if it has a
	 * place. NULL: the model asks emu_fails() when it matters.
	 */
	int (*set)(void *priv, struct stk_range where, struct stk_error *err);
	void *priv;
	bool again;		/* a reset undoes it: set() once more after each */
};

int emu_offer(struct emu *emu, const struct emu_failure *failure, struct stk_error *err);

/* What all flash interfaces and watchdogs offer, under one name. */
#define EMU_FAILS_LOCKED { "locked",						\
	"the control register is locked until the next reset, as by a wrong key",	\
	false, false }
#define EMU_FAILS_RDP { "rdp",							\
	"the option bytes have readout protection level 1", false, false }
#define EMU_FAILS_PROTECTED { "write-protected",					\
	"the option bytes protect these sectors from erase and program", true, false }
#define EMU_FAILS_WATCHDOG { "watchdog",						\
	"the independent watchdog runs from reset on, as the option bytes say, with the "	\
	"period that it has then", false, false }
#define EMU_FAILS_SUPPLY { "low-supply",						\
	"the supply is too low for the parallelism of a board at 3.3 V", false, false }

bool emu_fails(const struct emu *emu, const char *name);
/*
 * Offer what the cells of internal flash can suffer: "stuck-sector", "stuck-bit",
 * "stuck-bit-erased". @bits: how many cells of a byte stick at once, more than the
 * ECC corrects.
 */
int emu_offer_bad_cells(struct emu *emu, uint8_t erased, unsigned int bits,
			struct stk_error *err);
/* Some cells are bad: only then the other two need to be asked. */
bool emu_has_bad_cells(const struct emu *emu);
/* To erase does nothing to the cells kept at @cell. */
bool emu_is_stuck(const struct emu *emu, const uint8_t *cell);
/* The @len cells at @cells changed; those that cannot, did not. True: there were such. */
bool emu_restore_stuck(const struct emu *emu, uint8_t *cells, size_t len);
/* The access in progress is never answered: the core hangs, a debugger gets an error. */
void emu_bus_hang(struct emu *emu, uint64_t addr, const char *why);

/* ---- options of the target address ------------------------------------ */

/* Value of "key=value", or NULL; marks it as known. */
const char *emu_option(struct emu *emu, const char *key);
const struct stk_chip *emu_chip(const struct emu *emu);
struct stk_ctx *emu_ctx(const struct emu *emu);
/* Deterministic pseudo-random numbers, from seed= (default 1). */
uint32_t emu_random(struct emu *emu);
/* Is the debugger attached in the chip's eyes? (RDP, DBGMCU): yes by default. */
bool emu_debugger(const struct emu *emu);

/* ---- field helpers ---------------------------------------------------- */

/* A field of a register that the chip has; NULL: it has none of that name. */
static inline const struct stk_field *emu_field(const struct emu_dev *dev, const char *reg,
						const char *field)
{
	const struct stk_register *r = stk_peripheral_register(dev->facts, reg);
	size_t i;

	for (i = 0; r && i < r->n_fields; i++)
		if (!strcmp(r->fields[i].name, field))
			return &r->fields[i];
	return NULL;
}

static inline uint32_t emu_bits(uint32_t value, unsigned int lsb, unsigned int width)
{
	return (value >> lsb) & (uint32_t)((1ull << width) - 1);
}

#endif
