/* SPDX-License-Identifier: MIT */
/* Lines and hexadecimal digits, for the text formats. */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *t, const char *name, const uint8_t *bytes, size_t len)
{
	*t = (struct text){ .name = name, .next = bytes, .end = bytes + len };
}

static bool is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r';
}

static void take_line(struct text *t)
{
	const uint8_t *p = t->next;

	while (p < t->end && !is_line_end(*p))
		p++;
	t->line = t->next;
	t->len = (size_t)(p - t->line);
	t->number++;
	if (t->end - p >= 2 && p[0] == '\r' && p[1] == '\n')
		p++;
	t->next = p < t->end ? p + 1 : p;
	while (t->len && (t->line[t->len - 1] == ' ' || t->line[t->len - 1] == '\t'))
		t->len--;
}

bool text_next(struct text *t)
{
	while (t->next < t->end) {
		take_line(t);
		if (t->len)
			return true;
	}
	return false;
}

const char *text_where(const struct text *t, char *buf, size_t len)
{
	snprintf(buf, len, "line %lu", t->number);
	return buf;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool is_hex_digit(uint8_t c)
{
	return digit(c) >= 0;
}

static int fail_character(const struct text *t, size_t at, struct stk_error *err)
{
	uint8_t c = t->line[at];

	if (c > ' ' && c < 0x7f)
		return text_fail(
			t, err, "record-syntax",
			"character %zu is '%c', a hexadecimal digit was expected", at + 1,
			c);
	return text_fail(
		t, err, "record-syntax",
		"character %zu is the byte 0x%02x, a hexadecimal digit was expected",
		at + 1, c);
}

int text_bytes(const struct text *t, size_t from, uint8_t *ret, size_t room,
	       size_t *ret_len, struct stk_error *err)
{
	size_t digits = t->len - from;

	for (size_t i = 0; i < digits; i++) {
		if (!is_hex_digit(t->line[from + i]))
			return fail_character(t, from + i, err);
	}
	if (digits % 2)
		return text_fail(
			t, err, "record-syntax",
			"an odd number of digits (%zu): the line is cut off or has one "
			"too many",
			digits);
	if (digits / 2 > room)
		return text_fail(t, err, "record-length",
				 "%zu bytes, a record has at most %zu", digits / 2, room);
	for (size_t i = 0; i < digits / 2; i++)
		ret[i] = (uint8_t)(digit(t->line[from + 2 * i]) << 4 |
				   digit(t->line[from + 2 * i + 1]));
	*ret_len = digits / 2;
	return 0;
}

int text_probe(const uint8_t *bytes, size_t len, text_is_record is_record, size_t from,
	       size_t upto)
{
	struct text t;

	text_init(&t, "", bytes, len);
	if (!text_next(&t) || !is_record(&t) || t.len < upto)
		return 0;
	for (size_t i = from; i < upto; i++) {
		if (!is_hex_digit(t.line[i]))
			return 0;
	}
	return 90;
}

int text_check_sum(const struct text *t, const uint8_t *bytes, size_t len, uint8_t total,
		   struct stk_error *err)
{
	uint8_t sum = total;

	for (size_t i = 0; i < len - 1; i++)
		sum = (uint8_t)(sum - bytes[i]);
	if (sum == bytes[len - 1])
		return 0;
	return text_fail(
		t, err, "record-checksum",
		"the checksum is 0x%02X, the record's bytes give 0x%02X: the line was "
		"damaged or edited",
		bytes[len - 1], sum);
}

int text_check_rest(struct text *t, text_is_record is_record, struct stk_error *err)
{
	while (text_next(t)) {
		if (is_record(t))
			return text_fail(
				t, err, "data-after-end",
				"a record follows the end record: were files joined? "
				"Give them one by one");
	}
	return 0;
}

int text_fail(const struct text *t, struct stk_error *err, const char *cause,
	      const char *fmt, ...)
{
	char detail[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, cause, "'%s', line %lu: %s",
			t->name, t->number, detail);
}
