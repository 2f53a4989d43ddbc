/* SPDX-License-Identifier: MIT */
/* Frames of the GDB remote protocol, against the manual's own examples and rules. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/common/gdb/packet.h"
#include "unit.h"

/* ---- frames that go out ------------------------------------------------- */

static const struct {
	const char *what, *payload, *frame;
	bool reply;
} frames[] = {
	{ "nothing", "", "$#00", false },
	{ "text", "OK", "$OK#9a", false },
	{ "what must be escaped", "a#b$c}d", "$a}\3b}\4c}]d#65", false },
	{ "a star of a request", "a*b", "$a}\nb#4a", false },
	{ "a star of a reply", "a*b", "$a}\nb#4a", true },
	{ "three alike are not worth it", "000", "$000#90", true },
	/* "0* " stands for four, as the manual has it. */
	{ "four alike", "0000", "$0* #7a", true },
	{ "requests are never shortened", "0000", "$0000#c0", false },
	{ "six alike", "000000", "$0*\"#7c", true },
	{ "seven: '#' is no count", "0000000", "$0*\"0#ac", true },
	{ "eight: nor is '$'", "00000000", "$0*\"00#dc", true },
	{ "nine", "000000000", "$0*%#7f", true },
	{ "a run of what is escaped", "####", "$}\3}\3}\3}\3#00", true },
};

START_TEST(frame)
{
	struct gdb_buf out = { NULL, 0, 0, false };
	const __typeof__(*frames) *c = &frames[_i];

	gdb_frame(&out, '$', c->payload, strlen(c->payload), c->reply);
	ck_assert(!out.failed);
	ck_assert_msg(!strcmp(out.bytes, c->frame), "%s: %s, not %s", c->what, out.bytes,
		      c->frame);
	gdb_buf_free(&out);
}
END_TEST

/* ---- what comes in ------------------------------------------------------ */

/* Units as one letter each: Packet, Damaged, Too long, Notification, + - !; payloads in <>. */
static void tell(struct gdb_buf *out, enum gdb_unit unit, const struct gdb_framer *f)
{
	static const char letters[] = {
		[GDB_UNIT_NONE] = '?',	       [GDB_UNIT_PACKET] = 'P',
		[GDB_UNIT_DAMAGED] = 'D',      [GDB_UNIT_TOO_LONG] = 'T',
		[GDB_UNIT_NOTIFICATION] = 'N', [GDB_UNIT_ACK] = '+',
		[GDB_UNIT_NACK] = '-',	       [GDB_UNIT_INTERRUPT] = '!'
	};

	gdb_buf_put(out, &letters[unit], 1);
	if (unit != GDB_UNIT_PACKET && unit != GDB_UNIT_NOTIFICATION)
		return;
	ck_assert_int_eq(f->payload.bytes[f->payload.len], '\0');
	gdb_buf_put(out, "<", 1);
	gdb_buf_put(out, f->payload.bytes, f->payload.len);
	gdb_buf_put(out, ">", 1);
}

/* All that comes of @len bytes when they arrive @piece at a time. */
static void take_all(struct gdb_framer *f, const char *bytes, size_t len, size_t piece,
		     struct gdb_buf *out)
{
	for (size_t at = 0; at < len; at += piece) {
		size_t end = at + piece < len ? at + piece : len, used;

		for (size_t i = at; i < end; i += used) {
			enum gdb_unit unit = gdb_framer_take(f, bytes + i, end - i, &used);

			if (unit != GDB_UNIT_NONE)
				tell(out, unit, f);
			else
				ck_assert_uint_eq(used, end - i);
		}
	}
}

enum side { CLIENT, SERVER, NO_ACK };

