/* SPDX-License-Identifier: MIT */
/*
 * fault - a wrapper that spoils one operation of the target inside
 *
 *	--wrap fault:op=12,mode=cut,seed=7
 *
 * Operations on the chip are counted from 1; the one that op= names fails
 * (the link says no, nothing was done), is delayed, is corrupted (one bit of
 * what was read or is to be written, chosen by seed=), or is where the cable
 * is pulled: it and each later one fail, while the chip goes on. In the mode
 * "signal" this process gets signal= (int unless named) when the operation
 * begins, which then goes ahead: a job is interrupted, or held for another
 * process to meet it, at a known place.
 *
 * With every=N it is not only operation op, but each N-th from there on.
 *
 * With dead=START+SIZE memory there reads 0 and keeps nothing, as RAM without
 * its clock does. With real=1 a virtual chip is described as if it were none, so
 * that jobs are as careful with it. With blind=START+SIZE the debugger cannot
 * read that range, as memory behind a controller that it cannot see through. describe(), now(), monitor(),
 * observe(), watch() and wake() are no operations on the chip but ways to look
 * at it: they are neither counted nor spoiled.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inject.h"

struct fault {
	struct injector injector;
	const struct stk_target_driver *in;
	void *inner;
};

static void fault_wrap(void *priv, struct stk_target *inner)
{
	struct fault *f = priv;

	f->in = stk_inner_driver(inner);
	f->inner = stk_inner_priv(inner);
}

static int fault_open(void *priv, struct stk_ctx *ctx, const char *address,
		      const char *const *options, struct stk_error *err)
{
	struct fault *f = priv;
	struct stk_target_facts facts = { .size = sizeof(facts) };
	int r;

	inject_init(&f->injector);
	for (; options && *options; options++) {
		r = inject_option(&f->injector, *options, err);
		if (r)
			return r;
	}
	r = f->in->describe(f->inner, &facts, err);
	if (r)
		return r;
	f->injector.virtual_time = facts.virtual_time;
	return 0;
}

/* The target inside is the core's to close. */
static void fault_close(void *priv)
{
}

/* ---- mandatory operations --------------------------------------------- */

static int fault_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	struct fault *f = priv;
	int r;

	r = f->in->describe(f->inner, ret, err);
	if (!r && f->injector.real)
		ret->virtual_time = false;
	return r;
}

/* What was read of memory that keeps nothing. */
static void lose(struct stk_range dead, uint64_t addr, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; dead.len && i < len; i++) {
		if (stk_range_contains(dead, (struct stk_range){ addr + i, 1 }))
			bytes[i] = 0;
	}
}

static int fault_read(void *priv, uint64_t addr, void *buf, size_t len,
		      struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_READ, &hit, err);

	if (!r && stk_range_overlaps(f->injector.blind, (struct stk_range){ addr, len }))
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "blind",
				"the debugger cannot read 0x%08" PRIx64, addr);
	if (!r)
		r = f->in->read(f->inner, addr, buf, len, err);
	if (!r)
		lose(f->injector.dead, addr, buf, len);
	if (!r && inject_corrupts(&f->injector, hit))
		inject_flip_bytes(&f->injector, buf, len);
	return r;
}

/* A copy of @buf with one bit flipped, to be freed; NULL: out of memory. */
static void *spoiled_copy(const struct fault *f, const void *buf, size_t len)
{
	void *copy = malloc(len ? len : 1);

	if (copy && len)
		memcpy(copy, buf, len);
	if (copy)
		inject_flip_bytes(&f->injector, copy, len);
	return copy;
}

static int fault_write(void *priv, uint64_t addr, const void *buf, size_t len,
		       struct stk_error *err)
{
	struct fault *f = priv;
	void *copy;
	bool hit;
	int r = inject_begin(&f->injector, KIND_WRITE, &hit, err);

	if (r)
		return r;
	if (!inject_corrupts(&f->injector, hit))
		return f->in->write(f->inner, addr, buf, len, err);
	copy = spoiled_copy(f, buf, len);
	if (!copy)
		return stk_fail_nomem(err);
	r = f->in->write(f->inner, addr, copy, len, err);
	free(copy);
	return r;
}

static int fault_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_GET_REGS, &hit, err);

	if (!r)
		r = f->in->get_regs(f->inner, ret, err);
	if (!r && inject_corrupts(&f->injector, hit))
		inject_flip_regs(&f->injector, ret);
	return r;
}

static int fault_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct fault *f = priv;
	struct stk_regs copy = *regs;
	bool hit;
	int r = inject_begin(&f->injector, KIND_SET_REGS, &hit, err);

	if (r)
		return r;
	if (inject_corrupts(&f->injector, hit))
		inject_flip_regs(&f->injector, &copy);
	return f->in->set_regs(f->inner, &copy, err);
}

static int fault_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_BREAK_SET, &hit, err);

	return r ? r : f->in->break_set(f->inner, addr, err);
}

static int fault_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_BREAK_CLEAR, &hit, err);

	return r ? r : f->in->break_clear(f->inner, addr, err);
}

static int fault_resume(void *priv, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_RESUME, &hit, err);

	return r ? r : f->in->resume(f->inner, err);
}

static int fault_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		      struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_WAIT, &hit, err);

	if (r)
		return r;
	if (hit && f->injector.mode == MODE_DELAY) {
		uint64_t late = f->injector.ns < budget_ns ? f->injector.ns : budget_ns;

		inject_pass_time(&f->injector, late);
		budget_ns -= late;
		if (!budget_ns)
			return -ETIMEDOUT;
	}
	r = f->in->wait(f->inner, budget_ns, ret, err);
	if (!r && inject_corrupts(&f->injector, hit))
		inject_flip_stop(&f->injector, ret);
	return r;
}

