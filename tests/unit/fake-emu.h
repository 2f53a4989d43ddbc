/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake-emu.h - the functions of emu.h over a clock that the test moves
 *
 * A peripheral model is tested register by register, without a core: the test
 * reads and writes, lets time pass, and looks at which rules fired and
 * whether the access ended in a bus fault.
 */
#ifndef FAKE_EMU_H
#define FAKE_EMU_H

#include "emu.h"

#define FAKE_STORES  8
#define FAKE_WINDOWS 8
#define FAKE_DEVS    8
#define FAKE_IRQS    64

struct fake_store {
	char name[16];
	uint8_t *bytes;
	size_t size;
};

struct emu {
	const struct stk_chip *chip;
	uint64_t now;
	uint32_t hz;
	struct emu_event *events;
	struct fake_store store[FAKE_STORES];
	unsigned int n_stores;
	struct emu_window window[FAKE_WINDOWS];
	unsigned int n_windows;
	struct emu_dev dev[FAKE_DEVS];
	unsigned int n_devs;
	const char *variant_of, *variant; /* what emu_rule_variant() answers */
	const char *const *options;	  /* "key=value", NULL-ended; may be NULL */
	uint32_t random;
	bool no_debugger;
	const char *fails;	/* what emu_fails() says yes to */
	char offered[512];	/* names of failures, each followed by a space */
	/* what happened since fake_forget() */
	char rules[256]; /* ids, each followed by a space */
	unsigned int faults, hangs, resets, erases, programs;
	bool irq[FAKE_IRQS];
};

/* Make every device of @chip that @models has, and power on. */
void fake_open(struct emu *emu, const struct stk_chip *chip,
	       const struct emu_model *const *models);
/* The same with options of the target address; they stay the caller's. */
void fake_open_with(struct emu *emu, const struct stk_chip *chip,
		    const struct emu_model *const *models, const char *const *options);
void fake_close(struct emu *emu);
/* Registers to their reset values, then the models' reset(). Arrays stay. */
void fake_reset(struct emu *emu, bool power);
/* Let @ns pass: events fire in order. */
void fake_pass(struct emu *emu, uint64_t ns);
void fake_forget(struct emu *emu);
/* Has the rule of that id fired since fake_forget()? */
bool fake_fired(const struct emu *emu, const char *id);
/* The same, for a test whose virtual chip is named emu; forgets. */
#define ck_fired(id) \
	do { \
		ck_assert_msg(fake_fired(&emu, id), "%s did not fire", id); \
		fake_forget(&emu); \
	} while (0)
#define ck_quiet() ck_assert_str_eq(emu.rules, "")

/* Accesses by address, as the core makes them. */
uint32_t fake_read(struct emu *emu, uint64_t addr, unsigned int width);
void fake_write(struct emu *emu, uint64_t addr, unsigned int width, uint32_t value);

#endif
