/* SPDX-License-Identifier: MIT */
/*
 * One call: registers, trap, budget, stack fill and check, outcome. Policy
 * (masks, placement, when Init is called) comes from the host profile only.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "session.h"

#define XPSR_THUMB	0x01000000u
#define DHCSR		0xE000EDF0u
#define DHCSR_KEY	0xA05F0000u
#define C_DEBUGEN	(1u << 0)
#define C_HALT		(1u << 1)
#define C_MASKINTS	(1u << 3)
#define MS		1000000ull
#define LIMIT_MOST_MS	3600000ull

/* What QEMU does not give; and what tells of a core that went astray anyway. */
#define NOT_EVERYWHERE	(7u << STK_REG_XPSR)	/* to CONTROL */
/* What a call is judged by. */
#define RESULT		(3u << STK_REG_R0 | 1u << STK_REG_PC)

#define SET(regs, n, v)	((regs)->r[n] = (uint32_t)(v), (regs)->valid |= 1u << (n))

int session_open(struct session *s, struct stk_target *target,
		 const struct stk_loader *loader, const struct stk_host *host,
		 const volatile int *cancel, struct stk_error *err)
{
	int r;

	memset(s, 0, sizeof(*s));
	s->target = target;
	s->loader = loader;
	s->info = stk_loader_info(loader);
	s->format = loader_format(loader);
	s->host = host;
	s->cancel = cancel;
	r = layout_make(loader, target, host, &s->layout, err);
	return r ? r : witness_attach(&s->witness, target, err);
}

/*
 * What the host masks so, and what PRIMASK was to mask and cannot: handlers of
 * what ran before would run on RAM that is the loader's now.
 */
static bool masks(const struct session *s)
{
	return s->host->mask_ints || s->traces.no_primask;
}

static int write_mask(struct session *s, bool on, struct stk_error *err)
{
	uint8_t dhcsr[4];

	put_le32(dhcsr, DHCSR_KEY | C_DEBUGEN | C_HALT | (on ? C_MASKINTS : 0));
	return s->target->ops.write(s->target->priv, DHCSR, dhcsr, sizeof(dhcsr), err);
}

static int mask_interrupts(struct session *s, struct stk_error *err)
{
	int r = masks(s) ? write_mask(s, true, err) : 0;

	if (r != -EIO)
		return r;
	s->traces.unmasked = true;
	return 0;
}

/*
 * A debug server may keep DHCSR to itself and clear the mask as it resumes
 * (OpenOCD), or have none (QEMU): after the first call it shows.
 */
static int see_masked(struct session *s, struct stk_error *err)
{
	uint8_t dhcsr[4];
	int r;

	if (!masks(s) || s->masked || s->traces.unmasked ||
	    s->target->facts.virtual_time)
		return 0;
	r = s->target->ops.read(s->target->priv, DHCSR, dhcsr, sizeof(dhcsr), err);
	s->masked = !r && (get_le32(dhcsr) & C_MASKINTS);
	s->traces.unmasked = !s->masked;
	return r == -EIO ? 0 : r;
}

/* A link that is gone is told of by whoever needs it next. */
static void note_left(struct session *s, int r, const char *what, const struct stk_error *why)
{
	if (r && r != -ENOTCONN && !s->traces.left[0])
		snprintf(s->traces.left, sizeof(s->traces.left), "%s: %.120s", what, why->msg);
}

void session_close(struct session *s)
{
	struct stk_target *t = s->target;
	struct stk_error err = { 0 };

	if (!t)
		return;
	if (s->loaded) {
		note_left(s, t->ops.break_clear(t->priv, s->layout.trap, &err),
			  "a loader's breakpoint could not be removed", &err);
		if (masks(s) && !s->traces.unmasked)
			note_left(s, write_mask(s, false, &err),
				  "interrupts could not be unmasked", &err);
		if (t->ops.watch)
			(void)!t->ops.watch(t->priv, NULL, NULL);
	}
	witness_detach(&s->witness, t);
	s->target = NULL;
}

/* ---- one call --------------------------------------------------------- */

static void make_regs(const struct session *s, const struct stk_abi_call *call,
		      struct stk_regs *regs)
{
	const struct layout *l = &s->layout;
	const bool all = !s->host->registers_once || call->function->op == STK_OP_INIT;

