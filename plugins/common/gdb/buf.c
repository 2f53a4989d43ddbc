/* SPDX-License-Identifier: MIT */
/* Bytes that grow, and the digits that packets write numbers and bytes with. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"

void gdb_buf_clear(struct gdb_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->bytes)
		b->bytes[0] = '\0';
}

void gdb_buf_free(struct gdb_buf *b)
{
	free(b->bytes);
	*b = (struct gdb_buf){ NULL, 0, 0, false };
}

/* Room for @more bytes and the NUL; the place they go to, or NULL. */
static char *room(struct gdb_buf *b, size_t more)
{
	size_t size = b->size ? b->size : 64;
	char *bytes;

	if (b->failed || more > SIZE_MAX / 4 - b->len) {
		b->failed = true;
		return NULL;
	}
	while (size < b->len + more + 1)
		size *= 2;
	if (size != b->size) {
		bytes = realloc(b->bytes, size);
		if (!bytes) {
			b->failed = true;
			return NULL;
		}
		b->bytes = bytes;
		b->size = size;
	}
	return b->bytes + b->len;
}

void gdb_buf_put(struct gdb_buf *b, const void *bytes, size_t len)
{
	char *to = room(b, len);

	if (!to)
		return;
	if (len)
		memcpy(to, bytes, len);
	to[len] = '\0';
	b->len += len;
}

void gdb_buf_printf(struct gdb_buf *b, const char *fmt, ...)
{
	va_list args;
	char *to;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	to = n < 0 ? NULL : room(b, (size_t)n);
	if (!to) {
		b->failed = true;
		return;
	}
	va_start(args, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, args);
	va_end(args);
	b->len += (size_t)n;
}

void gdb_buf_hex(struct gdb_buf *b, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = bytes;
	char *to = len > SIZE_MAX / 8 ? NULL : room(b, len * 2);

	if (!to) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < len; i++) {
		*to++ = digits[from[i] >> 4];
		*to++ = digits[from[i] & 15];
	}
	*to = '\0';
	b->len += len * 2;
}

int gdb_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int gdb_unhex(const char *text, size_t len, uint8_t *ret, size_t most)
{
	if (len % 2 || len / 2 > most || len / 2 > INT32_MAX)
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (gdb_digit(text[i]) < 0)
			return -EINVAL;
	for (size_t i = 0; i < len / 2; i++)
		ret[i] = (uint8_t)(gdb_digit(text[2 * i]) << 4 | gdb_digit(text[2 * i + 1]));
	return (int)(len / 2);
}

bool gdb_number(const char **text, const char *end, uint64_t *ret)
{
	const char *s = *text;
	uint64_t n = 0;

	for (; s < end && gdb_digit(*s) >= 0; s++) {
		if (n >> 60)
			return false;
		n = n << 4 | (uint64_t)gdb_digit(*s);
	}
	if (s == *text)
		return false;
	*text = s;
	*ret = n;
	return true;
}
