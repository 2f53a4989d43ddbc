/* SPDX-License-Identifier: MIT */
/* What the loader leaves behind when a host has ended it. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"

/* Armv7-M ARM, B3.2 and B3.4 */
#define SYST_CSR	0xE000E010u
#define SYST_ENABLE	(1u << 0)
#define SYST_TICKINT	(1u << 1)
#define NVIC_ISER	0xE000E100u
#define NVIC_WORDS	8

#define NAMES_SHOWN	6

/* A register that is looked at before and after. */
struct look {
	const struct stk_peripheral *peripheral;
	const struct stk_register *reg;
	uint32_t mask, before, after;
};

/* Which registers a check looks at: the bits of one that count, 0 for none. */
typedef uint32_t (*look_at)(const struct stk_peripheral *p, const struct stk_register *r);

static bool begins(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

static size_t registers_of(const struct stk_chip *chip, look_at mask, struct look *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];

		for (size_t k = 0; k < p->n_registers; k++) {
			uint32_t bits = mask(p, &p->registers[k]);

			if (bits && ret)
				ret[n] = (struct look){ p, &p->registers[k], bits, 0, 0 };
			n += bits != 0;
		}
	}
	return n;
}

static int read_word(struct trial *t, uint64_t addr, uint32_t *ret, struct stk_error *err)
{
	uint8_t b[4] = { 0 };
	struct stk_target *target = t->bench.target;
	int r = target->ops.read(target->priv, addr, b, sizeof(b), err);

	*ret = get_le32(b);
	return r;
}

/* A register that a debugger cannot read now says nothing. */
static void read_all(struct trial *t, struct look *look, size_t n, bool after)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t value = 0;

		if (read_word(t, look[i].peripheral->base + look[i].reg->offset, &value,
			      NULL))
			look[i].mask = 0;
		*(after ? &look[i].after : &look[i].before) = value & look[i].mask;
	}
}

/* A whole job, to its end; *ret false: the check does not apply. */
static int job(struct trial *t, bool *ret, struct stk_error *err)
{
	int r = trial_works(t, trial_places(t)->tried[0], ret, err);

	trial_case(t);
	if (r || !*ret)
		return r;
	r = trial_end(t, ret, err);
	if (!r && !*ret)
		trial_skip(t, "UnInit fails already");
	return r;
}

static int open_and_job(struct trial *t, bool *ret, struct stk_error *err)
{
	int r = trial_open(t, err);

	return r ? r : job(t, ret, err);
}

/* What of @mask there is, before and after a job; the caller frees the array. */
static int look_around_job(struct trial *t, look_at mask, struct look **ret, size_t *ret_n,
			   struct stk_error *err)
{
	bool done = false;
	int r = trial_open(t, err);
	const struct stk_chip *chip = r ? NULL : t->bench.target->facts.chip;
	size_t n = r ? 0 : registers_of(chip, mask, NULL);
	struct look *look = calloc(n + 1, sizeof(*look));

	if (!look && !r)
		return stk_fail_nomem(err);
	if (!r && !n)
		trial_skip(t, "the chip's facts name no such register");
	if (n) {
		registers_of(chip, mask, look);
		read_all(t, look, n, false);
		r = job(t, &done, err);
	}
	if (done)
		read_all(t, look, n, true);
	*ret = look;
	*ret_n = done ? n : 0;
	return r;
}

static void list_changed(const struct look *look, size_t n, char *buf, size_t len)
{
	size_t used = 0, shown = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && used < len; i++) {
		if (look[i].before == look[i].after)
			continue;
		if (shown++ == NAMES_SHOWN)
			snprintf(buf + used, len - used, " and others");
		if (shown > NAMES_SHOWN)
			return;
		used += (size_t)snprintf(buf + used, len - used,
					 "%s%s_%s 0x%08x instead of 0x%08x",
					 used ? ", " : "", look[i].peripheral->name,
					 look[i].reg->name, look[i].after, look[i].before);
	}
}

static int tell_changed(struct trial *t, look_at mask, enum stk_check_result result,
			const char *what, struct stk_error *err)
{
	stk_cleanup(freep) struct look *look = NULL;
	char changed[400];
	size_t n = 0;
	int r = look_around_job(t, mask, &look, &n, err);

	if (r)
		return r;
	list_changed(look, n, changed, sizeof(changed));
	if (!changed[0])
		return 0;
	if (result == STK_CHECK_PASS)
		return trial_note(t, err, "%s: %s", what, changed);
	return trial_wrong(t, result, NULL, err, "%s: %s", what, changed);
}

/* ---- flash ---------------------------------------------------------------------------- */

