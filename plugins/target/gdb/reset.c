/* SPDX-License-Identifier: MIT */
/*
 * Every server has its own word for "reset, and stay halted". Which server it
 * is, it says itself; what it says to "version" and "help" is looked at, which
 * do no harm anywhere. Sources: with each row.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gdb.h"

#define RESET_MS	20000

struct gdb_dialect {
	const char *name;
	const char *says;	/* in what it answers to "version" or "help" */
	const char *supported;	/* or its whole qSupported reply */
	const char *reset;	/* monitor command */
	const char *packet;	/* or packet, which is answered by a stop reply */
	/* A command that fails is answered by E: its words may hold others' errors. */
	bool says_e;
};

static const struct gdb_dialect dialects[] = {
	/* User's Guide 15.2: "reset halt" */
	{ "OpenOCD", "Open On-Chip Debugger", NULL, "reset halt", NULL, true },
	/* src/command.c, cmd_version; src/gdb_main.c: vRun resets, and stays halted */
	{ "Black Magic Probe", "Black Magic", NULL, NULL, "vRun;", false },
	/* its monitor says so to what it does not know; a stopped machine stays stopped */
	{ "QEMU", "unknown command: 'version'", NULL, "system_reset", NULL, false },
	/* our own: plugins/server/gdb/monitor.c */
	{ "stoker", "stoker gdbserver", NULL, "reset", NULL, true },
	/* "reset halt": pyOCD's issue 1633; its words for what it does not know: assumed */
	{ "pyOCD", "unrecognized command", NULL, "reset halt", NULL, false },
	/* assumed: that "reset" leaves the core halted, and that its help has its name */
	{ "J-Link GDB Server", "J-Link", NULL, "reset", NULL, false },
	/* src/st-util/gdb-server.c: "reset" halts, resets and stays halted; commands it
	   does not know it answers with nothing */
	{ "st-util", NULL, "PacketSize=3fff;qXfer:memory-map:read+;qXfer:features:read+",
	  "reset", NULL, true },
};

/*
 * Any other: the commonest words, in this order. ST-LINK_gdbserver says "Unknown
 * reset option" to the first (cortex-debug issue 498); that it takes the second is assumed.
 * Whatever is assumed here: that the core is halted afterwards is looked at.
 */
static const char *const usual[] = { "reset halt", "reset" };

const char *gdb_server_name(const struct gdb *g)
{
	return g->peer.dialect ? g->peer.dialect->name : "a GDB server";
}

static const struct gdb_dialect *by_words(const char *said)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++)
		if (dialects[i].says && strcasestr(said, dialects[i].says))
			return &dialects[i];
	return NULL;
}

static const struct gdb_dialect *by_features(const char *supported)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++)
		if (dialects[i].supported && !strcmp(supported, dialects[i].supported))
			return &dialects[i];
	return NULL;
}

int gdb_recognise(struct gdb *g, const char *supported, struct stk_error *err)
{
	static const char *const ask[] = { "version", "help" };
	char said[GDB_SAID];
	int r = 0;

	for (size_t i = 0; i < 2 && !r && !g->peer.dialect; i++) {
		struct stk_error local = { 0 };

		r = gdb_command(g, ask[i], g->timeout_ms, NULL, NULL, said, sizeof(said),
				&local);
		g->peer.dialect = by_words(said);
		if (!g->peer.dialect && local.code)
			g->peer.dialect = by_words(local.msg);
		if (r == -ENOTCONN || r == -ENOMEM) {
			if (err)
				*err = local;
			return r;
		}
		r = 0;
	}
	if (!g->peer.dialect)
		g->peer.dialect = by_features(supported);
	return 0;
}

/* ---- reset ------------------------------------------------------------ */

static bool sounds_refused(const char *said)
{
	return strcasestr(said, "unknown") || strcasestr(said, "invalid") ||
	       strcasestr(said, "not supported") || strcasestr(said, "unsupported") ||
	       strcasestr(said, "unrecognized") || strcasestr(said, "failed") ||
	       strcasestr(said, "error");
}

