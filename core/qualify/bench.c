/* SPDX-License-Identifier: MIT */
/* A chip opened for one trial, and the calls made on it. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "qualify.h"

/* RM0440 42.4.1 (IWDG_KR) and 43.5.1 (WWDG_CR), the same on all families */
#define IWDG_START	0xCCCCu
#define WWDG_WDGA	(1u << 7)

static int check_virtual(const struct stk_target *t, struct stk_error *err)
{
	if (t->facts.virtual_time && t->ops.cells)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, ENOTSUP, "not-virtual",
			"'%s' is no virtual chip: a loader is tried by what it does to the "
			"flash cells themselves, and on chips that fail; give emu:CHIP",
			t->address);
}

/* A reset, as hosts begin, and the loader into RAM: into @ram, or where the host puts it. */
static int start(struct bench *b, const struct stk_host *host, const struct stk_range *ram,
		 size_t n, struct stk_error *err)
{
	struct stk_target *t = b->target;
	int r = t->ops.halt(t->priv, err);

	if (!r)
		r = t->ops.reset(t->priv, err);
	if (!r)
		r = session_open(&b->session, t, b->q->loader, host, b->q->opt->cancel, err);
	if (!r && ram)
		r = layout_in(b->q->loader, ram, n, host, &b->session.layout, err);
	return r ? r : session_load(&b->session, err);
}

static int get_ready(struct bench *b, const struct stk_host *host, struct stk_error *err)
{
	const struct stk_qualify_options *opt = b->q->opt;
	int r = check_virtual(b->target, err);

	if (opt->target_open)
		opt->target_open(opt->data, b->target);
	b->opened_ns = target_now(b->target);
	return r ? r : start(b, host, NULL, 0, err);
}

int bench_open(struct bench *b, struct stk_qualify *q, const struct stk_host *host,
	       struct stk_error *err)
{
	int r;

	memset(b, 0, sizeof(*b));
	b->q = q;
	r = stk_target_open(q->ctx, q->opt->target, q->opt->target_options, &b->target,
			    err);
	if (r)
		return r;
	r = get_ready(b, host, err);
	if (r)
		bench_close(b);
	return r;
}

void bench_close(struct bench *b)
{
	if (!b->target)
		return;
	b->q->report.calls += b->session.calls;
	b->q->report.target_ns += target_now(b->target) - b->opened_ns;
	session_close(&b->session);
	if (b->q->opt->target_open)
		b->q->opt->target_open(b->q->opt->data, NULL);
	stk_target_close(b->target);
	b->target = NULL;
}

int bench_move(struct bench *b, const struct stk_range *ram, size_t n,
	       struct stk_error *err)
{
	const struct stk_host *host = b->session.host;

	b->q->report.calls += b->session.calls;
	session_close(&b->session);
	b->moved = ram != NULL;
	return start(b, host, ram, n, err);
}

int bench_restart(struct bench *b, struct stk_error *err)
{
	return bench_move(b, NULL, 0, err);
}

int bench_cells(struct bench *b, struct stk_range range, uint8_t *buf,
		struct stk_error *err)
{
	return b->target->ops.cells(b->target->priv, false, range.addr, buf, range.len,
				    err);
}

int bench_put_cells(struct bench *b, struct stk_range range, const uint8_t *buf,
		    struct stk_error *err)
{
	/* Only read from: the operation has one buffer for both ways. */
	void *bytes = (void *)(uintptr_t)buf;

	return b->target->ops.cells(b->target->priv, true, range.addr, bytes, range.len,
				    err);
}

/* ---- calls ---------------------------------------------------------------- */

static int strength(const char *basis)
{
	static const char *const order[] = { "assumed", "observed", "manual" };

	for (size_t i = 0; basis && i < ARRAY_SIZE(order); i++) {
		if (!strcmp(basis, order[i]))
			return (int)i;
	}
	return (int)ARRAY_SIZE(order);
}

const char *weaker_basis(const char *a, const char *b)
{
	if (!a || !b)
		return a ? a : b;
	return strength(b) < strength(a) ? b : a;
}

