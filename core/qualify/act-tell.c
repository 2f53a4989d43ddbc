/* SPDX-License-Identifier: MIT */
/* What came of a run under a host, in words. */
#include "core.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "loader.h"

/* ---- where it is ------------------------------------------------------------ */

struct nearest {
	uint64_t pc;			/* as linked */
	uint64_t at;			/* where the one begins that is called name */
	const char *name;
};

static int nearer(void *data, const struct stk_elf_symbol *s)
{
	struct nearest *n = data;
	const uint64_t at = s->value & ~UINT64_C(1);

	if (s->type == STT_FUNC && at <= n->pc && (!s->size || n->pc < at + s->size) &&
	    (!n->name || at > n->at)) {
		n->at = at;
		n->name = s->name;
	}
	return 0;
}

/* The function that the core was in; "": no symbol says so. */
static const char *function_at(const struct session *s, uint32_t pc)
{
	struct nearest n = { .pc = pc - s->layout.bias };
	const struct stk_elf *elf = loader_elf(s->loader);

	if (!elf || stk_elf_each_symbol(elf, nearer, &n) || !n.name)
		return "";
	return n.name;
}

/* The register that was read last, if nothing was written after it. */
static const char *polled(const struct stk_trial_call *c)
{
	const struct stk_access *last = c && c->n_traffic ? &c->traffic[c->n_traffic - 1]
							  : NULL;

	return last && !last->write && last->name ? last->name : "";
}

static const char *where(struct act *a)
{
	struct session *s = &a->t.bench.session;
	const uint32_t pc = s->last.regs.r[STK_REG_PC];
	const char *in = function_at(s, pc);
	const char *reg = polled(bench_last_call(&a->t.bench));

	return arena_printf(&a->t.q->arena, "at 0x%08x%s%.60s%s%.40s", pc, *in ? " in " : "",
			    in, *reg ? ", where it polls " : "", reg);
}

/* ---- results ----------------------------------------------------------------- */

static int conclude(struct act *a, enum stk_host_result result, struct symptom_case why,
		    struct stk_error *err)
{
	a->over = true;
	a->ret->result = result;
	a->ret->diagnosis = bench_diagnose(&a->t.bench, why);
	return a->ret->text && a->ret->diagnosis ? 0 : stk_fail_nomem(err);
}

int act_call_failed(struct act *a, struct stk_error *err)
{
	const struct outcome *o = &a->t.bench.session.last;
	struct arena *arena = &a->t.q->arena;
	struct symptom_case why = { .symptom = SYMPTOM_CALL };
	const char *at = o->end == STK_END_RETURNED ? "" : where(a);
	bool hangs = o->end == STK_END_STUCK || o->end == STK_END_TIMEOUT;
	char text[128];

	if (!at)
		return stk_fail_nomem(err);
	outcome_text(o, text, sizeof(text));
	if (o->end == STK_END_STUCK)
		a->ret->text = arena_printf(arena, "%s never returns: it is %s", text, at);
	else if (o->end == STK_END_TIMEOUT)
		a->ret->text = arena_printf(arena, "%s had not returned when the host's limit "
					    "of %.0f ms was over: it was %s", text,
					    (double)o->budget_ns / 1e6, at);
	else if (o->end != STK_END_RETURNED)
		a->ret->text = arena_printf(arena, "%s ended in a %s%s%s, %s", text,
					    stk_end_name(o->end), o->stop[0] ? ": " : "",
					    o->stop, at);
	else if (a->t.bench.session.traces.overflow && a->host->stack_check)
		a->ret->text = arena_printf(arena, "%s overflows the stack of %" PRIu64
					    " bytes, which the host looks for", text,
					    a->t.bench.session.layout.stack.len);
	else
		a->ret->text = arena_printf(arena, "%s %s", text, o->meaning);
	return conclude(a, hangs ? STK_HOST_HANGS : STK_HOST_FAILS, why, err);
}

static bool is_marked(const struct act *a, uint64_t addr)
{
	const struct places *p = &a->t.q->places;

	for (size_t i = 0; i < p->n_sectors; i++) {
		if (stk_range_contains(p->sectors[i], (struct stk_range){ addr, 1 }))
			return a->marked[i];
	}
	return false;
}

int act_corrupt(struct act *a, struct stk_range at, enum symptom symptom,
		struct stk_error *err)
{
	const struct stk_qualify *q = a->t.q;
	const uint8_t *found = q->found + (at.addr - q->places.area.addr);
	const uint8_t erased = q->info->device->erased;
	struct symptom_case why = {
		.symptom = symptom, .where = at, .want = *trial_want(&a->t, at.addr),
		.found = *found, .blank = true,
	};
	char call[128];

	for (uint64_t i = 0; i < at.len; i++)
		why.blank &= found[i] == erased;
	if (!is_marked(a, at.addr) && a->t.bench.session.last.request.op != STK_OP_ERASE_CHIP)
		why.symptom = SYMPTOM_NEIGHBOUR;
	/* Programmed, and yet blank: nothing has happened. */
	why.unchanged = symptom == SYMPTOM_MISMATCH && why.blank;
	outcome_text(&a->t.bench.session.last, call, sizeof(call));
	a->ret->text = arena_printf(
		&a->t.q->arena, "all calls up to %s returned success, but 0x%08" PRIx64
		" holds 0x%02x instead of 0x%02x%s", call, at.addr, why.found, why.want,
		why.symptom == SYMPTOM_NEIGHBOUR ? ", which nobody asked for" : "");
	return conclude(a, STK_HOST_CORRUPTS, why, err);
}

int act_went_well(struct act *a, struct stk_error *err)
{
	const struct session *s = &a->t.bench.session;

	if (s->traces.overflow)
		a->ret->luck = arena_printf(
			&a->t.q->arena, "it overflows the stack of %" PRIu64 " bytes, and what "
			"it overwrites there did not matter this time", s->layout.stack.len);
	else if (s->traces.wild)
		a->ret->luck = arena_printf(
			&a->t.q->arena, "it writes to 0x%08" PRIx64 ", which is not its own and "
			"did not matter this time", s->traces.wild_access.addr);
	else
		return 0;
	return a->ret->luck ? 0 : stk_fail_nomem(err);
}
