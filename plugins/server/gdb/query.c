/* SPDX-License-Identifier: MIT */
/* query.c - what client and stub tell each other: features, threads, documents */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* What a checksum is made of at a time: a loader is put into RAM for each. */
#define CRC_PIECE	(1024u * 1024u)
/* The one thread there is: a core has no more. */
#define THREAD	"1"

static bool client_has(const struct args *a, const char *feature)
{
	return memmem(a->at, (size_t)(a->end - a->at), feature, strlen(feature));
}

void query_supported(struct server *s, struct args *a)
{
	struct client *c = &s->client;
	struct gdb_buf text = { 0 };

	c->swbreak = client_has(a, "swbreak+");
	c->hwbreak = client_has(a, "hwbreak+");
	c->error_text = client_has(a, "error-message+");
	gdb_buf_printf(&text, "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;"
		       "qXfer:memory-map:read+;swbreak+;hwbreak+;vContSupported+;"
		       "error-message+;binary-upload+", PACKET_MOST);
	reply(s, text.bytes ? text.bytes : "");
	gdb_buf_free(&text);
}

void query_no_ack(struct server *s, struct args *a)
{
	struct client *c = &s->client;

	reply(s, "OK");
	c->no_ack = true;
	c->framer.check = false;
}

/* The one thread is chosen, and alive; the board stays whatever its clients do. */
void query_ok(struct server *s, struct args *a)
{
	reply(s, "OK");
}

void query_current(struct server *s, struct args *a)
{
	reply(s, "QC" THREAD);
}

void query_threads(struct server *s, struct args *a)
{
	reply(s, "m" THREAD);
}

void query_no_more(struct server *s, struct args *a)
{
	reply(s, "l");
}

/* We did not start the core: a client that goes detaches, it does not kill. */
void query_attached(struct server *s, struct args *a)
{
	reply(s, "1");
}

/* "ANNEX:OFFSET,LENGTH": a part of @text. */
void reply_part(struct server *s, struct args *a, const struct gdb_buf *text)
{
	struct stk_range part;
	struct gdb_buf out = { 0 };
	size_t n;

	if (!args_range(a, &part) || a->at != a->end) {
		reply_malformed(s);
		return;
	}
	if (part.addr > text->len) {
		reply_error(s, "the document is shorter than that");
		return;
	}
	n = text->len - (size_t)part.addr;
	/* Room for the letter, and for escapes, of which XML needs few. */
	if (part.len > PACKET_MOST - 64)
		part.len = PACKET_MOST - 64;
	if (n > part.len)
		n = (size_t)part.len;
	gdb_buf_put(&out, part.addr + n < text->len ? "m" : "l", 1);
	gdb_buf_put(&out, text->bytes + part.addr, n);
	reply_bytes(s, out.bytes ? out.bytes : "", out.len);
	gdb_buf_free(&out);
}

void query_features(struct server *s, struct args *a)
{
	static const char annex[] = "target.xml:";

	if ((size_t)(a->end - a->at) < strlen(annex) ||
	    memcmp(a->at, annex, strlen(annex))) {
		reply(s, "E00");
		return;
	}
	a->at += strlen(annex);
	if (describe_features(s))
		reply_part(s, a, &s->features);
	else
		reply_error(s, "out of memory");
}

void query_memory_map(struct server *s, struct args *a)
{
	if (!args_char(a, ':'))
		reply(s, "E00");
	else if (describe_memory(s))
		reply_part(s, a, &s->memory_map);
	else
		reply_error(s, "out of memory");
}

/* GDB before 15 takes no E.TEXT here: the text goes first. */
void reply_monitor(struct server *s, const char *text)
{
	struct stk_error err = { 0 };
	int r = monitor_run(s, text, &err);

	if (r && !s->lost)
		untold(s, "%s\n", err.msg);
	tell(s);
	reply(s, r ? "E01" : "OK");
}

void query_rcmd(struct server *s, struct args *a)
{
	size_t n = (size_t)(a->end - a->at) / 2;
	char *text = calloc(1, n + 1);

	if (text && gdb_unhex(a->at, (size_t)(a->end - a->at), (uint8_t *)text, n) >= 0)
		reply_monitor(s, text);
	else
		reply(s, "E01");
	free(text);
}

/* GDB's manual, "qCRC": polynomial 0x04c11db7, most significant bit first, from all ones. */
static uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t len)
{
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= (uint32_t)bytes[i] << 24;
		for (bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7u : 0);
	}
	return crc;
}

/*
 * compare-sections after a load into external flash, which nobody has mapped then:
 * what is asked about as a whole may be read by its loader.
 */
static int read_flash(struct server *s, uint64_t addr, uint8_t *buf, size_t len,
		      struct stk_error *err)
{
	int r = memory_read(s, addr, buf, len, err);

	if (r != -EIO || !flash_region_at(s, addr))
		return r;
	breaks_out(s);
	s->staged[0] = '\0';
	r = stk_board_read(s->board, (struct stk_range){ addr, len }, buf, err);
	r = target_result(s, r, err);
	breaks_in(s);
	return r;
}

/* At most so much of it, and of no two loaders. */
static size_t crc_piece(struct server *s, struct stk_range left)
{
	const struct stk_board_region *r = flash_region_at(s, left.addr);
	uint64_t n = left.len < CRC_PIECE ? left.len : CRC_PIECE;

	if (r && n > stk_range_end(r->range) - left.addr)
		n = stk_range_end(r->range) - left.addr;
	return (size_t)n;
}

/* False: it was replied. */
static bool crc_of(struct server *s, struct stk_range left, uint8_t *bytes, uint32_t *ret)
{
	struct stk_error err = { 0 };
	size_t n;

	*ret = 0xffffffff;
	for (; left.len; left.addr += n, left.len -= n) {
		n = crc_piece(s, left);
		if (read_flash(s, left.addr, bytes, n, &err)) {
			reply_error(s, "%s", err.msg);
			return false;
		}
		*ret = crc32(*ret, bytes, n);
	}
	return true;
}

void query_crc(struct server *s, struct args *a)
{
	struct gdb_buf text = { 0 };
	struct stk_range range;
	uint8_t *bytes;
	uint32_t crc;

	if (!args_range(a, &range) || a->at != a->end) {
		reply_malformed(s);
		return;
	}
	if (range.len > UINT32_MAX / 16) {
		reply_error(s, "that is more than a checksum is made of at once");
		return;
	}
	bytes = malloc(range.len < CRC_PIECE ? (size_t)range.len + 1 : CRC_PIECE);
	if (!bytes) {
		reply_error(s, "out of memory");
	} else if (crc_of(s, range, bytes, &crc)) {
		gdb_buf_printf(&text, "C%x", crc);
		reply(s, text.bytes ? text.bytes : "");
		gdb_buf_free(&text);
	}
	free(bytes);
}
