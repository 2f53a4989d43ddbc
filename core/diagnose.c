/* SPDX-License-Identifier: MIT */
/*
 * A rule engine over plain evidence. It reads the chip through the target and
 * names what it finds with the chip's facts, so it works on a probe as on a
 * virtual chip; it never sees a loader's name or digest.
 */
#include "core.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diagnose-priv.h"

#define SCB_CFSR	0xE000ED28u
#define SCB_HFSR	0xE000ED2Cu
#define SCB_BFAR	0xE000ED38u
#define CFSR_BFARVALID	(1u << 15)

/* ---- words ------------------------------------------------------------ */

const char *keep(struct report *r, char *text)
{
	if (!text)
		return "";
	if (r->n_text == ARRAY_SIZE(r->text)) {
		free(text);
		return "";
	}
	r->text[r->n_text++] = text;
	return text;
}

void evidence(struct report *r, const char *what, const char *fmt, ...)
{
	char *text;
	va_list args;

	if (r->d.n_evidence == EVIDENCE_MAX)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	r->evidence[r->d.n_evidence++] = (struct stk_evidence){
		.what = keep(r, strdup(what)), .value = keep(r, text),
	};
}

bool found(struct report *r, const char *cause, const char *remedy,
		  const char *fmt, ...)
{
	char *text;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	r->d.cause = cause;
	r->d.message = keep(r, text);
	r->d.remedy = remedy;
	return true;
}

const char *call_text(struct report *r, const struct outcome *o)
{
	char text[128];

	outcome_text(o, text, sizeof(text));
	return keep(r, strdup(text));
}

bool read32(struct stk_target *t, uint64_t addr, uint32_t *ret)
{
	uint8_t b[4];

	if (t->ops.read(t->priv, addr, b, sizeof(b), NULL))
		return false;
	*ret = get_le32(b);
	return true;
}

/* ---- what is always told ---------------------------------------------- */

static void tell_call(struct report *r, const struct outcome *o)
{
	if (!o->call.function)
		return;
	evidence(r, "call", "%s", call_text(r, o));
	evidence(r, "ended", "%s%s%s", stk_end_name(o->end), o->meaning[0] ? ": " : "",
		 o->meaning);
	if (o->stop[0])
		evidence(r, "target says", "%s", o->stop);
	if (o->end != STK_END_RETURNED)
		evidence(r, "PC", "0x%08x", o->regs.r[STK_REG_PC]);
	evidence(r, "time", "%.3f ms of %.0f ms", (double)o->ns / 1e6,
		 (double)o->budget_ns / 1e6);
}

static void tell_fault(struct report *r, struct stk_target *t)
{
	uint32_t cfsr, hfsr, bfar;

	if (read32(t, SCB_CFSR, &cfsr) && cfsr)
		evidence(r, "SCB_CFSR", "0x%08x", cfsr);
	else
		cfsr = 0;
	if (read32(t, SCB_HFSR, &hfsr) && hfsr)
		evidence(r, "SCB_HFSR", "0x%08x", hfsr);
	if ((cfsr & CFSR_BFARVALID) && read32(t, SCB_BFAR, &bfar))
		evidence(r, "SCB_BFAR", "0x%08x", bfar);
}

static void tell_rules(struct report *r, const struct witness *w)
{
	for (size_t i = 0; i < w->n_rules; i++) {
		const struct witness_rule *rule = &w->rule[i];

		evidence(r, "chip rule", "%s: %s (%s: %s)", rule->id, rule->text,
			 rule->basis, rule->source);
		if (!strcmp(rule->basis, "assumed") || !r->d.basis)
			r->d.basis = keep(r, strdup(rule->basis));
	}
}

static void tell(struct report *r, const struct symptom_case *c)
{
	struct session *s = c->session;

	if (c->symptom != SYMPTOM_CALL) {
		evidence(r, "where", "0x%08" PRIx64 "-0x%08" PRIx64, c->where.addr,
			 stk_range_end(c->where) - 1);
		evidence(r, c->symptom == SYMPTOM_UNSTABLE ? "first, then" : "wanted, found",
			 "0x%02x, 0x%02x", c->want, c->found);
	}
	tell_call(r, &s->last);
	if (s->last.end == STK_END_FAULT)
		tell_fault(r, s->target);
	tell_flash(r, s->target);
	if (s->traces.ignored[0])
		evidence(r, "flags after a call that returned success", "%s",
			 s->traces.ignored);
	tell_rules(r, &s->witness);
}

/* ---- the engine ------------------------------------------------------- */

/* The first that fits names the cause. */
static diagnose_rule *const rules[] = {
	rule_stack_overflow,
	rule_wild_write,
	rule_lost,
	rule_fault,
	rule_bank_mode,
	rule_ticks_masked, rule_waits_for_interrupt,
	rule_external_memory,
	rule_endless_poll,
	rule_never_returns,
	rule_neighbour,
	rule_readout_protected,
	rule_error_ignored,
	rule_sector_protected,
	rule_write_protected,
	rule_flash_error,
	rule_flash_locked,
	rule_supply,
	rule_no_effect,
	rule_otherwise,
};

struct stk_diagnosis *diagnose(const struct symptom_case *c)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->d.evidence = r->evidence;
	tell(r, c);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i](r, c))
			break;
	}
	return &r->d;
}

void diagnosis_free(struct stk_diagnosis *d)
{
	struct report *r = (struct report *)(void *)d;	/* d is its first member */

	if (!r)
		return;
	for (size_t i = 0; i < r->n_text; i++)
		free(r->text[i]);
	free(r);
}
