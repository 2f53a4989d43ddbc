/* SPDX-License-Identifier: MIT */
/*
 * proxy.c - in front of a target that is behind a GDB server itself
 *
 * Packets pass as they are, both ways: registers, breakpoints and whatever the
 * server there has beyond GDB's manual are its own. Only flash that a loader of
 * the board writes is ours: the memory map says so, vFlash packets for it are
 * not passed on, and "monitor stoker ..." is for us.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* So long at a time nobody looks whether we are to end. */
#define SLICE_MS	100

bool proxy_begin(struct server *s)
{
	struct stk_error err = { 0 };

	s->proxy = (struct proxy){ 0 };
	if (!s->ops->relay_begin(s->target, &err)) {
		s->proxy.open = true;
		return true;
	}
	s->why = err;
	return false;
}

void proxy_end(struct server *s)
{
	struct proxy *p = &s->proxy;

	if (p->open)
		s->ops->relay_end(s->target);
	gdb_buf_free(&p->map);
	*p = (struct proxy){ 0 };
	/* The next client gets a connection of its own, and what is there may be another. */
	if (s->lost)
		s->staged[0] = '\0';
	s->lost = false;
}

int proxy_fd(const struct server *s)
{
	return s->proxy.open ? s->ops->relay_fd(s->target) : -1;
}

/* It is gone, which the client is told if it waits for a reply; see settle(). */
static void lost(struct server *s, const struct stk_error *err)
{
	if (s->lost)
		return;
	s->lost = true;
	s->why = *err;
	if (s->proxy.awaiting)
		reply_error(s, "%s", err->msg);
	s->proxy.awaiting = false;
}

void proxy_pass(struct server *s, const char *packet, size_t len)
{
	struct stk_error err = { 0 };

	/* The two that get no reply. */
	s->proxy.awaiting = len == 0 || (packet[0] != 'k' && packet[0] != 'R');
	if (s->ops->relay_send(s->target, packet, len, &err))
		lost(s, &err);
}

/*
 * Servers close when their client kills or detaches, and some end then: that is
 * the end of our client, not ours. The next one is connected anew.
 */
static void settle(struct server *s)
{
	if (s->lost)
		client_flush(s);
	if (s->lost && s->client.fd >= 0)
		client_end(s, s->why.msg);
}

void proxy_interrupt(struct server *s)
{
	struct stk_error err = { 0 };

	if (s->ops->relay_interrupt(s->target, &err))
		lost(s, &err);
	settle(s);
}

/* ---- what comes back --------------------------------------------------- */

/* "O48656c6c6f": text of a command or program; the reply is still to come. */
static bool is_output(const char *text, size_t len)
{
	return len >= 3 && len % 2 && text[0] == 'O' && isxdigit((unsigned char)text[1]);
}

static bool is_item(const char *item, size_t len, const char *name)
{
	return len > strlen(name) && !memcmp(item, name, strlen(name));
}

/* An item of the other server's features: ours to say, or copied. */
static void edit_item(struct server *s, struct gdb_buf *out, const char *item, size_t len)
{
	static const char map[] = "qXfer:memory-map:read", size[] = "PacketSize=";
	const char *number = item + strlen(size);
	uint64_t n;

	if (is_item(item, len, size) && gdb_number(&number, item + len, &n)) {
		gdb_buf_printf(out, "PacketSize=%llx;",
			       (unsigned long long)(n < PACKET_MOST ? n : PACKET_MOST));
	} else if (is_item(item, len, map)) {
		s->proxy.has_map = item[strlen(map)] == '+';
	} else if (len && !is_item(item, len, "QStartNoAckMode") &&
		   !is_item(item, len, "error-message")) {
		gdb_buf_put(out, item, len);
		gdb_buf_put(out, ";", 1);
	}
}

static void reply_supported(struct server *s, const char *text, size_t len)
{
	const char *end = text + len, *item = text;
	struct gdb_buf out = { 0 };
	size_t n;

	while (item < end) {
		const char *separator = memchr(item, ';', (size_t)(end - item));

		n = (size_t)((separator ? separator : end) - item);
		edit_item(s, &out, item, n);
		item += n + 1;
	}
	gdb_buf_printf(&out, "QStartNoAckMode+;error-message+");
	stk_board_regions(s->board, &n);
	if (n || s->proxy.has_map)
		gdb_buf_printf(&out, ";qXfer:memory-map:read+");
	reply_bytes(s, out.bytes ? out.bytes : "", out.len);
	gdb_buf_free(&out);
}

