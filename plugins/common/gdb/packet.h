/* SPDX-License-Identifier: MIT */
/*
 * packet.h - packets of the GDB remote serial protocol, as bytes
 *
 * Framing only: "$payload#cc", "%notification#cc", acknowledgements, and the
 * lone 0x03 that interrupts; escapes and run-lengths; nothing is sent or
 * received here, and nothing is known of what a packet means. Source: GDB's
 * manual, appendix E ("GDB Remote Serial Protocol"), Overview and Packets.
 */
#ifndef GDB_PACKET_H
#define GDB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. A failed allocation is remembered: look at the end. */
struct gdb_buf {
	char *bytes;		/* NUL after the last one once anything was put */
	size_t len, size;
	bool failed;
};

void gdb_buf_clear(struct gdb_buf *b);
void gdb_buf_free(struct gdb_buf *b);
void gdb_buf_put(struct gdb_buf *b, const void *bytes, size_t len);
void gdb_buf_printf(struct gdb_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Two hexadecimal digits a byte, lower case. */
void gdb_buf_hex(struct gdb_buf *b, const void *bytes, size_t len);

/* The value of a hexadecimal digit, or -1. */
int gdb_digit(char c);
/* Digits to bytes: how many; -EINVAL: no digit, an odd number, over @most bytes. */
int gdb_unhex(const char *text, size_t len, uint8_t *ret, size_t most);
/*
 * A number without 0x, as packets have them; moves *@text behind it. False: no
 * digit, or over 64 bits.
 */
bool gdb_number(const char **text, const char *end, uint64_t *ret);

/*
 * Append a whole packet to @out: @start is '$' or '%'. With @reply runs may be
 * shortened; in a request they never are (only stubs may).
 */
void gdb_frame(struct gdb_buf *out, char start, const void *payload, size_t len,
	       bool reply);

enum gdb_unit {
	GDB_UNIT_NONE,		/* all bytes were taken; more are needed */
	GDB_UNIT_PACKET,	/* payload is whole and its checksum right */
	GDB_UNIT_DAMAGED,	/* the checksum is wrong, or an escape or a run is */
	GDB_UNIT_TOO_LONG,	/* more than the framer was made for; passed over */
	GDB_UNIT_NOTIFICATION,	/* payload is one, without the '%' */
	GDB_UNIT_ACK,
	GDB_UNIT_NACK,
	GDB_UNIT_INTERRUPT,
};

/* What comes in; make it with gdb_framer_init(). */
struct gdb_framer {
	struct gdb_buf payload;	/* escapes and runs undone; valid until the next take() */
	size_t most;
	bool replies;		/* runs are undone: what comes are a stub's replies */
	bool check;		/* checksums count; false after QStartNoAckMode */
	/* private from here */
	unsigned int state;
	uint8_t sum, given;
	bool escaped, bad, repeat, any, too_long;
	char start, last;
};

void gdb_framer_init(struct gdb_framer *f, size_t most, bool replies);
void gdb_framer_free(struct gdb_framer *f);
/*
 * Take bytes up to the end of one unit; *@used of @len were taken. Dropped without
 * a unit: noise between packets, packets that another '$' cuts short, and
 * notifications that are damaged or too long (they are never sent again).
 */
enum gdb_unit gdb_framer_take(struct gdb_framer *f, const void *bytes, size_t len,
			      size_t *used);
/* A packet has begun and not ended. */
bool gdb_framer_within(const struct gdb_framer *f);

#endif