static int fault_halt(void *priv, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_HALT, &hit, err);

	return r ? r : f->in->halt(f->inner, err);
}

static int fault_reset(void *priv, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_RESET, &hit, err);

	return r ? r : f->in->reset(f->inner, err);
}

static uint64_t fault_now(void *priv)
{
	struct fault *f = priv;

	return f->in->now(f->inner) + f->injector.delayed_ns;
}

/* ---- optional operations: offered where the target inside offers them -- */

static int fault_step(void *priv, struct stk_stop *ret, struct stk_error *err)
{
	struct fault *f = priv;
	bool hit;
	int r = inject_begin(&f->injector, KIND_STEP, &hit, err);

	if (!r)
		r = f->in->step(f->inner, ret, err);
	if (!r && inject_corrupts(&f->injector, hit))
		inject_flip_stop(&f->injector, ret);
	return r;
}

static int fault_call(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct fault *f = priv;
	struct stk_regs copy = *regs;
	bool hit;
	int r = inject_begin(&f->injector, KIND_CALL, &hit, err);

	if (r)
		return r;
	if (inject_corrupts(&f->injector, hit))
		inject_flip_regs(&f->injector, &copy);
	return f->in->call(f->inner, &copy, err);
}

static int fault_mem_while_running(void *priv, bool write, uint64_t addr, void *buf,
				   size_t len, struct stk_error *err)
{
	struct fault *f = priv;
	void *copy;
	bool hit;
	int r = inject_begin(&f->injector, KIND_MEM_WHILE_RUNNING, &hit, err);

	if (r)
		return r;
	if (!inject_corrupts(&f->injector, hit))
		return f->in->mem_while_running(f->inner, write, addr, buf, len, err);
	if (!write) {
		r = f->in->mem_while_running(f->inner, write, addr, buf, len, err);
		if (!r)
			inject_flip_bytes(&f->injector, buf, len);
		return r;
	}
	copy = spoiled_copy(f, buf, len);
	if (!copy)
		return stk_fail_nomem(err);
	r = f->in->mem_while_running(f->inner, write, addr, copy, len, err);
	free(copy);
	return r;
}

static int fault_monitor(void *priv, const char *command,
			 void (*print)(void *out, const char *text), void *out,
			 struct stk_error *err)
{
	struct fault *f = priv;
	char line[64];

	if (!strcmp(command, "fault-count")) {
		snprintf(line, sizeof(line), "%" PRIu64 " operations\n",
			 f->injector.seen);
		print(out, line);
		return 0;
	}
	if (!f->in->monitor)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOSYS, "no-monitor",
				"'%s': the target takes no commands; fault alone knows "
				"fault-count",
				command);
	return f->in->monitor(f->inner, command, print, out, err);
}

static int fault_observe(void *priv, unsigned int mask, stk_observer fn, void *data,
			 struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->observe(f->inner, mask, fn, data, err);
}

static int fault_watch(void *priv, const struct stk_watch *watch, struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->watch(f->inner, watch, err);
}

static void fault_wake(void *priv)
{
	struct fault *f = priv;

	f->in->wake(f->inner);
}

/* ---- the bench: ways to look at a virtual chip, and to prepare it ------ */

static int fault_cells(void *priv, bool write, uint64_t addr, void *buf, size_t len,
		       struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->cells(f->inner, write, addr, buf, len, err);
}

static const struct stk_failure *fault_failures(void *priv, size_t *ret_count)
{
	struct fault *f = priv;

	return f->in->failures(f->inner, ret_count);
}

static int fault_fail(void *priv, const char *name, struct stk_range where,
		      struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->fail(f->inner, name, where, err);
}

static const struct stk_variant *fault_variants(void *priv, size_t *ret_count)
{
	struct fault *f = priv;

	return f->in->variants(f->inner, ret_count);
}

static int fault_vary(void *priv, const char *rule, const char *variant,
		      struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->vary(f->inner, rule, variant, err);
}

static int fault_perturb(void *priv, uint64_t addr, uint32_t mask, uint32_t value,
			 struct stk_error *err)
{
	struct fault *f = priv;

	return f->in->perturb(f->inner, addr, mask, value, err);
}

static const struct stk_target_driver fault_target = {
	.size = sizeof(fault_target),
	.name = "fault",
	.priv_size = sizeof(struct fault),
	.open = fault_open,
	.close = fault_close,
	.describe = fault_describe,
	.read = fault_read,
	.write = fault_write,
	.get_regs = fault_get_regs,
	.set_regs = fault_set_regs,
	.break_set = fault_break_set,
	.break_clear = fault_break_clear,
	.resume = fault_resume,
	.wait = fault_wait,
	.halt = fault_halt,
	.reset = fault_reset,
	.now = fault_now,
	.step = fault_step,
	.call = fault_call,
	.mem_while_running = fault_mem_while_running,
	.monitor = fault_monitor,
	.observe = fault_observe,
	.watch = fault_watch,
	.wake = fault_wake,
	.wrap = fault_wrap,
	.cells = fault_cells,
	.failures = fault_failures,
	.fail = fault_fail,
	.variants = fault_variants,
	.vary = fault_vary,
	.perturb = fault_perturb,
};

STK_MODULE(target, fault, PACKAGE_VERSION, "MIT",
	   .description = "wrapper that spoils one operation, or raises a signal at it",
	   .target = &fault_target);
