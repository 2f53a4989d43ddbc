/* SPDX-License-Identifier: MIT */
/*
 * Memory, in pieces that fit into a packet and begin at a word where they can:
 * a register is read and written with one access of its own width.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb.h"

/* "Maaaaaaaa,llll:", and what some servers count beside the payload. */
#define HEADER		24u
/* Below it, M is as good as X, and every server has it. */
#define SHORT_BYTES	16u
#define PROBE_BYTES	64u

static int check_range(uint64_t addr, size_t len, struct stk_error *err)
{
	if (addr > UINT32_MAX || len > (1ull << 32) - addr)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-address",
				"0x%zx bytes at 0x%" PRIx64
				" are past the end of the address space", len, addr);
	return 0;
}

static int refused(struct gdb *g, const struct gdb_reply *reply, bool write,
		   uint64_t addr, size_t len, struct stk_error *err)
{
	char text[96];

	if (!gdb_reply_error(reply, text, sizeof(text)))
		snprintf(text, sizeof(text),
			 reply->len ? "an answer that makes no sense"
				    : "it does not know the request");
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "memory-refused",
			"%s refused to %s %zu byte%s at 0x%08" PRIx64 ": %s", gdb_who(g),
			write ? "write" : "read", len, len == 1 ? "" : "s", addr, text);
}

/* Bytes of one packet: whole words from the first word boundary on. */
static size_t piece(uint64_t addr, size_t len, size_t most)
{
	return len <= most ? len : (most & ~(size_t)3) - (addr & 3);
}

/* ---- reading ---------------------------------------------------------- */

/* How many bytes of @reply are there; 0: not those that were asked for. */
static size_t take_hex(const struct gdb_reply *reply, uint8_t *to, size_t len)
{
	int n = reply->len <= 2 * len ? gdb_unhex(reply->bytes, reply->len, to, len) : -1;

	return n > 0 ? (size_t)n : 0;
}

static int read_hex(struct gdb *g, uint64_t addr, uint8_t *to, size_t len, size_t *ret,
		    struct stk_error *err)
{
	size_t n = piece(addr, len, (g->peer.packet - 4) / 2);
	struct gdb_reply reply;
	int r = gdb_query(g, &reply, err, "m%" PRIx64 ",%zx", addr, n);

	if (r)
		return r;
	*ret = take_hex(&reply, to, n);
	return *ret ? 0 : refused(g, &reply, false, addr, n, err);
}

/* "b" and the bytes. A server that announced x and answers otherwise gets no more. */
static int read_binary(struct gdb *g, uint64_t addr, uint8_t *to, size_t len, size_t *ret,
		       struct stk_error *err)
{
	/* Every byte may come escaped. */
	size_t n = piece(addr, len, (g->peer.packet - 4) / 2);
	struct gdb_reply reply;
	int r = gdb_query(g, &reply, err, "x%" PRIx64 ",%zx", addr, n);

	if (r)
		return r;
	if (reply.len > 1 && reply.bytes[0] == 'b' && reply.len - 1 <= n) {
		memcpy(to, reply.bytes + 1, reply.len - 1);
		*ret = reply.len - 1;
		return 0;
	}
	g->peer.binary_read = false;
	return read_hex(g, addr, to, len, ret, err);
}

int gdb_read(void *priv, uint64_t addr, void *buf, size_t len, struct stk_error *err)
{
	struct gdb *g = priv;
	uint8_t *to = buf;
	int r = check_range(addr, len, err);

	while (!r && len) {
		size_t n = 0;

		r = g->peer.binary_read && len > SHORT_BYTES ?
			    read_binary(g, addr, to, len, &n, err) :
			    read_hex(g, addr, to, len, &n, err);
		addr += n;
		to += n;
		len -= n;
	}
	return r;
}

/* ---- writing ---------------------------------------------------------- */