static bool is_flash(const struct stk_peripheral *p)
{
	return begins(p->name, "FLASH");
}

static uint32_t lock_bits(const struct stk_peripheral *p, const struct stk_register *r)
{
	uint32_t mask = 0;

	for (size_t i = 0; is_flash(p) && i < r->n_fields; i++) {
		if (!strcmp(r->fields[i].name, "LOCK") ||
		    !strcmp(r->fields[i].name, "PELOCK"))
			mask |= 1u << r->fields[i].lsb;
	}
	return mask;
}

int check_leaves_lock(struct trial *t, struct stk_error *err)
{
	return tell_changed(t, lock_bits, STK_CHECK_WEAK, "the flash is left unlocked", err);
}

/* Registers that hold option bytes, without the bits that work on them. */
static uint32_t option_bits(const struct stk_peripheral *p, const struct stk_register *r)
{
	static const char *const words[] = { "OPT", "WRP", "PCROP", "PRAR", "SCAR", "WPSN",
					     "BOOT", "SEC1", "SEC2", "SECBB" };
	uint32_t mask = UINT32_MAX;
	bool is = false;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		is |= begins(r->name, words[i]);
	if (!is_flash(p) || !is || strstr(r->name, "KEYR") || begins(r->name, "OPTCCR") ||
	    strstr(r->name, "_PRG"))
		return 0;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct stk_field *f = &r->fields[i];

		if (!strcmp(f->name, "OPTLOCK") || !strcmp(f->name, "OPTSTRT") ||
		    !strcmp(f->name, "OPTSTART") || strstr(f->name, "BUSY") ||
		    strstr(f->name, "ERR"))
			mask &= ~(((1u << (f->width - 1) << 1) - 1) << f->lsb);
	}
	return mask;
}

int check_leaves_options(struct trial *t, struct stk_error *err)
{
	return tell_changed(t, option_bits, STK_CHECK_FAIL, "option bytes were changed", err);
}

/* ---- clocks, interrupts, watchdogs ------------------------------------------------------ */

/* Wait states and caches belong to them. */
static uint32_t clock_bits(const struct stk_peripheral *p, const struct stk_register *r)
{
	if (is_flash(p))
		return !strcmp(r->name, "ACR") ? UINT32_MAX : 0;
	if (strcmp(p->name, "RCC"))
		return 0;
	return !strcmp(r->name, "CR") || begins(r->name, "CFGR") || begins(r->name, "PLL") ||
	       begins(r->name, "D1CFGR") || begins(r->name, "D2CFGR") ||
	       begins(r->name, "CDCFGR") ? UINT32_MAX : 0;
}

/* Loaders of external memories are free to set clocks: hosts reset the chip after them. */
int check_leaves_clocks(struct trial *t, struct stk_error *err)
{
	return tell_changed(t, clock_bits, t->q->external ? STK_CHECK_PASS : STK_CHECK_WEAK,
			    "clocks or caches are left changed", err);
}

int check_leaves_interrupts(struct trial *t, struct stk_error *err)
{
	uint32_t word;
	bool done;
	int r = open_and_job(t, &done, err);

	if (r || !done)
		return r;
	r = read_word(t, SYST_CSR, &word, err);
	if (!r && (word & (SYST_ENABLE | SYST_TICKINT)))
		r = trial_wrong(t, STK_CHECK_WEAK, NULL, err,
				"SysTick is left on: SYST_CSR 0x%08x", word);
	for (unsigned int i = 0; i < NVIC_WORDS && !r; i++) {
		r = read_word(t, NVIC_ISER + 4 * i, &word, err);
		if (!r && word)
			r = trial_wrong(t, STK_CHECK_WEAK, NULL, err,
					"interrupts are left enabled: NVIC_ISER%u 0x%08x", i,
					word);
	}
	return r;
}

int check_leaves_watchdog(struct trial *t, struct stk_error *err)
{
	bool done;
	int r = open_and_job(t, &done, err);

	if (r || !done || !t->bench.watchdog)
		return r;
	return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
			   "it started %s, which only a reset stops", t->bench.watchdog);
}

/* Some hosts read the window without an Init before. */
int check_leaves_mapped(struct trial *t, struct stk_error *err)
{
	struct stk_target *target;
	uint64_t addr = trial_places(t)->area.addr;
	uint8_t byte;
	bool done;
	int r = open_and_job(t, &done, err);

	if (r || !done)
		return r;
	target = t->bench.target;
	if (!target->ops.read(target->priv, addr, &byte, 1, NULL))
		return 0;
	return trial_note(t, err, "not before the next Init: hosts that read the window at "
			  "once see nothing");
}
