/* SPDX-License-Identifier: MIT */
/*
 * A wrapper as ABI 1 knew them, built against the headers beside it for ever: it
 * has the target inside fill structs of its own, and counts what passes.
 */
#include <stdio.h>
#include <string.h>
#include <stoker/module.h>

struct count {
	const struct stk_target_driver *drv;	/* of the target inside */
	void *in;
	struct stk_ctx *ctx;
	unsigned long calls, bytes, observed;
	stk_observer fn;
	void *fn_data;
};

static void count_wrap(void *priv, struct stk_target *inner)
{
	struct count *c = priv;

	c->drv = stk_inner_driver(inner);
	c->in = stk_inner_priv(inner);
}

/* The option "as=NAME" is only there to be taken. */
static int count_open(void *priv, struct stk_ctx *ctx, const char *address,
		      const char *const *options, struct stk_error *err)
{
	struct {
		struct stk_target_facts facts;
		unsigned char behind[64];
	} own = { .facts = { .size = sizeof(own.facts) } };
	struct count *c = priv;
	int r;

	c->ctx = ctx;
	memset(own.behind, 0xa5, sizeof(own.behind));
	for (; options && *options; options++) {
		if (strncmp(*options, "as=", 3))
			return stk_fail(err, STK_ORIGIN_USAGE, 22, "bad-option",
					"'%s' is no option of count; there is: as", *options);
	}
	r = c->drv->describe(c->in, &own.facts, err);
	for (size_t i = 0; !r && i < sizeof(own.behind); i++) {
		if (own.behind[i] != 0xa5)
			return stk_fail(err, STK_ORIGIN_INTERNAL, 5, "abi-broken",
					"describe() wrote behind struct stk_target_facts");
	}
	return r;
}

static void count_close(void *priv)
{
	const struct count *c = priv;

	stk_log(c->ctx, "count: %lu calls, %lu bytes, %lu observed", c->calls, c->bytes,
		c->observed);
}

static int count_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	struct stk_target_facts own = { .size = sizeof(own) };
	const struct count *c = priv;
	int r = c->drv->describe(c->in, &own, err);

	if (r)
		return r;
	ret->chip = own.chip;
	snprintf(ret->description, sizeof(ret->description), "counted: %.100s",
		 own.description);
	ret->virtual_time = own.virtual_time;
	ret->code_in_ram_breaks = own.code_in_ram_breaks;
	ret->ram = own.ram;
	ret->n_ram = own.n_ram;
	return 0;
}

static int count_read(void *priv, uint64_t addr, void *buf, size_t len,
		      struct stk_error *err)
{
	struct count *c = priv;

	c->bytes += len;
	return c->drv->read(c->in, addr, buf, len, err);
}

static int count_write(void *priv, uint64_t addr, const void *buf, size_t len,
		       struct stk_error *err)
{
	struct count *c = priv;

	c->bytes += len;
	return c->drv->write(c->in, addr, buf, len, err);
}

/* Through a struct of its own: what it does not know it does not pass on. */
static int count_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	struct stk_regs own = { .valid = 0 };
	const struct count *c = priv;
	int r = c->drv->get_regs(c->in, &own, err);

	if (!r)
		*ret = own;
	return r;
}

static int count_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->set_regs(c->in, regs, err);
}

static int count_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->break_set(c->in, addr, err);
}

static int count_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->break_clear(c->in, addr, err);
}

static int count_resume(void *priv, struct stk_error *err)
{
	struct count *c = priv;

	c->calls++;
	return c->drv->resume(c->in, err);
}

static int count_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		      struct stk_error *err)
{
	struct stk_stop own = { .reason = STK_STOP_LOST };
	const struct count *c = priv;
	int r = c->drv->wait(c->in, budget_ns, &own, err);

	if (!r)
		*ret = own;
	return r;
}

static int count_halt(void *priv, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->halt(c->in, err);
}

static int count_reset(void *priv, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->reset(c->in, err);
}

static uint64_t count_now(void *priv)
{
	const struct count *c = priv;

	return c->drv->now(c->in);
}

static int count_call(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct count *c = priv;

	c->calls++;
	if (stk_offers(c->drv, call))
		return c->drv->call(c->in, regs, err);
	return c->drv->set_regs(c->in, regs, err) ?: c->drv->resume(c->in, err);
}

static void count_seen(void *data, const struct stk_observation *obs)
{
	struct count *c = data;

	c->observed++;
	c->fn(c->fn_data, obs);
}

static int count_observe(void *priv, unsigned int mask, stk_observer fn, void *data,
			 struct stk_error *err)
{
	struct count *c = priv;

	c->fn = fn;
	c->fn_data = data;
	return c->drv->observe(c->in, mask, fn ? count_seen : NULL, c, err);
}

static int count_watch(void *priv, const struct stk_watch *watch, struct stk_error *err)
{
	const struct count *c = priv;

	return c->drv->watch(c->in, watch, err);
}

static void count_wake(void *priv)
{
	const struct count *c = priv;

	c->drv->wake(c->in);
}

static int count_monitor(void *priv, const char *command,
			 void (*print)(void *out, const char *text), void *out,
			 struct stk_error *err)
{
	const struct count *c = priv;
	char line[64];

	if (!strcmp(command, "count")) {
		snprintf(line, sizeof(line), "%lu calls\n", c->calls);
		print(out, line);
		return 0;
	}
	return c->drv->monitor(c->in, command, print, out, err);
}

static const struct stk_target_driver count_target = {
	.size = sizeof(count_target),
	.name = "count",
	.priv_size = sizeof(struct count),
	.open = count_open,
	.close = count_close,
	.describe = count_describe,
	.read = count_read,
	.write = count_write,
	.get_regs = count_get_regs,
	.set_regs = count_set_regs,
	.break_set = count_break_set,
	.break_clear = count_break_clear,
	.resume = count_resume,
	.wait = count_wait,
	.halt = count_halt,
	.reset = count_reset,
	.now = count_now,
	.call = count_call,
	.monitor = count_monitor,
	.observe = count_observe,
	.watch = count_watch,
	.wake = count_wake,
	.wrap = count_wrap,
};

static const struct stk_param_info loud = {
	.size = sizeof(loud), .name = "loud", .summary = "it has no effect",
};
static const struct stk_param_info *const count_params[] = { &loud, NULL };

STK_MODULE(target, count, "1.0", "MIT",
	.description = "counts what passes",
	.params = count_params,
	.target = &count_target);