/* The basis as one of the words that live longer than a witness. */
static const char *basis_word(const char *basis)
{
	static const char *const words[] = { "assumed", "observed", "manual" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(basis, words[i]))
			return words[i];
	}
	return NULL;
}

/* Armv7-M chips of ST have two: started by a key, or by a bit that stays. */
static void note_watchdog(struct bench *b, const struct stk_observation *o)
{
	if (o->kind != STK_OBS_BUS || !o->write || !o->peripheral || !o->reg)
		return;
	if (!strncmp(o->peripheral, "IWDG", 4) && !strcmp(o->reg, "KR") &&
	    (o->value & 0xFFFF) == IWDG_START)
		b->watchdog = "the independent watchdog";
	if (!strncmp(o->peripheral, "WWDG", 4) && !strcmp(o->reg, "CR") &&
	    (o->value & WWDG_WDGA))
		b->watchdog = "the window watchdog";
}

static void seen(void *data, const struct stk_observation *o)
{
	struct bench *b = data;

	note_watchdog(b, o);
	if (b->tape_in)
		b->tape_in(b->tape_data, o);
}

static void watch(struct bench *b)
{
	struct witness *w = &b->session.witness;

	tape_start(&b->tape, w);
	b->tape_in = w->tap;
	b->tape_data = w->tap_data;
	w->tap = seen;
	w->tap_data = b;
}

static bool is_busy_flag(const char *name)
{
	/* The same on all families; QW and WBNE: H7's queue and write buffer. */
	return !strncmp(name, "BSY", 3) || !strcmp(name, "QW") || !strcmp(name, "WBNE");
}

static void ask_register(struct bench *b, const struct stk_peripheral *p,
			 const struct stk_register *r)
{
	struct stk_target *t = b->target;
	uint8_t word[4];

	for (size_t i = 0; i < r->n_fields; i++) {
		const struct stk_field *f = &r->fields[i];

		if (!is_busy_flag(f->name) ||
		    t->ops.read(t->priv, p->base + r->offset, word, sizeof(word), NULL) ||
		    !(get_le32(word) & 1u << f->lsb))
			continue;
		b->left_busy = f->name;
		outcome_text(&b->session.last, b->busy_call, sizeof(b->busy_call));
	}
}

/* An erase or program that returned success: is the flash still at it? */
static void ask_busy(struct bench *b)
{
	const struct stk_chip *chip = b->target->facts.chip;
	const struct outcome *o = &b->session.last;

	if (b->left_busy || !o->ok || o->end != STK_END_RETURNED ||
	    (o->request.op != STK_OP_ERASE_SECTOR && o->request.op != STK_OP_PROGRAM))
		return;
	for (size_t i = 0; i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];

		for (size_t k = 0; !strncmp(p->name, "FLASH", 5) && k < p->n_registers; k++)
			ask_register(b, p, &p->registers[k]);
	}
}

/* FNV-1a, 64 bits, over the bytes of @value. */
static uint64_t mix(uint64_t digest, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		digest = (digest ^ (value >> 8 * i & 0xff)) * 0x100000001b3ull;
	return digest;
}

static void note_traffic(struct bench *b)
{
	const struct outcome *o = &b->session.last;
	uint64_t *digest = &b->q->report.traffic_digest;

	*digest = mix(*digest, b->tape.digest);
	*digest = mix(*digest, (uint64_t)o->end << 1 | o->ok);
	if (o->end == STK_END_RETURNED)
		*digest = mix(*digest, (uint64_t)o->regs.r[1] << 32 | o->regs.r[0]);
}

/* R1 is a result of some functions only: what it means is in words. */
static void note_effect(struct bench *b)
{
	const struct outcome *o = &b->session.last;
	uint64_t *digest = &b->q->report.effect_digest;

	*digest = mix(*digest, b->tape.effect);
	*digest = mix(*digest, (uint64_t)o->end << 1 | o->ok);
	for (const char *c = o->meaning; o->end == STK_END_RETURNED && *c; c++)
		*digest = mix(*digest, (uint8_t)*c);
}

