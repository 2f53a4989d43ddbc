/* SPDX-License-Identifier: MIT */
/* Causes that the flash controller's own registers tell. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose-priv.h"

#define CR_PG		(1u << 0)	/* RM0090 3.9.5 and all others with PSIZE */
#define CR_LOCK		(1u << 31)	/* RM0090 3.9.5, RM0440 3.7.5 */

static bool is_flash(const struct stk_peripheral *p)
{
	return !strncmp(p->name, "FLASH", 5);
}

static bool is_status(const struct stk_register *r)
{
	return !strcmp(r->name, "SR") || !strcmp(r->name, "SR1") ||
	       !strcmp(r->name, "SR2") || !strcmp(r->name, "NSSR") ||
	       !strcmp(r->name, "SECSR");
}

static bool is_error_flag(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && !strcmp(name + len - 3, "ERR") && strncmp(name, "OPT", 3) &&
	       strncmp(name, "SNECC", 5) && strncmp(name, "DBECC", 5) &&
	       strcmp(name, "RDERR");
}

static uint32_t error_mask(const struct stk_register *r)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < r->n_fields; i++) {
		if (is_error_flag(r->fields[i].name))
			mask |= 1u << r->fields[i].lsb;
	}
	return mask;
}

/* Call @fn for each flash status register that can be read. */
static void each_status(struct stk_target *t,
			void (*fn)(void *data, const struct stk_peripheral *p,
				   const struct stk_register *r, uint32_t value),
			void *data)
{
	const struct stk_chip *chip = t->facts.chip;

	for (size_t i = 0; chip && i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];

		for (size_t j = 0; is_flash(p) && j < p->n_registers; j++) {
			const struct stk_register *r = &p->registers[j];
			uint32_t value;

			if (is_status(r) && read32(t, p->base + r->offset, &value))
				fn(data, p, r, value);
		}
	}
}

struct flags {
	char *text;
	size_t len;
	bool any;
};

static void collect_flags(void *data, const struct stk_peripheral *p,
			  const struct stk_register *r, uint32_t value)
{
	struct flags *f = data;
	char buf[160];

	if (f->any || !(value & error_mask(r)))
		return;
	f->any = true;
	snprintf(f->text, f->len, "%s_%s %s", p->name, r->name,
		 stk_register_text(r, value, buf, sizeof(buf)));
}

bool flash_errors(struct stk_target *t, char *text, size_t len)
{
	struct flags f = { .text = text, .len = len };

	each_status(t, collect_flags, &f);
	return f.any;
}

static void show_status(void *data, const struct stk_peripheral *p,
			const struct stk_register *r, uint32_t value)
{
	char name[48], buf[160];

	snprintf(name, sizeof(name), "%s_%s", p->name, r->name);
	evidence(data, name, "%s", stk_register_text(r, value, buf, sizeof(buf)));
}

void tell_flash(struct report *r, struct stk_target *t)
{
	each_status(t, show_status, r);
}

/* ---- rules ------------------------------------------------------------ */

bool rule_bank_mode(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (!s->traces.foreign_bank)
		return false;
	evidence(r, "FLASH_CR written", "0x%08" PRIx64 " at PC 0x%08" PRIx64,
		 s->traces.foreign_access.value, s->traces.foreign_access.pc);
	return found(r, "bank-mode-mismatch",
		     "use the flash algorithm for this chip's bank mode",
		     "the loader selected bank 2 (FLASH_CR.BKER), which this chip does not have: "
		     "it takes the chip for a dual-bank one");
}

bool rule_error_ignored(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (c->symptom == SYMPTOM_CALL || !s->traces.ignored[0])
		return false;
	return found(
		r, "error-ignored",
		"remove the protection the flags name, and use a loader that reports them",
		"the loader returned success although the flash refused: %s",
		s->traces.ignored);
}

bool rule_write_protected(struct report *r, const struct symptom_case *c)
{
	char flags[200];

	if (c->symptom != SYMPTOM_CALL ||
	    !flash_errors(c->session->target, flags, sizeof(flags)) ||
	    !strstr(flags, "WRPERR"))
		return false;
	return found(r, "write-protected",
		     "clear the write protection (option bytes), or leave that sector out",
		     "the flash refused %s: it is write-protected (%s)",
		     call_text(r, &c->session->last), flags);
}

