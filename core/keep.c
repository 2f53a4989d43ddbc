/* SPDX-License-Identifier: MIT */
/*
 * How a target is left: its registers and the RAM that loaders were given are
 * put back, or it is reset. Each byte is read once, before its first write, so
 * that no loader's leftovers are taken for what was there.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "keep.h"

#define CONTROL_SPSEL	(1u << 1)	/* DDI0403E B1.4.4: threads have the process stack */
#define BIT(reg)	(1u << (reg))

void keep_free(struct keep *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->pieces[i].bytes);
	free(k->pieces);
	k->pieces = NULL;
	k->n = 0;
}

/* ---- before ----------------------------------------------------------- */

static int set_register(struct stk_target *t, enum stk_reg reg, uint32_t value,
			struct stk_error *err)
{
	struct stk_regs one = { .valid = BIT(reg) };

	one.r[reg] = value;
	return t->ops.set_regs(t->priv, &one, err);
}

/* A call clears CONTROL, and so its SP is the other one. */
static int read_main_sp(struct keep *k, uint32_t control, struct stk_error *err)
{
	struct stk_target *t = k->target;
	struct stk_regs other = { .valid = 0 };
	int r = set_register(t, STK_REG_CONTROL, 0, err);

	if (!r)
		r = t->ops.get_regs(t->priv, &other, err);
	if (!r && !(other.valid & BIT(STK_REG_SP)))
		r = stk_fail(err, STK_ORIGIN_TARGET, EIO, "registers-refused",
			     "%s does not give the main stack pointer", t->address);
	/* Nothing is kept then, so nobody else puts it back. */
	if (r)
		(void)!set_register(t, STK_REG_CONTROL, control, NULL);
	else
		k->main_sp = other.r[STK_REG_SP];
	return r;
}

int keep_registers(struct keep *k, struct stk_error *err)
{
	struct stk_target *t = k->target;
	struct stk_regs regs = { .valid = 0 };
	int r;

	if (k->regs.valid)
		return 0;
	r = t->ops.get_regs(t->priv, &regs, err);
	if (r)
		return r;
	k->two_stacks = (regs.valid & BIT(STK_REG_CONTROL)) &&
			(regs.r[STK_REG_CONTROL] & CONTROL_SPSEL);
	if (k->two_stacks)
		r = read_main_sp(k, regs.r[STK_REG_CONTROL], err);
	if (!r)
		k->regs = regs;
	return r;
}

static int add_piece(struct keep *k, struct stk_range range, uint8_t *bytes)
{
	struct keep_piece *grown = reallocarray(k->pieces, k->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	k->pieces = grown;
	grown[k->n++] = (struct keep_piece){ range, bytes };
	return 0;
}

/* A place that cannot be read is none of a job's business until it writes there. */
static int read_piece(struct keep *k, struct stk_range range, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *bytes = malloc(range.len);
	struct stk_error why = { 0 };
	int r;

	if (!bytes)
		return stk_fail_nomem(err);
	r = k->target->ops.read(k->target->priv, range.addr, bytes, range.len, &why);
	if (r && r != -EIO) {
		if (err)
			*err = why;
		return r;
	}
	if (r && !k->unread)
		k->why = why;
	k->unread |= r != 0;
	if (add_piece(k, range, r ? NULL : bytes))
		return stk_fail_nomem(err);
	if (!r)
		(void)take_ptr(bytes);
	return 0;
}

/* The first piece that has a byte at @at; else NULL, and *upto where the next begins. */
static const struct keep_piece *piece_at(const struct keep *k, uint64_t at, uint64_t *upto)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct keep_piece *p = &k->pieces[i];

		if (stk_range_contains(p->range, (struct stk_range){ at, 1 }))
			return p;
		if (p->range.addr > at && p->range.addr < *upto)
			*upto = p->range.addr;
	}
	return NULL;
}

static int keep_one(struct keep *k, struct stk_range range, struct stk_error *err)
{
	uint64_t at = range.addr, end = stk_range_end(range);
	int r = 0;

	while (at < end && !r) {
		uint64_t upto = end;
		const struct keep_piece *p = piece_at(k, at, &upto);

		if (p)
			upto = stk_range_end(p->range);
		else
			r = read_piece(k, (struct stk_range){ at, upto - at }, err);
		at = upto;
	}
	return r;
}