/* A call was made, or could not be made: @r as it was returned. */
static int called(struct bench *b, int r, struct stk_error *err)
{
	const struct session *s = &b->session;

	b->session.witness.tap = b->tape_in;
	b->session.witness.tap_data = b->tape_data;
	tape_stop(&b->tape, &b->session.witness);
	note_traffic(b);
	note_effect(b);
	if (!r && b->ask_busy)
		ask_busy(b);
	b->exceptions += s->witness.exceptions;
	if (!r && s->last.stack_used > b->stack_used)
		b->stack_used = s->last.stack_used;
	for (size_t i = 0; i < s->witness.n_rules; i++)
		b->basis = weaker_basis(b->basis, basis_word(s->witness.rule[i].basis));
	if (!r && s->last.end == STK_END_CANCELLED)
		return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				"interrupted while %s ran", s->last.call.function->name);
	return r;
}

int bench_call(struct bench *b, const struct stk_request *req, struct stk_error *err)
{
	watch(b);
	return called(b, session_call(&b->session, req, err), err);
}

int bench_init(struct bench *b, enum stk_phase phase, struct stk_error *err)
{
	watch(b);
	return called(b, session_init(&b->session, phase, err), err);
}

int bench_end(struct bench *b, struct stk_error *err)
{
	if (!b->session.initialised) {
		b->session.last.ok = true;
		return 0;
	}
	watch(b);
	return called(b, session_end(&b->session, err), err);
}

int bench_do(struct bench *b, struct stk_request *req, struct stk_error *err)
{
	struct session *s = &b->session;
	enum stk_phase phase = session_phase_of(req->op);
	bool each = s->host->init == HOST_INIT_PER_CALL;
	int r = 0;

	s->last.ok = true;
	if (each || !s->initialised || s->phase != phase) {
		r = bench_end(b, err);
		if (!r && s->last.ok)
			r = bench_init(b, phase, err);
	}
	if (r || !s->last.ok)
		return r;
	return bench_call(b, req, err);
}

/* ---- for the report ------------------------------------------------------- */

const struct stk_trial_call *bench_last_call(struct bench *b)
{
	const struct outcome *o = &b->session.last;
	struct arena *arena = &b->q->arena;
	struct stk_trial_call *c = arena_alloc(arena, sizeof(*c));
	char text[128];

	if (!c)
		return NULL;
	outcome_text(o, text, sizeof(text));
	c->text = arena_strdup(arena, text);
	c->end = o->end;
	c->ok = o->ok;
	c->meaning = o->meaning[0] ? arena_strdup(arena, o->meaning) : NULL;
	c->ns = o->ns;
	c->traffic = tape_text(&b->tape, b->q->ctx, b->target->facts.chip, arena,
			       &c->n_traffic, &c->n_dropped);
	return c->text && c->traffic && (c->meaning || !o->meaning[0]) ? c : NULL;
}

static const char *keep(struct arena *arena, const char *text, bool *lost)
{
	const char *kept = text ? arena_strdup(arena, text) : NULL;

	*lost |= text && !kept;
	return kept;
}

static const struct stk_diagnosis *keep_diagnosis(struct arena *arena,
						  const struct stk_diagnosis *d)
{
	struct stk_diagnosis *copy = arena_alloc(arena, sizeof(*copy));
	struct stk_evidence *e = arena_alloc(arena, (d->n_evidence + 1) * sizeof(*e));
	bool lost = !copy || !e;

	if (lost)
		return NULL;
	for (size_t i = 0; i < d->n_evidence; i++) {
		e[i].what = keep(arena, d->evidence[i].what, &lost);
		e[i].value = keep(arena, d->evidence[i].value, &lost);
	}
	*copy = *d;
	copy->evidence = e;
	copy->cause = keep(arena, d->cause, &lost);
	copy->message = keep(arena, d->message, &lost);
	copy->remedy = keep(arena, d->remedy, &lost);
	copy->basis = keep(arena, d->basis, &lost);
	return lost ? NULL : copy;
}

const struct stk_diagnosis *bench_diagnose(struct bench *b, struct symptom_case c)
{
	const struct stk_diagnosis *kept;
	struct stk_diagnosis *d;

	c.session = &b->session;
	d = diagnose(&c);
	kept = d ? keep_diagnosis(&b->q->arena, d) : NULL;
	diagnosis_free(d);
	return kept;
}
