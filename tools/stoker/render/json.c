/* SPDX-License-Identifier: MIT */
/* The words of all JSON documents: docs/json.md describes them. */
#include "../cmd.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static json_t *checked(json_t *value)
{
	if (!value)
		out_of_memory();
	return value;
}

json_t *json_new(void)
{
	return checked(json_object());
}

json_t *json_new_array(void)
{
	return checked(json_array());
}

void put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		out_of_memory();
}

void put_last(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		out_of_memory();
}

/* Each byte is a code point: at most two bytes of UTF-8. */
static json_t *from_latin1(const char *s)
{
	char *utf8 = malloc(2 * strlen(s) + 1), *p = utf8;
	json_t *value;

	if (!utf8)
		out_of_memory();
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80) {
			*p++ = (char)(0xC0 | c >> 6);
			c = 0x80 | (c & 0x3F);
		}
		*p++ = (char)c;
	}
	*p = '\0';
	value = json_string(utf8);
	free(utf8);
	return checked(value);
}

json_t *json_text(const char *s)
{
	json_t *value;

	if (!s)
		return json_null();
	value = json_string(s); /* NULL also where @s is not UTF-8 */
	return value ? value : from_latin1(s);
}

json_t *json_hex(const uint8_t *data, size_t len)
{
	static const char digit[] = "0123456789abcdef";
	char *text = malloc(2 * len + 1);
	json_t *value;

	if (!text)
		out_of_memory();
	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digit[data[i] >> 4];
		text[2 * i + 1] = digit[data[i] & 15];
	}
	value = json_stringn_nocheck(text, 2 * len);
	free(text);
	return checked(value);
}

void put_text(json_t *object, const char *key, const char *s)
{
	put(object, key, json_text(s));
}

void put_when(json_t *object, const char *key, int64_t when)
{
	char buf[TEXT_WHEN];

	put_text(object, key, when ? text_when(when, buf) : NULL);
}

void put_u64(json_t *object, const char *key, uint64_t value)
{
	char text[24];

	if (value <= INT64_MAX) {
		put(object, key, json_integer((json_int_t)value));
		return;
	}
	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	put_text(object, key, text);
}

void put_bool(json_t *object, const char *key, bool value)
{
	put(object, key, json_boolean(value));
}

json_t *json_error(const struct stk_error *err)
{
	json_t *o = json_new();

	put_text(o, "cause", err->cause);
	put_text(o, "message", err->msg);
	put_text(o, "origin", exit_origin_name(err->origin));
	return o;
}

json_t *json_document(void)
{
	json_t *o = json_new();

	put_u64(o, "stoker_json", JSON_VERSION);
	return o;
}

void json_finish(FILE *out, json_t *document)
{
	/* A failure to write is found by whoever flushes @out. */
	json_dumpf(document, out, JSON_INDENT(2));
	putc('\n', out);
	json_decref(document);
}

void put_range(json_t *o, struct stk_range r)
{
	put_u64(o, "start", r.addr);
	put_u64(o, "size", r.len);
}

/*
 * The array is printed as it grows: with hundreds of files neither the
 * loaders nor their objects pile up.
 */
void json_array_item(FILE *out, json_t *object, size_t index)
{
	fputs(index ? ",\n" : "[\n", out);
	json_dumpf(object, out, JSON_INDENT(2));
	json_decref(object);
}

char *json_item_text(json_t *object)
{
	char *text = json_dumps(object, JSON_INDENT(2));

	if (!text)
		out_of_memory();
	json_decref(object);
	return text;
}

void json_embedded_item(FILE *out, const char *text, size_t index)
{
	fputs(index ? ",\n" : "\n", out);
	fputs(text, out);
}

void json_embedded_end(FILE *out, json_t *rest, const struct stk_error *err)
{
	put_bool(rest, "ok", !err->code);
	if (err->code)
		put(rest, "error", json_error(err));
	fputs("\n],\n", out);
	/* The members alone: the braces are those of the document. */
	json_dumpf(rest, out, JSON_INDENT(2) | JSON_EMBED);
	fputs("\n}\n", out);
	json_decref(rest);
}

void json_failure(FILE *out, const struct stk_error *err)
{
	json_t *o = json_document();

	put_bool(o, "ok", false);
	put(o, "error", json_error(err));
	json_finish(out, o);
}
