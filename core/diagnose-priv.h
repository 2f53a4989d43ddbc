/* SPDX-License-Identifier: MIT */
/* diagnose-priv.h - what the rules of a diagnosis share */
#ifndef DIAGNOSE_PRIV_H
#define DIAGNOSE_PRIV_H

#include "diagnose.h"

#define EVIDENCE_MAX	24

/* A diagnosis while rules write it; all text is its own. */
struct report {
	struct stk_diagnosis d;
	struct stk_evidence evidence[EVIDENCE_MAX];
	char *text[2 * EVIDENCE_MAX + WITNESS_RULES + 8];
	size_t n_text;
};

/* Take @text over; "" where there is none or no room. */
const char *keep(struct report *r, char *text);
void evidence(struct report *r, const char *what, const char *fmt, ...) stk_printf(3, 4);
/* The cause is found: true, so that a rule can end with it. */
bool found(struct report *r, const char *cause, const char *remedy, const char *fmt, ...)
	stk_printf(4, 5);
/* "EraseSector(0x08010000)" */
const char *call_text(struct report *r, const struct outcome *o);
/* A word through the target; false: it cannot be read. */
bool read32(struct stk_target *t, uint64_t addr, uint32_t *ret);
static inline bool endless_call(const struct outcome *o)
{
	return o->end == STK_END_TIMEOUT || o->end == STK_END_STUCK;
}

/* The flash status registers as they are now. */
void tell_flash(struct report *r, struct stk_target *t);

/*
 * A rule looks at the case; where it fits it says so with found(), else it
 * leaves @r alone and returns false.
 */
typedef bool diagnose_rule(struct report *r, const struct symptom_case *c);

/* How the call ended (diagnose-call.c) */
diagnose_rule rule_stack_overflow;
diagnose_rule rule_wild_write;
diagnose_rule rule_lost;
diagnose_rule rule_fault;
diagnose_rule rule_ticks_masked;
diagnose_rule rule_waits_for_interrupt;
diagnose_rule rule_endless_poll;
diagnose_rule rule_never_returns;

/* What the flash controller says (diagnose-flash.c) */
diagnose_rule rule_bank_mode;
diagnose_rule rule_error_ignored;
diagnose_rule rule_write_protected;
diagnose_rule rule_flash_error;
diagnose_rule rule_flash_locked;
diagnose_rule rule_supply;

/* What the option bytes say (diagnose-option.c) */
diagnose_rule rule_sector_protected;
diagnose_rule rule_readout_protected;

/* What the external memory answers (diagnose-nor.c) */
diagnose_rule rule_external_memory;

/* What the bytes say (diagnose-bytes.c) */
diagnose_rule rule_neighbour;
diagnose_rule rule_no_effect;
diagnose_rule rule_otherwise;

#endif
