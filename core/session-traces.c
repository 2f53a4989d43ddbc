/* SPDX-License-Identifier: MIT */
/* What calls leave behind, whatever they returned, and what of it people are told. */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "session.h"

#define IPSR	0x1FFu	/* DDI0403E B1.4.2 */

/*
 * FLASH_CR writes with a bank select bit that this chip does not have: the
 * loader takes it for a dual-bank one.
 */
static void note_foreign_bank(struct session *s)
{
	const struct stk_chip *chip = s->target->facts.chip;
	const struct stk_peripheral *flash = chip ? stk_chip_peripheral(chip, "FLASH")
						  : NULL;
	const struct stk_register *cr = flash ? stk_peripheral_register(flash, "CR") : NULL;
	uint64_t bit = flash ? stk_peripheral_fact(flash, "reserved_bker_bit", 64) : 64;
	uint64_t n = s->witness.n_writes < WITNESS_WRITES ? s->witness.n_writes
							  : WITNESS_WRITES;

	if (!cr || bit >= 32)
		return;
	for (uint64_t i = 0; i < n && !s->traces.foreign_bank; i++) {
		const struct witness_access *a = &s->witness.write[i];

		if (a->addr == flash->base + cr->offset && (a->value & 1ull << bit)) {
			s->traces.foreign_bank = true;
			s->traces.foreign_access = *a;
		}
	}
}

/* What a call left behind, whatever it returned. */
void session_note_traces(struct session *s)
{
	struct outcome *o = &s->last;
	bool in_exception = (o->regs.valid & 1u << STK_REG_XPSR) &&
			    (o->regs.r[STK_REG_XPSR] & IPSR);
	bool writes = o->request.op == STK_OP_ERASE_SECTOR ||
		      o->request.op == STK_OP_ERASE_CHIP ||
		      o->request.op == STK_OP_PROGRAM;

	/* Registers alone do not lead a core out of an exception. */
	s->traces.crashed |= o->end == STK_END_FAULT ||
			     (o->end != STK_END_RETURNED && in_exception);
	s->traces.overflow |= o->guard_hit || s->witness.stack_below;
	if (s->witness.wild_write && !s->traces.wild) {
		s->traces.wild = true;
		s->traces.wild_access = s->witness.wild;
	}
	o->overwrote = s->traces.overflow || s->traces.wild;
	/* Memory was overwritten: whatever it returned is worth nothing. */
	if (s->as_host ? s->traces.overflow && s->host->stack_check : o->overwrote)
		o->ok = false;
	if (!writes)
		return;
	note_foreign_bank(s);
	if (o->ok && !s->traces.ignored[0])
		flash_errors(s->target, s->traces.ignored, sizeof(s->traces.ignored));
}

int session_note_exception(struct session *s, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 0 };
	int r = s->target->ops.get_regs(s->target->priv, &regs, err);

	if (!r && (regs.valid & 1u << STK_REG_XPSR))
		s->traces.exception = regs.r[STK_REG_XPSR] & IPSR;
	return r;
}

/* ---- what is told ----------------------------------------------------- */

int session_stopped(const struct session *s, struct stk_error *err)
{
	const char *name = s->last.call.function->name;

	if (s->last.end == STK_END_CANCELLED)
		return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				"interrupted while %s ran", name);
	if (s->last.halted)
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "core-halted",
				"the core was halted while %s ran, and not by this job: is "
				"another debugger at %s?", name, s->target->address);
	return 0;
}

void traces_add(struct traces *all, const struct traces *one)
{
	all->unmasked |= one->unmasked;
	all->no_primask |= one->no_primask;
	all->crashed |= one->crashed;
	if (!all->exception)
		all->exception = one->exception;
	if (!all->left[0])
		memcpy(all->left, one->left, sizeof(all->left));
}

static void tell_unmasked(const struct traces *t, const struct stk_target *target,
			  const struct stk_host *host, char *buf, size_t len)
{
	if (t->no_primask)
		snprintf(buf, len, "interrupts were not masked on a core that was not reset, so "
			 "handlers of what ran before may have run: %s gives no PRIMASK and "
			 "does not keep C_MASKINTS of DHCSR", target->address);
	else
		snprintf(buf, len, "interrupts were not masked, as '%s' has them for loaders: "
			 "%s does not keep C_MASKINTS of DHCSR", host->info.name,
			 target->address);
}

bool traces_tell(const struct traces *t, const struct stk_target *target,
		 const struct stk_host *host, unsigned int nth, char *buf, size_t len)
{
	*buf = '\0';
	if (nth == 0 && t->exception)
		snprintf(buf, len, "the core was not reset, and it was in the handler of exception "
			 "%u: loaders ran at its priority, and a fault in them locks the core up",
			 t->exception);
	else if (nth == 1 && t->unmasked)
		tell_unmasked(t, target, host, buf, len);
	else if (nth == 2)
		snprintf(buf, len, "%s", t->left);
	return nth <= 2;
}