	memset(regs, 0, sizeof(*regs));
	for (int i = 0; i <= 12; i++) {
		if (s->host->zero_registers)
			SET(regs, i, 0);
	}
	for (unsigned int i = 0; i < call->n_args; i++)
		SET(regs, i, call->r[i]);
	if (s->host->static_base && all)
		SET(regs, STK_REG_R9, l->static_base);
	if (all)
		SET(regs, STK_REG_SP, l->sp);
	SET(regs, STK_REG_LR, l->trap | 1);
	SET(regs, STK_REG_PC, (call->function->address + l->bias) & ~1ull);
	SET(regs, STK_REG_XPSR, XPSR_THUMB);
	SET(regs, STK_REG_PRIMASK, s->host->primask || s->core_as_is);
	SET(regs, STK_REG_CONTROL, 0);
}

/* 0 is what many loaders return for success: none is taken for a register not given. */
static int check_given(const struct session *s, const struct stk_regs *regs, uint32_t want,
		       struct stk_error *err)
{
	uint32_t missing = want & ~regs->valid;

	if (!missing)
		return 0;
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "registers-refused",
			"%s does not give core register %d, which a call needs",
			s->target->address, __builtin_ctz(missing));
}

/* A register that arrived wrong would erase the wrong sector: look first. */
static int set_regs_checked(struct session *s, const struct stk_regs *regs,
			    struct stk_error *err)
{
	struct stk_target *t = s->target;
	struct stk_regs back = { .valid = 0 };
	uint32_t both;
	int r = t->ops.set_regs(t->priv, regs, err);

	if (!r)
		r = t->ops.get_regs(t->priv, &back, err);
	if (!r)
		r = check_given(s, &back, regs->valid & ~NOT_EVERYWHERE, err);
	if (r)
		return r;
	if (s->core_as_is && !(back.valid & 1u << STK_REG_PRIMASK))
		s->traces.no_primask = true;
	both = regs->valid & back.valid & ~(1u << STK_REG_XPSR);
	for (int i = 0; i < STK_REG_COUNT; i++) {
		if ((both & 1u << i) && back.r[i] != regs->r[i])
			return stk_fail(err, STK_ORIGIN_TARGET, EIO, "register-readback",
					"core register %d reads 0x%08x after 0x%08x was "
					"written: a bad link", i, back.r[i], regs->r[i]);
	}
	return 0;
}

static enum stk_end end_of(struct session *s, const struct stk_stop *stop,
			   struct outcome *o)
{
	switch (stop->reason) {
	case STK_STOP_BREAK:
		return o->regs.r[STK_REG_PC] == (s->layout.trap & ~1ull) ? STK_END_RETURNED
									 : STK_END_FAULT;
	case STK_STOP_HALTED:
		o->halted = !session_cancelled(s);
		return o->halted ? STK_END_LOST : STK_END_CANCELLED;
	case STK_STOP_FAULT:
		return STK_END_FAULT;
	case STK_STOP_STUCK:
		return STK_END_STUCK;
	default:
		return STK_END_LOST;
	}
}

/*
 * The deepest byte of the stack that no longer holds the pattern; or with
 * guard_only whether that is below it.
 */
static int measure_stack(struct session *s, struct outcome *o, struct stk_error *err)
{
	const struct layout *l = &s->layout;
	struct stk_range r = { l->guard.len ? l->guard.addr : l->stack.addr,
			       l->guard.len + (s->guard_only ? 0 : l->stack.len) };
	stk_cleanup(freep) uint8_t *bytes = malloc(r.len ? r.len : 1);
	size_t i = 0;
	int ret;

	if (!bytes)
		return stk_fail_nomem(err);
	ret = r.len ? s->target->ops.read(s->target->priv, r.addr, bytes, r.len, err) : 0;
	if (ret)
		return ret;
	while (i < r.len && bytes[i] == SESSION_STACK_PATTERN)
		i++;
	o->stack_used = s->guard_only ? 0 : (uint32_t)(r.len - i);
	o->guard_hit = i < l->guard.len;
	return 0;
}

/* Let it run until it stops or its time is over; then it is halted. */
static int run(struct session *s, struct outcome *o, struct stk_error *err)
{
	struct stk_target *t = s->target;
	struct stk_stop stop = { .reason = STK_STOP_LOST };
	uint64_t start = target_now(t);
	int r = t->ops.resume(t->priv, err), waited;

	if (r)
		return r;
	waited = t->ops.wait(t->priv, o->budget_ns, &stop, err);
	if (waited && waited != -ETIMEDOUT)
		return waited;
	o->ns = target_now(t) - start;
	if (waited == -ETIMEDOUT) {
		r = t->ops.halt(t->priv, err);
		if (r)
			return r;
	}
	r = t->ops.get_regs(t->priv, &o->regs, err);
	if (!r)
		r = check_given(s, &o->regs, RESULT, err);
	if (r)
		return r;
	o->end = waited ? STK_END_TIMEOUT : end_of(s, &stop, o);
	snprintf(o->stop, sizeof(o->stop), "%s", waited ? "" : stop.text);
	return measure_stack(s, o, err);
}