static int by_address(const void *a, const void *b)
{
	const struct stk_range *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

int keep_ram(struct keep *k, struct stk_range *ranges, size_t n, struct stk_error *err)
{
	struct stk_range run = { 0, 0 };
	int r = 0;

	qsort(ranges, n, sizeof(*ranges), by_address);
	/* Neighbours in one go: parts of a layout often are. */
	for (size_t i = 0; i < n && !r; i++) {
		if (!ranges[i].len)
			continue;
		if (run.len && ranges[i].addr <= stk_range_end(run)) {
			if (stk_range_end(ranges[i]) > stk_range_end(run))
				run.len = stk_range_end(ranges[i]) - run.addr;
			continue;
		}
		if (run.len)
			r = keep_one(k, run, err);
		run = ranges[i];
	}
	return r || !run.len ? r : keep_one(k, run, err);
}

/* ---- after ------------------------------------------------------------ */

static int put_back(struct stk_target *t, const struct keep_piece *p, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *back = malloc(p->range.len);
	size_t i = 0;
	int r;

	if (!back)
		return stk_fail_nomem(err);
	r = t->ops.write(t->priv, p->range.addr, p->bytes, p->range.len, err);
	if (!r)
		r = t->ops.read(t->priv, p->range.addr, back, p->range.len, err);
	if (r)
		return r;
	while (i < p->range.len && back[i] == p->bytes[i])
		i++;
	if (i == p->range.len)
		return 0;
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "ram-readback",
			"RAM at 0x%08" PRIx64 " reads 0x%02x after 0x%02x was put back",
			p->range.addr + i, back[i], p->bytes[i]);
}

static int put_registers_back(struct keep *k, struct stk_error *err)
{
	struct stk_target *t = k->target;
	int r = 0;

	if (k->two_stacks) {
		r = set_register(t, STK_REG_CONTROL, 0, err);
		if (!r)
			r = set_register(t, STK_REG_SP, k->main_sp, err);
		if (!r)
			r = set_register(t, STK_REG_CONTROL, k->regs.r[STK_REG_CONTROL],
					 err);
	}
	return r ? r : t->ops.set_regs(t->priv, &k->regs, err);
}

/* As much as can be; the first thing that cannot is told. */
static void restore(struct keep *k, char *warning, size_t len)
{
	struct stk_error first = { 0 }, e;
	int r = 0;

	for (size_t i = 0; i < k->n && r != -ENOTCONN; i++) {
		r = k->pieces[i].bytes ? put_back(k->target, &k->pieces[i], &e) : 0;
		if (r && !first.code)
			first = e;
	}
	if (r != -ENOTCONN && k->regs.valid && put_registers_back(k, &e) && !first.code)
		first = e;
	if (!first.code && k->unread)
		first = k->why;
	if (first.code)
		snprintf(warning, len, "not all of the registers and RAM could be put back: %s",
			 first.msg);
}

static void keep_as_was(struct keep *k, const struct keep_end *end, char *warning,
			size_t len)
{
	struct stk_target *t = k->target;
	bool running = end->running;
	size_t n;

	if (!k->n && !k->regs.valid)
		return;
	/* No register leads out of HardFault (DDI0403E B1.5): a return does, or this. */
	if (end->crashed && !end->no_reset && !running)
		running = t->ops.reset(t->priv, NULL);
	if (running) {
		snprintf(warning, len, "the core may be running, so none of the registers and "
			 "RAM were put back: reset the chip");
		return;
	}
	restore(k, warning, len);
	n = strlen(warning);
	if (end->crashed && end->no_reset)
		snprintf(warning + n, len - n, "%sa call ended in a fault, and the core, which "
			 "was not to be reset, is in its handler still: reset it before it "
			 "runs on", n ? "; " : "");
}

int keep_leave(struct keep *k, const struct keep_end *end, char *warning, size_t len,
	       struct stk_error *err)
{
	struct stk_target *t = k->target;
	int r;

	warning[0] = 0;
	if (end->after == STK_AFTER_KEEP) {
		keep_as_was(k, end, warning, len);
		return 0;
	}
	r = t->ops.reset(t->priv, err);
	if (r || end->after == STK_AFTER_RESET)
		return r;
	if (!end->half_written)
		return t->ops.resume(t->priv, err);
	snprintf(warning, len,
		 "the core was reset but not started: the flash was left half written, "
		 "or nothing could verify it");
	return 0;
}