static const struct {
	const char *what;
	enum side side;
	const char *in, *units;
} streams[] = {
	{ "a packet", CLIENT, "$OK#9a", "P<OK>" },
	{ "an empty one", CLIENT, "$#00", "P<>" },
	{ "upper case digits", CLIENT, "$OK#9A", "P<OK>" },
	{ "acknowledgements around it", CLIENT, "++$OK#9a-+", "++P<OK>-+" },
	{ "noise around it", CLIENT, "hello\r\n#12$OK#9a, 34", "P<OK>" },
	{ "a wrong checksum", CLIENT, "$OK#9b$OK#9a", "DP<OK>" },
	{ "a checksum that is none", CLIENT, "$OK#9z$OK#zz", "DD" },
	{ "checksums that do not count", NO_ACK, "$OK#00$OK#xx", "P<OK>P<OK>" },
	{ "a notification", CLIENT, "%Stop:T05#99$OK#9a", "N<Stop:T05>P<OK>" },
	{ "a damaged notification is no news", CLIENT, "%Stop:T05#00$OK#9a", "P<OK>" },
	{ "one inside a payload is none", CLIENT, "$50%#8a", "P<50%>" },
	{ "a packet that lost its end", CLIENT, "$O$OK#9a", "P<OK>" },
	{ "one that lost it in the checksum", CLIENT, "$OK#$OK#9a", "P<OK>" },
	{ "escapes", CLIENT, "$}\3}\4}]}\n#62", "P<#$}*>" },
	{ "what need not be escaped", CLIENT, "$}A#be", "P<a>" },
	{ "an escape without its byte", CLIENT, "$a}#de", "D" },
	{ "the manual's run", CLIENT, "$0* #7a", "P<0000>" },
	{ "a run after a run", CLIENT, "$0* * #c4", "P<0000000>" },
	{ "a run of nothing", CLIENT, "$* #4a", "D" },
	{ "a run of a star", CLIENT, "$}\n* #d1", "P<*\n\n\n>" },
	{ "the byte that was sent is repeated", CLIENT, "$}]* #24", "P<}]]]>" },
	{ "an escape is no byte to repeat", CLIENT, "$a}* #28", "D" },
	{ "a count too small", CLIENT, "$0*\x1f#79", "D" },
	{ "a count that no packet may have", CLIENT, "$0*\x7f#d9", "D" },
	{ "negative, if it were one", CLIENT, "$0*\xff#59", "D" },
	{ "'#' as a count ends the packet", CLIENT, "$0*#5a", "D" },
	{ "'$' as a count begins another", CLIENT, "$0*$OK#9a", "P<OK>" },
	{ "the shortest run's count", CLIENT, "$a* #ab", "P<aaaa>" },
	{ "an interrupt is for servers", CLIENT, "\3$OK#9a", "P<OK>" },
	{ "an interrupt", SERVER, "\3$?#3f\3", "!P<?>!" },
	{ "a packet's byte 3 is none", SERVER, "$X0,1:\3#22", "P<X0,1:\3>" },
	{ "a star of a request is a star", SERVER, "$a*b#ed", "P<a*b>" },
	{ "escapes of a request", SERVER, "$a}\3#e1", "P<a#>" },
	{ "the most it takes", CLIENT, "$0123456789abcdef#62", "P<0123456789abcdef>" },
	{ "one more", CLIENT, "$0123456789abcdef0#92$OK#9a", "TP<OK>" },
	{ "too long and damaged", CLIENT, "$0123456789abcdef0#93", "D" },
	{ "a run that is too long", CLIENT, "$0*~#d8$OK#9a", "TP<OK>" },
	{ "a notification that is", CLIENT, "%0*~#d8$OK#9a", "P<OK>" },
};

START_TEST(framer)
{
	const __typeof__(*streams) *c = &streams[_i];

	for (size_t piece = 1; piece <= strlen(c->in); piece++) {
		struct gdb_buf out = { NULL, 0, 0, false };
		struct gdb_framer f;

		gdb_framer_init(&f, 16, c->side != SERVER);
		f.check = c->side != NO_ACK;
		take_all(&f, c->in, strlen(c->in), piece, &out);
		gdb_buf_put(&out, "", 0);
		ck_assert_msg(!strcmp(out.bytes, c->units), "%s, %zu at a time: %s, not %s",
			      c->what, piece, out.bytes, c->units);
		gdb_buf_free(&out);
		gdb_framer_free(&f);
	}
}
END_TEST

/* ---- there and back ----------------------------------------------------- */

