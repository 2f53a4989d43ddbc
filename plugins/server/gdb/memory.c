/* SPDX-License-Identifier: MIT */
/* memory.c - m, x, M, X: memory as the target's debugger sees it */
#include <errno.h>
#include <string.h>

#include "server.h"

static int while_running(struct server *s, bool write, uint64_t addr, void *buf, size_t len,
			 struct stk_error *err)
{
	if (!stk_offers(s->ops, mem_while_running))
		return stk_fail(err, STK_ORIGIN_TARGET, EBUSY, "core-running",
				"the core runs, and this target has no way to its memory "
				"meanwhile; \"monitor halt\" halts it");
	return s->ops->mem_while_running(s->target, write, addr, buf, len, err);
}

int memory_read(struct server *s, uint64_t addr, void *buf, size_t len,
		struct stk_error *err)
{
	int r = stk_board_running(s->board) ?
			while_running(s, false, addr, buf, len, err) :
			s->ops->read(s->target, addr, buf, len, err);

	return target_result(s, r, err);
}

int memory_write(struct server *s, uint64_t addr, const void *buf, size_t len,
		 struct stk_error *err)
{
	int r = stk_board_running(s->board) ?
			while_running(s, true, addr, (void *)buf, len, err) :
			s->ops->write(s->target, addr, buf, len, err);

	return target_result(s, r, err);
}

/*
 * Debuggers look everywhere: what is not there is no failure to be told. GDB 13
 * takes the text of an error for digits here, and only here.
 */
static void refuse_read(struct server *s, const struct stk_error *err)
{
	if (s->client.error_text)
		reply_error(s, "%s", err->msg);
	else
		reply(s, "E0e");
}

/* A reply may have less than was asked for: as much as fits into one. */
static bool read_some(struct server *s, struct args *a, size_t most, uint8_t *buf,
		      size_t *ret_len)
{
	struct stk_error err = { 0 };
	struct stk_range range;

	if (!args_range(a, &range) || a->at != a->end) {
		reply_malformed(s);
		return false;
	}
	if (range.len > most)
		range.len = most;
	if (range.len && memory_read(s, range.addr, buf, (size_t)range.len, &err)) {
		refuse_read(s, &err);
		return false;
	}
	*ret_len = (size_t)range.len;
	return true;
}

void memory_read_hex(struct server *s, struct args *a)
{
	uint8_t buf[PACKET_MOST / 2];
	size_t len;

	if (read_some(s, a, sizeof(buf), buf, &len))
		reply_hex(s, buf, len);
}

/* GDB 16: "b" and the bytes. Each may need an escape. */
void memory_read_binary(struct server *s, struct args *a)
{
	uint8_t buf[PACKET_MOST / 2];
	size_t len;

	if (!read_some(s, a, sizeof(buf) - 1, buf + 1, &len))
		return;
	buf[0] = 'b';
	reply_bytes(s, buf, len + 1);
}

static void write_all(struct server *s, uint64_t addr, const void *bytes, size_t len)
{
	struct stk_error err = { 0 };

	if (len && memory_write(s, addr, bytes, len, &err))
		reply_failed(s, &err);
	else
		reply(s, "OK");
}

void memory_write_hex(struct server *s, struct args *a)
{
	uint8_t buf[PACKET_MOST / 2];
	struct stk_range range;

	if (!args_range(a, &range) || !args_char(a, ':') || range.len > sizeof(buf) ||
	    gdb_unhex(a->at, (size_t)(a->end - a->at), buf, sizeof(buf)) != (int)range.len)
		reply_malformed(s);
	else
		write_all(s, range.addr, buf, (size_t)range.len);
}

void memory_write_binary(struct server *s, struct args *a)
{
	struct stk_range range;

	if (!args_range(a, &range) || !args_char(a, ':') ||
	    range.len != (uint64_t)(a->end - a->at))
		reply_malformed(s);
	else
		write_all(s, range.addr, a->at, (size_t)range.len);
}
