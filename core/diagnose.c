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

#include "diagnose.h"

#define SYST_CSR	0xE000E010u
#define SYST_ENABLE	(1u << 0)
#define SYST_TICKINT	(1u << 1)
#define SCB_CFSR	0xE000ED28u
#define SCB_HFSR	0xE000ED2Cu
#define SCB_BFAR	0xE000ED38u
#define CFSR_BFARVALID	(1u << 15)
#define EVIDENCE_MAX	24

struct report {
	struct stk_diagnosis d;
	struct stk_evidence evidence[EVIDENCE_MAX];
	char *text[2 * EVIDENCE_MAX + WITNESS_RULES + 8];
	size_t n_text;
};

/* ---- words ------------------------------------------------------------ */

static const char *keep(struct report *r, char *text)
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

static void evidence(struct report *r, const char *what, const char *fmt, ...)
	stk_printf(3, 4);
static void evidence(struct report *r, const char *what, const char *fmt, ...)
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

static bool found(struct report *r, const char *cause, const char *remedy,
		  const char *fmt, ...) stk_printf(4, 5);
static bool found(struct report *r, const char *cause, const char *remedy,
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

/* "EraseSector(0x08010000)" */
static const char *call_text(struct report *r, const struct outcome *o)
{
	char text[128];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s(",
				    o->call.function ? o->call.function->name : "?");

	for (unsigned int i = 0; i < o->call.n_args && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s0x%08x",
				      i ? ", " : "", o->call.r[i]);
	if (n < sizeof(text))
		snprintf(text + n, sizeof(text) - n, ")");
	return keep(r, strdup(text));
}

/* ---- registers through the target ------------------------------------- */

static bool read32(struct stk_target *t, uint64_t addr, uint32_t *ret)
{
	uint8_t b[4];

	if (t->ops.read(t->priv, addr, b, sizeof(b), NULL))
		return false;
	*ret = get_le32(b);
	return true;
}

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
		evidence(r, "wanted, found", "0x%02x, 0x%02x", c->want, c->found);
	}
	tell_call(r, &s->last);
	if (s->last.end == STK_END_FAULT)
		tell_fault(r, s->target);
	each_status(s->target, show_status, r);
	if (s->traces.ignored[0])
		evidence(r, "flags after a call that returned success", "%s",
			 s->traces.ignored);
	tell_rules(r, &s->witness);
}

/* ---- rules: the first that fits names the cause ------------------------ */

static bool stack_overflow(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (!s->traces.overflow)
		return false;
	evidence(r, "stack", "more than %" PRIu64 " bytes used, from 0x%08x down",
		 s->layout.stack.len, s->layout.sp);
	return found(r, "stack-overflow",
		     "the loader needs more stack than the host gives; rebuild it with less",
		     "the loader overflowed its stack of %" PRIu64 " bytes",
		     s->layout.stack.len);
}

static bool wild_write(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (!s->traces.wild)
		return false;
	evidence(r, "store", "0x%08" PRIx64 " at PC 0x%08" PRIx64,
		 s->traces.wild_access.addr, s->traces.wild_access.pc);
	return found(r, "wild-write",
		     "the loader corrupts memory that is not its own; do not use it",
		     "the loader wrote to 0x%08" PRIx64
		     ", outside its image, stack and buffer",
		     s->traces.wild_access.addr);
}

static bool endless(const struct outcome *o)
{
	return o->end == STK_END_TIMEOUT || o->end == STK_END_STUCK;
}

static bool waits_for_interrupt(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;
	uint32_t csr;

	if (c->symptom != SYMPTOM_CALL || !endless(&s->last) ||
	    !read32(s->target, SYST_CSR, &csr) ||
	    (csr & (SYST_ENABLE | SYST_TICKINT)) != (SYST_ENABLE | SYST_TICKINT))
		return false;
	/* Where exceptions are seen, one that was taken clears the suspicion. */
	if (s->witness.works ? s->witness.exceptions :
			       !(s->last.regs.r[STK_REG_PRIMASK] & 1))
		return false;
	evidence(r, "SYST_CSR", "0x%08x (ENABLE TICKINT)", csr);
	evidence(r, "PRIMASK", "%u", s->last.regs.r[STK_REG_PRIMASK] & 1);
	return found(r, "waits-for-interrupt",
		     "build the loader without HAL ticks, or give HAL_GetTick() a counter of "
		     "its own: programmers run loaders with interrupts masked",
		     "%s waits for a SysTick interrupt that never comes",
		     s->last.call.function->name);
}

