/* SPDX-License-Identifier: MIT */
/*
 * gdb - a target behind any server of the GDB remote serial protocol
 *
 *	gdb:HOST:PORT  gdb::PORT  gdb:[ADDRESS]:PORT  gdb:/unix/socket  gdb:|command
 *
 * Options, also as parameters of the module (-p gdb.reset=TEXT): reset=TEXT, the
 * command that resets the chip and leaves it halted, instead of what the server is
 * known by; timeout=MS, the most that a reply may take; packet-size=BYTES, for
 * servers that announce more than they take.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb.h"

#define TIMEOUT_MS	5000
#define TIMEOUT_MOST	3600000u
#define PACKET_LEAST	64u

static int number(const char *text, const char *name, uint64_t least, uint64_t most,
		  uint64_t *ret, struct stk_error *err)
{
	if (!stk_parse_u64(text, ret) && *ret >= least && *ret <= most)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"gdb: %s=%s is no number from %" PRIu64 " to %" PRIu64, name,
			text, least, most);
}

static int set(struct gdb *g, const char *name, size_t len, const char *value,
	       struct stk_error *err)
{
	uint64_t n;
	int r;

	if (len == 5 && !strncmp(name, "reset", len)) {
		free(g->reset_text);
		g->reset_text = strdup(value);
		return g->reset_text ? 0 : stk_fail_nomem(err);
	}
	if (len == 7 && !strncmp(name, "timeout", len)) {
		r = number(value, "timeout", 1, TIMEOUT_MOST, &n, err);
		g->timeout_ms = r ? 0 : (int)n;
		return r;
	}
	if (len == 11 && !strncmp(name, "packet-size", len)) {
		r = number(value, "packet-size", PACKET_LEAST, GDB_PACKET_MOST, &n, err);
		g->packet_most = r ? 0 : (size_t)n;
		return r;
	}
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"gdb has no option '%.*s'; it has reset=, timeout=, packet-size=",
			(int)len, name);
}

static int settings(struct gdb *g, const char *const *options, struct stk_error *err)
{
	static const char *const names[] = { "reset", "timeout", "packet-size" };
	int r = 0;

	g->timeout_ms = TIMEOUT_MS;
	for (size_t i = 0; i < 3 && !r; i++) {
		const char *value = stk_param(g->ctx, "gdb", names[i]);

		if (value)
			r = set(g, names[i], strlen(names[i]), value, err);
	}
	for (; options && *options && !r; options++) {
		size_t len = strcspn(*options, "=");

		r = set(g, *options, len, *options + len + ((*options)[len] == '='), err);
	}
	return r;
}

static void free_all(struct gdb *g)
{
	gdb_leave(g);
	free(g->address);
	free(g->reset_text);
	free(g->ram);
}

static int gdb_open(void *priv, struct stk_ctx *ctx, const char *address,
		    const char *const *options, struct stk_error *err)
{
	struct gdb *g = priv;
	int r;

	g->ctx = ctx;
	g->address = strdup(address);
	r = g->address ? settings(g, options, err) : stk_fail_nomem(err);
	if (!r)
		r = gdb_attach(g, err);
	if (!r)
		r = gdb_identify(g, err);
	if (r)
		free_all(g);
	return r;
}

/*
 * What we set is taken back; the core stays as it is, halted or running: a
 * server that is told to detach would let it run.
 */
void gdb_part(struct gdb *g)
{
	if (g->x && !g->lost && !g->running) {
		for (size_t i = g->n_breaks; i-- > 0;)
			(void)!gdb_break_clear(g, g->breaks[i].addr, NULL);
		(void)!gdb_let_faults(g, NULL);
	}
	gdb_leave(g);
}

static void gdb_close(void *priv)
{
	struct gdb *g = priv;

	gdb_part(g);
	free_all(g);
}

static int gdb_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	const struct gdb *g = priv;

	ret->chip = g->chip;
	ret->ram = g->ram;
	ret->n_ram = g->n_ram;
	snprintf(ret->description, sizeof(ret->description), "%s", g->description);
	return 0;
}

static uint64_t gdb_now(void *priv)
{
	return gdb_clock();
}

static int gdb_monitor(void *priv, const char *text,
		       void (*print)(void *out, const char *text), void *out,
		       struct stk_error *err)
{
	struct gdb *g = priv;
	int r = gdb_command(g, text, g->timeout_ms, print, out, NULL, 0, err);

	/* A server's own command may have done anything to the core. */
	gdb_forget(g);
	return r;
}

static void gdb_link_stats(void *priv, struct stk_link_stats *ret)
{
	const struct gdb *g = priv;

	*ret = (struct stk_link_stats){ 0 };
	if (g->x)
		gdb_exchange_stats(g->x, ret);
}

static const struct stk_target_driver gdb_target = {
	.size = sizeof(gdb_target),
	.name = "gdb",
	.priv_size = sizeof(struct gdb),
	.open = gdb_open,
	.close = gdb_close,
	.describe = gdb_describe,
	.read = gdb_read,
	.write = gdb_write,
	.get_regs = gdb_get_regs,
	.set_regs = gdb_set_regs,
	.break_set = gdb_break_set,
	.break_clear = gdb_break_clear,
	.resume = gdb_resume,
	.wait = gdb_wait,
	.halt = gdb_halt,
	.reset = gdb_reset,
	.now = gdb_now,
	.step = gdb_step,
	.monitor = gdb_monitor,
	.wake = gdb_wake,
	.link_stats = gdb_link_stats,
	.relay_begin = gdb_relay_begin,
	.relay_end = gdb_relay_end,
	.relay_send = gdb_relay_send,
	.relay_interrupt = gdb_relay_interrupt,
	.relay_receive = gdb_relay_receive,
	.relay_fd = gdb_relay_fd,
};

static const struct stk_param_info reset_param = {
	.size = sizeof(reset_param),
	.name = "reset",
	.summary = "the command that resets the chip and leaves it halted",
};
static const struct stk_param_info timeout_param = {
	.size = sizeof(timeout_param),
	.name = "timeout",
	.summary = "the most that a reply may take, in milliseconds",
};
static const struct stk_param_info packet_param = {
	.size = sizeof(packet_param),
	.name = "packet-size",
	.summary = "no longer packets than this, whatever the server announces",
};
static const struct stk_param_info *const gdb_params[] = {
	&reset_param, &timeout_param, &packet_param, NULL
};

STK_MODULE(target, gdb, PACKAGE_VERSION, "MIT",
	   .description = "a chip behind any GDB server: OpenOCD, ST-LINK, J-Link, QEMU",
	   .params = gdb_params, .target = &gdb_target);