static int write_hex(struct gdb *g, uint64_t addr, const uint8_t *from, size_t len,
		     size_t *ret, struct stk_error *err)
{
	size_t n = piece(addr, len, (g->peer.packet - HEADER) / 2);
	struct gdb_buf packet = { 0 };
	struct gdb_reply reply;
	int r;

	gdb_buf_printf(&packet, "M%" PRIx64 ",%zx:", addr, n);
	gdb_buf_hex(&packet, from, n);
	r = packet.failed ? stk_fail_nomem(err) :
			    gdb_query_bytes(g, packet.bytes, packet.len, &reply, err);
	gdb_buf_free(&packet);
	if (r)
		return r;
	*ret = n;
	return gdb_reply_ok(&reply) ? 0 : refused(g, &reply, true, addr, n, err);
}

/* How many of @len bytes fit into @room once escaped; whole words where it can. */
static size_t fitting(const uint8_t *from, size_t len, size_t room)
{
	size_t n = 0, used = 0;

	while (n < len) {
		used += strchr("#$*}", from[n]) && from[n] ? 2 : 1;
		if (used > room)
			break;
		n++;
	}
	return n;
}

static int ask_binary(struct gdb *g, uint64_t addr, const uint8_t *from, size_t n,
		      struct gdb_reply *ret, struct stk_error *err)
{
	struct gdb_buf packet = { 0 };
	int r;

	gdb_buf_printf(&packet, "X%" PRIx64 ",%zx:", addr, n);
	gdb_buf_put(&packet, from, n);
	r = packet.failed ? stk_fail_nomem(err) :
			    gdb_query_bytes(g, packet.bytes, packet.len, ret, err);
	gdb_buf_free(&packet);
	return r;
}

static int write_binary(struct gdb *g, uint64_t addr, const uint8_t *from, size_t len,
			size_t *ret, struct stk_error *err)
{
	size_t n = piece(addr, len, fitting(from, len, g->peer.packet - HEADER));
	struct gdb_reply reply;
	int r = ask_binary(g, addr, from, n, &reply, err);

	if (r)
		return r;
	*ret = n;
	return gdb_reply_ok(&reply) ? 0 : refused(g, &reply, true, addr, n, err);
}

/*
 * Does it take X, and take it right, with bytes that come escaped? What shall be
 * there is written, and over its beginning these four; all of it is written
 * again afterwards. The answer holds for the connection.
 */
static int try_binary(struct gdb *g, uint64_t addr, const uint8_t *from, size_t len,
		      struct stk_error *err)
{
	static const uint8_t escaped[] = { '#', '$', '*', '}' };
	uint8_t sent[PROBE_BYTES], back[PROBE_BYTES];
	size_t n = len < PROBE_BYTES ? len : PROBE_BYTES;
	struct gdb_reply reply;
	int r = gdb_read(g, addr, back, n, err);

	memcpy(sent, from, n);
	memcpy(sent, escaped, sizeof(escaped));
	if (!r)
		r = ask_binary(g, addr, sent, n, &reply, err);
	if (r)
		return r == -EIO ? 0 : r;
	g->peer.binary_write = -1;
	if (!gdb_reply_ok(&reply))
		return 0;
	r = gdb_read(g, addr, back, n, err);
	if (!r && !memcmp(sent, back, n))
		g->peer.binary_write = 1;
	return r;
}

int gdb_write(void *priv, uint64_t addr, const void *buf, size_t len, struct stk_error *err)
{
	struct gdb *g = priv;
	const uint8_t *from = buf;
	int r = check_range(addr, len, err);

	if (!r && len > SHORT_BYTES && !g->peer.binary_write)
		r = try_binary(g, addr, from, len, err);
	while (!r && len) {
		size_t n = 0;

		r = len > SHORT_BYTES && g->peer.binary_write > 0 ?
			    write_binary(g, addr, from, len, &n, err) :
			    write_hex(g, addr, from, len, &n, err);
		addr += n;
		from += n;
		len -= n;
	}
	return r;
}

int gdb_read32(struct gdb *g, uint32_t addr, uint32_t *ret, struct stk_error *err)
{
	uint8_t bytes[4];
	int r = gdb_read(g, addr, bytes, sizeof(bytes), err);

	if (!r)
		*ret = get_word(bytes);
	return r;
}

int gdb_write32(struct gdb *g, uint32_t addr, uint32_t value, struct stk_error *err)
{
	uint8_t bytes[4];

	put_word(bytes, value);
	return gdb_write(g, addr, bytes, sizeof(bytes), err);
}