/* Every byte, and runs of every length around each that counts are made from. */
START_TEST(there_and_back)
{
	bool reply = _i;
	char payload[256 + 210];
	size_t used;

	for (size_t i = 0; i < 256; i++)
		payload[i] = (char)i;
	for (size_t run = 0; run <= 210; run++) {
		for (const char *c = "0*#$}~"; *c; c++) {
			struct gdb_buf out = { NULL, 0, 0, false };
			struct gdb_framer f;

			memset(payload + 256, *c, run);
			gdb_framer_init(&f, sizeof(payload), reply);
			gdb_frame(&out, '$', payload, 256 + run, reply);
			ck_assert_ptr_null(memchr(out.bytes + 1, '$', out.len - 1));
			ck_assert_ptr_null(memchr(out.bytes, '#', out.len - 3));
			ck_assert_int_eq(gdb_framer_take(&f, out.bytes, out.len, &used),
					 GDB_UNIT_PACKET);
			ck_assert_uint_eq(used, out.len);
			ck_assert_uint_eq(f.payload.len, 256 + run);
			ck_assert_mem_eq(f.payload.bytes, payload, 256 + run);
			gdb_buf_free(&out);
			gdb_framer_free(&f);
		}
	}
}
END_TEST

/* ---- numbers ------------------------------------------------------------ */

static const struct {
	const char *text;
	int len; /* or -EINVAL */
} digits[] = {
	{ "", 0 },
	{ "00fF", 2 },
	{ "0", -EINVAL },
	{ "0g", -EINVAL },
	{ "g0", -EINVAL },
	{ "01020304", 4 },
	{ "0102030405", -EINVAL },
};

START_TEST(unhex)
{
	uint8_t bytes[4] = { 0 };
	struct gdb_buf out = { NULL, 0, 0, false };
	int n = gdb_unhex(digits[_i].text, strlen(digits[_i].text), bytes, sizeof(bytes));

	ck_assert_int_eq(n, digits[_i].len);
	if (n < 0)
		return;
	gdb_buf_hex(&out, bytes, (size_t)n);
	ck_assert_int_eq(strcasecmp(out.bytes, digits[_i].text), 0);
	gdb_buf_free(&out);
}
END_TEST

static const struct {
	const char *text;
	size_t taken; /* 0: no number */
	uint64_t value;
} numbers[] = {
	{ "0", 1, 0 },
	{ "20000000,40", 8, 0x20000000 },
	{ "Ff:", 2, 255 },
	{ "ffffffffffffffff", 16, UINT64_MAX },
	{ "0000000000000000001", 19, 1 },
	{ "10000000000000000", 0, 0 },
	{ "", 0, 0 },
	{ ",1", 0, 0 },
	{ "0x1", 1, 0 },
	{ "-1", 0, 0 },
};

START_TEST(number)
{
	const __typeof__(*numbers) *c = &numbers[_i];
	const char *text = c->text;
	uint64_t value = 0;
	bool ok = gdb_number(&text, text + strlen(text), &value);

	ck_assert_int_eq(ok, c->taken > 0);
	ck_assert_uint_eq((size_t)(text - c->text), c->taken);
	ck_assert_uint_eq(value, c->value);
}
END_TEST

START_TEST(growing)
{
	struct gdb_buf b = { NULL, 0, 0, false };

	for (int i = 0; i < 1000; i++)
		gdb_buf_printf(&b, "%d,", i % 10);
	ck_assert_uint_eq(b.len, 2000);
	ck_assert_uint_eq(strlen(b.bytes), 2000);
	gdb_buf_hex(&b, "", SIZE_MAX / 2);
	ck_assert(b.failed);
	gdb_buf_put(&b, "x", 1);
	ck_assert_uint_eq(b.len, 2000);
	gdb_buf_clear(&b);
	ck_assert(!b.failed);
	ck_assert_str_eq(b.bytes, "");
	gdb_buf_free(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gdb-packet");
	TCase *t = tcase_create("packets");

	tcase_add_loop_test(t, frame, 0, sizeof(frames) / sizeof(frames[0]));
	tcase_add_loop_test(t, framer, 0, sizeof(streams) / sizeof(streams[0]));
	tcase_add_loop_test(t, there_and_back, 0, 2);
	tcase_add_loop_test(t, unhex, 0, sizeof(digits) / sizeof(digits[0]));
	tcase_add_loop_test(t, number, 0, sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(t, growing);
	suite_add_tcase(s, t);
	return unit_run(s);
}