/* -EIO: it took the command, and says that it did not work. */
static int command(struct gdb *g, const char *text, struct stk_error *err)
{
	int ms = g->timeout_ms > RESET_MS ? g->timeout_ms : RESET_MS;
	char said[GDB_SAID];
	int r = gdb_command(g, text, ms, NULL, NULL, said, sizeof(said), err);

	said[strcspn(said, "\r\n")] = '\0';
	if (!r && !(g->peer.dialect && g->peer.dialect->says_e) && sounds_refused(said))
		r = stk_fail(err, STK_ORIGIN_TARGET, EIO, "reset-refused",
			     "%s says to '%s': %.200s; say how it resets a chip with "
			     "-p gdb.reset=", gdb_who(g), text, said);
	return r;
}

static int usual_words(struct gdb *g, struct stk_error *err)
{
	int r = -ENOSYS;

	for (size_t i = 0; i < 2 && (r == -ENOSYS || r == -EIO); i++)
		r = command(g, usual[i], err);
	if (r != -ENOSYS)
		return r;
	return stk_fail(
		err, STK_ORIGIN_TARGET, ENOSYS, "reset-unknown",
		"%s knows neither 'monitor reset halt' nor 'monitor reset': say how it "
		"resets a chip with -p gdb.reset=, or leave the chip as it is with "
		"--no-reset",
		gdb_who(g));
}

static int by_packet(struct gdb *g, const char *packet, struct stk_error *err)
{
	char text[96] = "an answer that makes no sense";
	struct gdb_reply reply;
	int r = gdb_send_only(g, packet, err);

	if (r)
		return r;
	do {
		r = gdb_next(g, RESET_MS, &reply, err);
	} while (!r && gdb_took_output(g, &reply));
	if (r == -ETIMEDOUT)
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "reset-refused",
				"%s did not answer '%s'", gdb_who(g), packet);
	if (r)
		return r;
	if (gdb_is_stop(&reply))
		return gdb_stopped(g, &reply, false, &g->stop, err);
	gdb_exchange_settled(g->x);
	if (gdb_reply_unknown(&reply))
		snprintf(text, sizeof(text), "it does not know it");
	else
		(void)gdb_reply_error(&reply, text, sizeof(text));
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "reset-refused",
			"%s refused '%s': %s", gdb_who(g), packet, text);
}

/* It runs: halt() is to know. */
static int runs_on(struct gdb *g, const char *what, struct stk_error *err)
{
	g->running = true;
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "reset-runs",
			"%s has reset the chip, and %s: say how it resets and halts it "
			"with -p gdb.reset=", gdb_who(g), what);
}

static int see_stopped(struct gdb *g, struct stk_error *err)
{
	struct gdb_reply reply;
	bool runs = false;
	int r = gdb_ask_why(g, &reply, err);

	if (r == -ETIMEDOUT)
		return runs_on(g, "does not say that the core is halted", err);
	if (!r && !gdb_reply_unknown(&reply))
		r = gdb_stopped(g, &reply, true, &g->stop, err);
	if (!r)
		r = gdb_sees_running(g, &runs, err);
	return r || !runs ? r : runs_on(g, "the core runs", err);
}

int gdb_reset(void *priv, struct stk_error *err)
{
	struct gdb *g = priv;
	const struct gdb_dialect *d = g->peer.dialect;
	int r;

	if (g->catches == GDB_CATCHES)
		g->catches = GDB_CATCH_LOST;
	if (g->reset_text)
		r = command(g, g->reset_text, err);
	else if (!d)
		r = usual_words(g, err);
	else
		r = d->packet ? by_packet(g, d->packet, err) : command(g, d->reset, err);
	gdb_forget(g);
	return r ? r : see_stopped(g, err);
}