/* What the function returned that was staged, if it has. */
static bool at_trap(struct server *s, uint32_t *ret)
{
	struct stk_regs regs = { 0 };
	struct stk_error err = { 0 };

	if (target_result(s, s->ops->get_regs(s->target, &regs, &err), &err) ||
	    !(regs.valid >> STK_REG_PC & 1) || regs.r[STK_REG_PC] != (s->trap & ~1ull))
		return false;
	*ret = regs.r[STK_REG_R0];
	return true;
}

/* GDB passes over a breakpoint that it did not set itself, if that is named. */
static void cut_reasons(struct gdb_buf *stop)
{
	static const char *const reasons[] = { "swbreak:;", "hwbreak:;" };

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		const size_t len = strlen(reasons[i]);
		char *at = strstr(stop->bytes, reasons[i]);

		if (at)
			memmove(at, at + len, strlen(at + len) + 1);
	}
	stop->len = strlen(stop->bytes);
}

/* A call of "monitor stoker call" may have ended at our breakpoint. */
static void forward_stop(struct server *s, const char *text, size_t len)
{
	struct gdb_buf copy = { 0 };
	uint32_t value;

	gdb_buf_put(&copy, text, len);
	if (!copy.failed && at_trap(s, &value)) {
		cut_reasons(&copy);
		untold(s, "%s returned %u (0x%08x)\n", s->staged, value, value);
		s->staged[0] = '\0';
		tell(s);
	}
	reply_bytes(s, copy.bytes ? copy.bytes : "", copy.len);
	gdb_buf_free(&copy);
}

static void forward(struct server *s, const char *text, size_t len, bool notification)
{
	struct proxy *p = &s->proxy;

	if (notification) {
		p->running = p->running && !is_item(text, len, "Stop:");
		reply_notification(s, text, len);
		return;
	}
	if (is_output(text, len)) {
		reply_bytes(s, text, len);
		return;
	}
	/* "OK" to a resume: the stop comes as a notification (non-stop mode). */
	if (len != 2 || memcmp(text, "OK", 2))
		p->running = false;
	/* Our memory, our loader: what is refused there is not to be forgotten here. */
	if (p->flashing && (len != 2 || memcmp(text, "OK", 2)))
		flash_refuse(s);
	if (s->staged[0] && len && (text[0] == 'T' || text[0] == 'S'))
		forward_stop(s, text, len);
	else if (p->supported && (len != 3 || text[0] != 'E'))
		reply_supported(s, text, len);
	else
		reply_bytes(s, text, len);
	p->supported = p->awaiting = p->flashing = false;
}

void proxy_ready(struct server *s)
{
	while (s->proxy.open && !s->lost && !client_backlog(s)) {
		struct stk_error err = { 0 };
		const void *packet;
		bool notification;
		size_t len;
		int r = s->ops->relay_receive(s->target, 0, &packet, &len, &notification,
					      &err);

		if (r == -ETIMEDOUT)
			break;
		if (r == -EMSGSIZE && s->proxy.awaiting)
			reply_failed(s, &err);
		else if (r && r != -EMSGSIZE)
			lost(s, &err);
		else if (!r)
			forward(s, packet, len, notification);
	}
	settle(s);
}

/* ---- what we ask ourselves --------------------------------------------- */

/* In slices: see relay_receive(), which looks whether somebody wants us to end. */
static int receive_reply(struct server *s, int timeout_ms, const char **ret,
			 size_t *ret_len, struct stk_error *err)
{
	int left = timeout_ms, r;

	do {
		const void *reply;
		bool notification;

		r = s->ops->relay_receive(s->target, SLICE_MS, &reply, ret_len,
					  &notification, err);
		if (!r && !notification && !is_output(reply, *ret_len)) {
			*ret = reply;
			return 0;
		}
		left -= r ? SLICE_MS : 1;
	} while ((!r || r == -ETIMEDOUT) && left > 0);
	return r ? r : -ETIMEDOUT;
}