bool rule_flash_error(struct report *r, const struct symptom_case *c)
{
	char flags[200];

	if (c->symptom != SYMPTOM_CALL ||
	    !flash_errors(c->session->target, flags, sizeof(flags)))
		return false;
	return found(r, "flash-error", "the flags name the rule that was broken",
		     "the flash refused %s: %s", call_text(r, &c->session->last), flags);
}

/* A failed Init, and the register that it was to unlock is still locked. */
bool rule_flash_locked(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;
	const struct stk_chip *chip = s->target->facts.chip;
	const struct stk_peripheral *p = chip ? stk_chip_peripheral(chip, "FLASH") : NULL;
	const struct stk_register *cr = p ? stk_peripheral_register(p, "CR") : NULL;
	uint32_t value;

	if (c->symptom != SYMPTOM_CALL || s->last.end != STK_END_RETURNED ||
	    s->last.request.op != STK_OP_INIT || !cr || !stk_chip_memory_at(chip,
	    s->info->device->start) ||
	    stk_chip_memory_at(chip, s->info->device->start)->kind != STK_MEM_FLASH ||
	    !read32(s->target, p->base + cr->offset, &value) || !(value & CR_LOCK))
		return false;
	evidence(r, "FLASH_CR", "0x%08x (LOCK)", value);
	return found(r, "flash-locked",
		     "reset the chip: a wrong or repeated key sequence locks the register "
		     "until the next reset",
		     "Init could not unlock the flash control register");
}

/* The parallelism that the loader works with, from its last words to FLASH_CR. */
static bool last_psize(const struct session *s, const struct stk_peripheral *p,
		       uint32_t *ret)
{
	const struct stk_register *cr = stk_peripheral_register(p, "CR");
	const struct witness *w = &s->witness;
	uint64_t n = w->n_writes < WITNESS_WRITES ? w->n_writes : WITNESS_WRITES;
	uint32_t value;

	if (!cr || !read32(s->target, p->base + cr->offset, &value))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		const struct witness_access *a =
			&w->write[(w->n_writes - n + i) % WITNESS_WRITES];

		if (a->addr == p->base + cr->offset && a->value & CR_PG)
			value = (uint32_t)a->value;
	}
	for (size_t i = 0; i < cr->n_fields; i++) {
		if (!strcmp(cr->fields[i].name, "PSIZE")) {
			*ret = value >> cr->fields[i].lsb & 3;
			return true;
		}
	}
	return false;
}

static bool chip_saw_low_supply(const struct witness *w)
{
	for (size_t i = 0; i < w->n_rules; i++) {
		if (strstr(w->rule[i].id, "supply"))
			return true;
	}
	return false;
}

/*
 * Bytes went wrong and no flag says so: that is what a supply too low for PSIZE
 * does (RM0090 3.6.2). A virtual chip knows its supply, a board has to be asked.
 */
bool rule_supply(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;
	const struct stk_chip *chip = s->target->facts.chip;
	const struct stk_peripheral *p = chip ? stk_chip_peripheral(chip, "FLASH") : NULL;
	uint64_t mv;
	uint32_t psize;

	if ((c->symptom != SYMPTOM_MISMATCH && c->symptom != SYMPTOM_NOT_BLANK) ||
	    c->compared || !p || !last_psize(s, p, &psize) || psize == 0 ||
	    (s->witness.works && !chip_saw_low_supply(&s->witness)))
		return false;
	mv = stk_peripheral_fact(p, psize == 1 ? "x16_min_mv" : "x32_min_mv", 0);
	if (!mv)
		return false;
	evidence(r, "FLASH_CR.PSIZE", "%u (x%u), which needs %.1f V", psize, 8u << psize,
		 (double)mv / 1000);
	return found(r, "supply-too-low",
		     "measure the chip's supply while it programs; else use a loader with a "
		     "smaller parallelism",
		     "0x%08" PRIx64 " reads 0x%02x where 0x%02x was wanted, and no flag says "
		     "why: the supply is too low for the parallelism of the loader",
		     c->where.addr, c->found, c->want);
}
