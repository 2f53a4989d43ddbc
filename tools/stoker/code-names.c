/* SPDX-License-Identifier: MIT */
/* Names for addresses and values in code. */
#include "code-view.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>

#define STRING_LEAST 4
#define STRING_MOST  40

static stk_printf(1, 2) char *format(const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		out_of_memory();
	return text;
}

bool code_is_own(const struct stk_loader_info *info, uint64_t address)
{
	return address >= info->link_address &&
	       address - info->link_address < info->ram_size;
}

const char *code_function_name(const struct stk_code_info *code, uint64_t address)
{
	for (size_t i = 0; i < code->n_functions; i++)
		if (code->functions[i].address == (address & ~UINT64_C(1)))
			return code->functions[i].name;
	return NULL;
}

char *code_name_address(const struct code_names *names, uint64_t address)
{
	const struct stk_memory *m;
	char name[120];

	if (stk_register_name(names->ctx, names->chip, address, name, sizeof(name)))
		return format("%s", name);
	m = names->chip ? stk_chip_memory_at(names->chip, address) : NULL;
	return m ? format("%s+0x%" PRIx64, m->name, address - m->start) : NULL;
}

static const struct stk_signature *signature_of(const struct code_names *names,
						uint32_t value)
{
	const struct stk_signature *s;
	struct stk_error err;

	if (stk_signature_find(names->ctx, value, names->family, &s, &err))
		return NULL;
	return s;
}

/* "LOCK, PNB=3" out of "0x... (LOCK, PNB=3)". */
static char *fields_of(const struct stk_register *reg, uint32_t value)
{
	char text[256], *from, *to;

	if (!reg || !reg->n_fields)
		return NULL;
	stk_register_text(reg, value, text, sizeof(text));
	from = strchr(text, '(');
	if (!from)
		return NULL;
	to = strrchr(text, ')');
	return format("%.*s", to ? (int)(to - from - 1) : 200, from + 1);
}

char *code_name_value(const struct code_names *names, const struct stk_register *reg,
		      uint32_t value)
{
	const struct stk_signature *s = signature_of(names, value);

	if (!s)
		return fields_of(reg, value);
	/* Sixteen bits prove nothing anywhere else. */
	if (s->kind == STK_SIGNATURE_WATCHDOG_KEY && (!reg || strcmp(reg->name, "KR")))
		return fields_of(reg, value);
	return format("%s", s->name);
}

/* A text at @address of the image; NULL: none. */
static char *string_at(const struct stk_loader *loader, uint64_t address)
{
	size_t room, len = 0;
	const uint8_t *bytes = stk_loader_bytes(loader, address, &room);

	while (bytes && len < room && isprint(bytes[len]))
		len++;
	if (!bytes || len < STRING_LEAST || len == room || bytes[len])
		return NULL;
	return format("\"%.*s\"%s", len > STRING_MOST ? STRING_MOST : (int)len,
		      (const char *)bytes, len > STRING_MOST ? "..." : "");
}

/* What a value is that is loaded, not written: an address, a key, a text. */
static char *name_loaded(const struct code_view *v, const struct stk_code_info *code,
			 uint32_t value)
{
	const struct stk_signature *s = signature_of(&v->names, value);
	const char *function = code_function_name(code, value);
	struct stk_register_place place;

	if (s && s->kind != STK_SIGNATURE_WATCHDOG_KEY)
		return format("%s", s->name);
	/* Code for any place is linked at 0: small numbers are no addresses. */
	if (value <= UINT16_MAX)
		return NULL;
	if (function && code_is_own(v->file.info, value))
		return format("%s", function);
	if (stk_register_at(v->names.ctx, v->names.chip, value, &place) &&
	    value == place.peripheral->base)
		return format("%s", place.peripheral->name);
	if (code_is_own(v->file.info, value))
		return string_at(v->loader, value);
	return code_name_address(&v->names, value);
}

/* Does the instruction itself show it? */
static bool shows(const struct stk_code_line *line, uint32_t value)
{
	char hex[16];

	snprintf(hex, sizeof(hex), "0x%" PRIx32, value);
	return strstr(line->text, hex) != NULL;
}

/* A store or load: which register, and what is written there. */
static char *comment_access(const struct code_view *v, const struct stk_code_line *line)
{
	char *name = code_name_address(&v->names, line->target), *meaning = NULL, *text;
	struct stk_register_place place;

	if (!name)
		return NULL;
	if (!line->write || !line->has_value)
		return name;
	if (stk_register_at(v->names.ctx, v->names.chip, line->target, &place) &&
	    !place.offset)
		meaning = code_name_value(&v->names, place.reg, line->value);
	text = format("%s = 0x%08" PRIx32 "%s%s%s", name, line->value,
		      meaning ? " (" : "", meaning ? meaning : "", meaning ? ")" : "");
	free(meaning);
	free(name);
	return text;
}

char *code_comment(const struct code_view *v, const struct stk_code_info *code,
		   const struct stk_code_line *line)
{
	const char *function;
	char *name, *text;

	if (line->data)
		return line->has_value && line->size == 4
			       ? name_loaded(v, code, line->value)
			       : NULL;
	if (line->has_address && !code_is_own(v->file.info, line->target))
		return comment_access(v, line);
	/* A literal, or an address that an instruction puts together. */
	if (line->has_value && !line->write) {
		name = name_loaded(v, code, line->value);
		if (!name && (line->value <= UINT16_MAX || shows(line, line->value)))
			return NULL;
		text = format("0x%08" PRIx32 "%s%s", line->value, name ? " " : "",
			      name ? name : "");
		free(name);
		return text;
	}
	function = line->has_address ? code_function_name(code, line->target) : NULL;
	return function ? format("%s", function) : NULL;
}