static bool endless_poll(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_STUCK ||
	    !strstr(o->stop, "poll"))
		return false;
	return found(r, "endless-poll",
		     "the register never gets the value the loader waits for: wrong chip, wrong "
		     "pins, or a missing time-out in the loader",
		     "%s never returns: %s", o->call.function->name, o->stop);
}

static bool never_returns(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || !endless(o))
		return false;
	return found(r, "never-returns",
		     "the loader hangs at the PC shown; try another build of it",
		     "%s did not return within %.0f ms; it was at PC 0x%08x",
		     o->call.function->name, (double)o->budget_ns / 1e6,
		     o->regs.r[STK_REG_PC]);
}

static bool fault(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_FAULT)
		return false;
	return found(r, "fault", "the loader is for another chip, or broken",
		     "%s ended in a fault at PC 0x%08x%s%s", o->call.function->name,
		     o->regs.r[STK_REG_PC], o->stop[0] ? ": " : "", o->stop);
}

static bool lost(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_LOST)
		return false;
	return found(r, "target-reset",
		     "look for a watchdog, a brown-out or an option reload",
		     "the chip was reset while %s ran%s%s", o->call.function->name,
		     o->stop[0] ? ": " : "", o->stop);
}

static bool bank_mode(struct report *r, const struct symptom_case *c)
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

static bool neighbour(struct report *r, const struct symptom_case *c)
{
	if (c->symptom != SYMPTOM_NEIGHBOUR)
		return false;
	if (c->blank)
		return found(r, "neighbour-erased",
			     "the loader erases more than it is asked to; use another build, and "
			     "restore the sector from the rescue file",
			     "the sector at 0x%08" PRIx64
			     " was erased though nobody asked for it",
			     c->where.addr);
	return found(r, "neighbour-changed",
		     "the loader writes where it should not; use another build",
		     "bytes at 0x%08" PRIx64 " changed though nobody asked for it",
		     c->where.addr);
}

static bool error_ignored(struct report *r, const struct symptom_case *c)
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

static bool write_protected(struct report *r, const struct symptom_case *c)
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

static bool flash_error(struct report *r, const struct symptom_case *c)
{
	char flags[200];

	if (c->symptom != SYMPTOM_CALL ||
	    !flash_errors(c->session->target, flags, sizeof(flags)))
		return false;
	return found(r, "flash-error", "the flags name the rule that was broken",
		     "the flash refused %s: %s", call_text(r, &c->session->last), flags);
}

static bool no_effect(struct report *r, const struct symptom_case *c)
{
	if (c->symptom == SYMPTOM_CALL || !c->unchanged)
		return false;
	return found(r, "no-effect", "the loader is for another chip or part, or broken",
		     "the loader returned success, but the flash at 0x%08" PRIx64
		     " is what it was before", c->where.addr);
}

static bool otherwise(struct report *r, const struct symptom_case *c)
{
	if (c->symptom == SYMPTOM_NOT_BLANK)
		return found(r, "not-blank",
			     "try another build of the loader, or suspect a worn sector",
			     "0x%08" PRIx64
			     " reads 0x%02x after an erase that returned success",
			     c->where.addr, c->found);
	if (c->symptom == SYMPTOM_MISMATCH && c->compared)
		return found(r, "verify-mismatch",
			     "program it; the flash holds something else",
			     "0x%08" PRIx64 " reads 0x%02x, the image has 0x%02x",
			     c->where.addr, c->found, c->want);
	if (c->symptom == SYMPTOM_MISMATCH)
		return found(r, "verify-mismatch", "program again, or suspect the link",
			     "0x%08" PRIx64 " reads 0x%02x, 0x%02x was programmed",
			     c->where.addr, c->found, c->want);
	if (c->session->last.request.op == STK_OP_VERIFY)
		return found(
			r, "verify-mismatch",
			"program again, or suspect the link; only the loader's word says so",
			"%s %s", call_text(r, &c->session->last), c->session->last.meaning);
	return found(r, "function-failed",
		     "see what the loader checks there; the evidence is all the chip tells",
		     "%s %s", call_text(r, &c->session->last), c->session->last.meaning);
}

static bool (*const rules[])(struct report *r, const struct symptom_case *c) = {
	stack_overflow, wild_write,  lost,	      fault,	     bank_mode,
	waits_for_interrupt, endless_poll, never_returns, neighbour, error_ignored,
	write_protected, flash_error, no_effect, otherwise,
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