bool proxy_ask(struct server *s, const char *packet, size_t len, int timeout_ms,
		const char **ret, size_t *ret_len)
{
	struct stk_error err = { 0 };
	int r = s->ops->relay_send(s->target, packet, len, &err);

	if (!r)
		r = receive_reply(s, timeout_ms, ret, ret_len, &err);
	if (r == -EINTR)
		stk_fail(&err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
			 "interrupted while the server behind this one was to answer '%.16s'",
			 packet);
	if (r == -ETIMEDOUT)
		stk_fail(&err, STK_ORIGIN_TARGET, ENOTCONN, "link-timeout",
			 "the server behind this one did not answer '%.16s' in %d ms", packet,
			 timeout_ms);
	if (r) {
		s->proxy.awaiting = true;
		lost(s, &err);
	}
	return !r;
}

/* ---- packets -------------------------------------------------------------- */

static void serve_supported(struct server *s, const char *packet, struct args *a)
{
	proxy_pass(s, packet, (size_t)(a->end - packet));
	s->proxy.supported = true;
}

static void serve_no_ack(struct server *s, const char *packet, struct args *a)
{
	query_no_ack(s, a);
}

/* "monitor stoker TEXT" is for us; what was not told yet goes before any answer. */
static void serve_rcmd(struct server *s, const char *packet, struct args *a)
{
	static const char word[] = "stoker";
	const size_t n = (size_t)(a->end - a->at) / 2;
	char *text = calloc(1, n + 1);

	if (text && gdb_unhex(a->at, 2 * n, (uint8_t *)text, n) >= 0 &&
	    !strncmp(text, word, strlen(word)) &&
	    (!text[strlen(word)] || text[strlen(word)] == ' ')) {
		if (s->proxy.running || s->proxy.awaiting)
			reply_error(s, "the core runs: interrupt it first");
		else
			reply_monitor(s, text + strlen(word) + (text[strlen(word)] == ' '));
	} else {
		tell(s);
		proxy_pass(s, packet, (size_t)(a->end - packet));
	}
	free(text);
}

static void serve_resume(struct server *s, const char *packet, struct args *a)
{
	tell(s);
	s->proxy.running = true;
	proxy_pass(s, packet, (size_t)(a->end - packet));
}

/* The other server lets the core run: not into a call that was never begun. */
static void serve_detach(struct server *s, const char *packet, struct args *a)
{
	struct stk_error err = { 0 };

	flash_abandon(s);
	if (run_drop_staged(s, &err))
		reply_failed(s, &err);
	else
		proxy_pass(s, packet, (size_t)(a->end - packet));
}

static void serve_kill(struct server *s, const char *packet, struct args *a)
{
	flash_abandon(s);
	s->staged[0] = '\0';
	proxy_pass(s, packet, (size_t)(a->end - packet));
}

static const struct {
	const char *word;
	void (*serve)(struct server *s, const char *packet, struct args *a);
	bool halted;		/* uses the core, which must be halted */
} handled[] = {
	{ "qSupported", serve_supported, false },
	{ "QStartNoAckMode", serve_no_ack, false },
	{ "qXfer:memory-map:read:", proxy_memory_map, true },
	{ "vFlashErase:", proxy_flash_erase, true },
	{ "vFlashWrite:", proxy_flash_write, true },
	{ "vFlashDone", proxy_flash_done, true },
	{ "qRcmd,", serve_rcmd, false },
	{ "vCont;", serve_resume, false },
	{ "vKill", serve_kill, false },
	{ "k", serve_kill, false },
	{ "R", serve_kill, false },
	{ "D", serve_detach, false },
	{ "c", serve_resume, false },
	{ "C", serve_resume, false },
	{ "s", serve_resume, false },
	{ "S", serve_resume, false },
};

static void dispatch(struct server *s, const char *packet, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(handled); i++) {
		struct args a = { packet, packet + len };

		if (!packet_is(packet, len, handled[i].word))
			continue;
		a.at += strlen(handled[i].word);
		if (handled[i].halted && (s->proxy.running || s->proxy.awaiting))
			reply_error(s, "the core runs: interrupt it first");
		else
			handled[i].serve(s, packet, &a);
		return;
	}
	proxy_pass(s, packet, len);
}

void proxy_serve(struct server *s, const char *packet, size_t len)
{
	dispatch(s, packet, len);
	settle(s);
}
