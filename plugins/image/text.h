/* SPDX-License-Identifier: MIT */
/* text.h - lines and hexadecimal digits, for the text formats */
#ifndef PLUGINS_IMAGE_TEXT_H
#define PLUGINS_IMAGE_TEXT_H

#include <stoker/module.h>

/* Where a reader is, and what its sentences begin with. */
struct text {
	const char *name;
	const uint8_t *next, *end;
	unsigned long number; /* of the current line, from 1 */
	const uint8_t *line;  /* without its end and trailing blanks */
	size_t len;
};

void text_init(struct text *t, const char *name, const uint8_t *bytes, size_t len);
/* To the next line that is not blank; lines end in CR, LF or CR LF. False: no more. */
bool text_next(struct text *t);
/* "line 12", for stk_image_add(). */
const char *text_where(const struct text *t, char *buf, size_t len);

bool is_hex_digit(uint8_t c);
/*
 * The line from its character @from on as bytes, two digits each, at most
 * @room of them. The characters must all be digits, in pairs.
 */
int text_bytes(const struct text *t, size_t from, uint8_t *ret, size_t room,
	       size_t *ret_len, struct stk_error *err) stk_must_check;
/* Does the line look like a record of the format? */
typedef bool (*text_is_record)(const struct text *t);
/*
 * For a driver's probe: the first line is a record, and its characters from
 * @from to before @upto are digits.
 */
int text_probe(const uint8_t *bytes, size_t len, text_is_record is_record, size_t from,
	       size_t upto);
/* The bytes of a record, the checksum last, add up to @total, modulo 256. */
int text_check_sum(const struct text *t, const uint8_t *bytes, size_t len, uint8_t total,
		   struct stk_error *err) stk_must_check;
/* What follows the end record is not part of the image; a record there is a mistake. */
int text_check_rest(struct text *t, text_is_record is_record,
		    struct stk_error *err) stk_must_check;
/* -ENOEXEC with "'NAME', line N: " before the sentence. */
int text_fail(const struct text *t, struct stk_error *err, const char *cause,
	      const char *fmt, ...) stk_printf(4, 5);

#endif