int session_enter(struct session *s, const struct stk_abi_call *call, struct stk_error *err)
{
	struct stk_regs regs;
	int r;

	make_regs(s, call, &regs);
	r = set_regs_checked(s, &regs, err);
	return r ? r : mask_interrupts(s, err);
}

static int call(struct session *s, struct outcome *o, struct stk_error *err)
{
	int r;

	/* UnInit is how a cancelled job leaves the flash locked. */
	if (session_cancelled(s) && o->request.op != STK_OP_UNINIT)
		return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				"interrupted before %s was called", o->call.function->name);
	witness_clear(&s->witness);
	r = session_enter(s, &o->call, err);
	if (!r)
		r = run(s, o, err);
	if (!r)
		r = see_masked(s, err);
	s->calls++;
	return r;
}

/* A file may declare anything: no call gets more than an hour. */
static uint64_t capped_ms(uint64_t ms)
{
	return ms < LIMIT_MOST_MS ? ms : LIMIT_MOST_MS;
}

uint64_t session_limit_ns(const struct session *s, enum stk_op op)
{
	const struct stk_host *h = s->host;
	const struct stk_device *d = s->info->device;
	uint64_t own = 0, declared = 0, sectors = 0;

	switch (op) {
	case STK_OP_ERASE_CHIP:
		for (size_t i = 0; i < d->n_regions; i++)
			sectors += d->regions[i].count;
		own = h->erase_chip_ms;
		declared = capped_ms(capped_ms(sectors) * d->erase_ms);
		break;
	case STK_OP_ERASE_SECTOR:
		own = h->erase_sector_ms;
		declared = capped_ms(d->erase_ms);
		break;
	case STK_OP_PROGRAM:
		own = h->program_ms;
		declared = capped_ms(d->program_ms);
		break;
	case STK_OP_READ:
		own = h->read_ms;
		break;
	case STK_OP_INIT:
	case STK_OP_UNINIT:
		own = h->init_ms;
		break;
	default:
		own = h->verify_ms;
		break;
	}
	/* Declared limits are often the typical times: never less than ours. */
	return (h->declared_limits && declared > own ? declared : own) * MS;
}

/* Make the call that o->call holds, and judge it as o->request where @judge. */
static int call_and_judge(struct session *s, bool judge, struct stk_error *err)
{
	struct outcome *o = &s->last;
	struct stk_abi_result res;
	enum stk_meaning means;
	int r = call(s, o, err);

	if (r)
		return r;
	if (o->end == STK_END_RETURNED && judge) {
		res = (struct stk_abi_result){ o->regs.r[0], o->regs.r[1] };
		means = s->format->judge(s->info, &o->request, &res, o->meaning,
					 sizeof(o->meaning));
		o->doubtful = means == STK_MEANS_UNKNOWN;
		o->ok = means != STK_MEANS_FAILED;
		/* A Verify that proves nothing is the reader's business. */
		s->traces.doubtful |= o->doubtful && o->request.op != STK_OP_VERIFY;
	} else {
		o->ok = o->end == STK_END_RETURNED;
	}
	session_note_traces(s);
	return 0;
}

int session_call(struct session *s, const struct stk_request *req, struct stk_error *err)
{
	struct outcome *o = &s->last;
	int r;

	memset(o, 0, sizeof(*o));
	o->request = *req;
	o->budget_ns = session_limit_ns(s, req->op);
	r = s->format->marshal(s->info, req, &o->call, err);
	return r ? r : call_and_judge(s, true, err);
}

int session_call_raw(struct session *s, const struct stk_abi_call *abi,
		     uint64_t budget_ns, struct stk_error *err)
{
	bool judge = stk_offers(s->format, unmarshal);
	struct outcome *o = &s->last;

	memset(o, 0, sizeof(*o));
	o->request.op = STK_OP_OTHER;
	o->call = *abi;
	o->budget_ns = budget_ns;
	if (judge)
		s->format->unmarshal(s->info, abi, &o->request);
	return call_and_judge(s, judge, err);
}

void outcome_text(const struct outcome *o, char *buf, size_t len)
{
	size_t n = (size_t)snprintf(buf, len, "%s(",
				    o->call.function ? o->call.function->name : "?");

	for (unsigned int i = 0; i < o->call.n_args && n < len; i++)
		n += (size_t)snprintf(buf + n, len - n, "%s0x%08x", i ? ", " : "",
				      o->call.r[i]);
	if (n < len)
		snprintf(buf + n, len - n, ")");
}
