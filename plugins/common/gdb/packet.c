/* SPDX-License-Identifier: MIT */
/*
 * Frames, made and taken apart. Source: GDB's manual, "Remote Protocol,
 * Overview". Runs repeat the byte that was sent, not the one it stands for:
 * "}" 0x03 "*" and a count are one '#' and then bytes 0x03 (so do gdbserver,
 * which shortens what is escaped already, and GDB, which undoes runs first).
 */
#include <string.h>

#include "packet.h"

#define ESCAPE	   '}'
#define ESCAPE_BIT 0x20
#define RUN	   '*'
#define RUN_BASE   29 /* a count of N is the character N + 29 */
#define RUN_LEAST  3
#define RUN_MOST   97 /* '~' */

/* ---- frames that go out ------------------------------------------------ */

struct frame {
	struct gdb_buf *out;
	uint8_t sum;
};

static void put(struct frame *f, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		f->sum = (uint8_t)(f->sum + (uint8_t)bytes[i]);
	gdb_buf_put(f->out, bytes, len);
}

/*
 * '*' in requests too, though only replies have runs: QEMU's stub (7.2, gdbstub.c,
 * gdb_read_byte) takes one in a request for a run, and refuses the packet.
 */
static bool must_escape(char c)
{
	return c == '#' || c == '$' || c == ESCAPE || c == RUN;
}

/* @len times @c. The counts '#' and '$' would be taken for a frame's ends. */
static void put_run(struct frame *f, char c, size_t len)
{
	put(f, &c, 1);
	len--;
	while (len >= RUN_LEAST) {
		size_t n = len > RUN_MOST ? RUN_MOST : len;
		char run[2] = { RUN, 0 };

		while (n + RUN_BASE == '#' || n + RUN_BASE == '$')
			n--;
		run[1] = (char)(n + RUN_BASE);
		put(f, run, 2);
		len -= n;
	}
	while (len--)
		put(f, &c, 1);
}

/* Bytes that are sent as they are, up to one that is not or that is repeated. */
static size_t plain(const char *bytes, size_t len, bool reply)
{
	size_t n = 0;

	while (n < len && !must_escape(bytes[n]) &&
	       !(reply && len - n > RUN_LEAST && bytes[n + 1] == bytes[n] &&
		 bytes[n + 2] == bytes[n] && bytes[n + 3] == bytes[n]))
		n++;
	return n;
}

static size_t same(const char *bytes, size_t len)
{
	size_t n = 1;

	while (n < len && bytes[n] == bytes[0])
		n++;
	return n;
}

void gdb_frame(struct gdb_buf *out, char start, const void *payload, size_t len, bool reply)
{
	const char *from = payload;
	struct frame f = { out, 0 };
	size_t n;

	gdb_buf_put(out, &start, 1);
	for (size_t i = 0; i < len; i += n) {
		n = plain(from + i, len - i, reply);
		if (n) {
			put(&f, from + i, n);
		} else if (must_escape(from[i])) {
			put(&f, (char[2]){ ESCAPE, (char)(from[i] ^ ESCAPE_BIT) }, 2);
			n = 1;
		} else {
			n = same(from + i, len - i);
			put_run(&f, from[i], n);
		}
	}
	gdb_buf_printf(out, "#%02x", f.sum);
}

/* ---- what comes in ----------------------------------------------------- */

enum state { BETWEEN, PAYLOAD, SUM_HIGH, SUM_LOW };

void gdb_framer_init(struct gdb_framer *f, size_t most, bool replies)
{
	memset(f, 0, sizeof(*f));
	f->most = most;
	f->replies = replies;
	f->check = true;
}

void gdb_framer_free(struct gdb_framer *f)
{
	gdb_buf_free(&f->payload);
}

bool gdb_framer_within(const struct gdb_framer *f)
{
	return f->state != BETWEEN;
}

static void begin(struct gdb_framer *f, char start)
{
	gdb_buf_clear(&f->payload);
	f->state = PAYLOAD;
	f->start = start;
	f->sum = 0;
	f->escaped = f->repeat = f->bad = f->any = f->too_long = false;
}

static void keep(struct gdb_framer *f, char c)
{
	if (f->payload.len >= f->most)
		f->too_long = true;
	else
		gdb_buf_put(&f->payload, &c, 1);
}

