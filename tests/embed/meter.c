/* SPDX-License-Identifier: MIT */
/*
 * A third party's target module: wraps any target and counts the bytes that
 * cross it. Built with `pkg-config --cflags stoker` alone.
 */
#include <stdio.h>
#include <stoker/module.h>

struct meter {
	const struct stk_target_driver *drv;	/* of the target inside */
	void *in;
	unsigned long long down, up;
};

static void meter_wrap(void *priv, struct stk_target *inner)
{
	struct meter *m = priv;

	m->drv = stk_inner_driver(inner);
	m->in = stk_inner_priv(inner);
}

static int meter_open(void *priv, struct stk_ctx *ctx, const char *address,
		      const char *const *options, struct stk_error *err)
{
	return 0;
}

static void meter_close(void *priv)
{
	const struct meter *m = priv;

	printf("meter: %llu bytes down, %llu bytes up\n", m->down, m->up);
}

static int meter_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->describe(m->in, ret, err);
}

static int meter_read(void *priv, uint64_t addr, void *buf, size_t len,
		      struct stk_error *err)
{
	struct meter *m = priv;

	m->up += len;
	return m->drv->read(m->in, addr, buf, len, err);
}

static int meter_write(void *priv, uint64_t addr, const void *buf, size_t len,
		       struct stk_error *err)
{
	struct meter *m = priv;

	m->down += len;
	return m->drv->write(m->in, addr, buf, len, err);
}

static int meter_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->get_regs(m->in, ret, err);
}

static int meter_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->set_regs(m->in, regs, err);
}

static int meter_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->break_set(m->in, addr, err);
}

static int meter_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->break_clear(m->in, addr, err);
}

static int meter_resume(void *priv, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->resume(m->in, err);
}

static int meter_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		      struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->wait(m->in, budget_ns, ret, err);
}

static int meter_halt(void *priv, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->halt(m->in, err);
}

static int meter_reset(void *priv, struct stk_error *err)
{
	const struct meter *m = priv;

	return m->drv->reset(m->in, err);
}

static uint64_t meter_now(void *priv)
{
	const struct meter *m = priv;

	return m->drv->now(m->in);
}

static const struct stk_target_driver meter_target = {
	.size = sizeof(meter_target),
	.name = "meter",
	.priv_size = sizeof(struct meter),
	.open = meter_open,
	.close = meter_close,
	.describe = meter_describe,
	.read = meter_read,
	.write = meter_write,
	.get_regs = meter_get_regs,
	.set_regs = meter_set_regs,
	.break_set = meter_break_set,
	.break_clear = meter_break_clear,
	.resume = meter_resume,
	.wait = meter_wait,
	.halt = meter_halt,
	.reset = meter_reset,
	.now = meter_now,
	.wrap = meter_wrap,
};

STK_MODULE(target, meter, "1.0", "MIT",
	.description = "counts the bytes that cross a target",
	.target = &meter_target);