static void take_count(struct gdb_framer *f, char c)
{
	f->repeat = false;
	if (c < RUN_BASE + RUN_LEAST || c > RUN_BASE + RUN_MOST)
		f->bad = true;
	for (int n = c - RUN_BASE; !f->bad && !f->too_long && n > 0; n--)
		keep(f, f->last);
}

/* A byte between a frame's ends: an escape, a run, or what belongs to one. */
static void take_byte(struct gdb_framer *f, char c)
{
	if (f->repeat) {
		take_count(f, c);
		return;
	}
	if (f->replies && c == RUN) {
		f->repeat = true;
		f->bad |= f->escaped || !f->any;
		return;
	}
	f->last = c;
	f->any = true;
	if (f->escaped)
		keep(f, (char)(c ^ ESCAPE_BIT));
	else if (c != ESCAPE)
		keep(f, c);
	f->escaped = !f->escaped && c == ESCAPE;
}

/* As many bytes as stand for themselves: most of what comes, and it may be much. */
static size_t take_plain(struct gdb_framer *f, const char *from, size_t len)
{
	size_t room = f->most > f->payload.len ? f->most - f->payload.len : 0, n = 0;

	if (f->state != PAYLOAD || f->escaped || f->repeat)
		return 0;
	for (; n < len && from[n] != '$' && from[n] != '#' && from[n] != ESCAPE &&
	       !(f->replies && from[n] == RUN);
	     n++)
		f->sum = (uint8_t)(f->sum + (uint8_t)from[n]);
	if (!n)
		return 0;
	f->too_long |= n > room;
	gdb_buf_put(&f->payload, from, n < room ? n : room);
	f->last = from[n - 1];
	f->any = true;
	return n;
}

/* A frame has ended. Notifications are never sent again, so damaged ones are noise. */
static enum gdb_unit finish(struct gdb_framer *f)
{
	bool note = f->start == '%';

	f->state = BETWEEN;
	if (f->bad || f->escaped || f->repeat || (f->check && f->sum != f->given))
		return note ? GDB_UNIT_NONE : GDB_UNIT_DAMAGED;
	gdb_buf_put(&f->payload, "", 0); /* for the NUL */
	if (f->too_long || f->payload.failed)
		return note ? GDB_UNIT_NONE : GDB_UNIT_TOO_LONG;
	return note ? GDB_UNIT_NOTIFICATION : GDB_UNIT_PACKET;
}

static enum gdb_unit take_sum(struct gdb_framer *f, char c)
{
	int digit = gdb_digit(c);

	if (digit < 0)
		f->bad |= f->check;
	f->given = (uint8_t)(f->given << 4 | (digit & 15));
	if (f->state == SUM_LOW)
		return finish(f);
	f->state = SUM_LOW;
	return GDB_UNIT_NONE;
}

static enum gdb_unit take_between(struct gdb_framer *f, char c)
{
	switch (c) {
	case '$':
	case '%':
		begin(f, c);
		return GDB_UNIT_NONE;
	case '+':
		return GDB_UNIT_ACK;
	case '-':
		return GDB_UNIT_NACK;
	case 0x03:
		return f->replies ? GDB_UNIT_NONE : GDB_UNIT_INTERRUPT;
	default:
		return GDB_UNIT_NONE;
	}
}

/* A '$' is never part of a frame: what began before it lost its end, and is noise. */
static enum gdb_unit take_one(struct gdb_framer *f, char c)
{
	if (f->state == BETWEEN)
		return take_between(f, c);
	if (c == '$' && (f->state == PAYLOAD || f->check)) {
		begin(f, c);
		return GDB_UNIT_NONE;
	}
	if (f->state != PAYLOAD)
		return take_sum(f, c);
	if (c == '#') {
		f->state = SUM_HIGH;
		f->given = 0;
		return GDB_UNIT_NONE;
	}
	f->sum = (uint8_t)(f->sum + (uint8_t)c);
	take_byte(f, c);
	return GDB_UNIT_NONE;
}

enum gdb_unit gdb_framer_take(struct gdb_framer *f, const void *bytes, size_t len,
			      size_t *used)
{
	const char *from = bytes;
	enum gdb_unit unit = GDB_UNIT_NONE;
	size_t i = 0;

	while (i < len && unit == GDB_UNIT_NONE) {
		i += take_plain(f, from + i, len - i);
		if (i < len)
			unit = take_one(f, from[i++]);
	}
	*used = i;
	return unit;
}
