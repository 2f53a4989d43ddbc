/* SPDX-License-Identifier: MIT */
/* Finding a device table, and other things both formats need. */
#include "format.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No table is longer; a .stldr with 4096 entries has 32888 bytes. */
#define TABLE_MAX	65536u

enum { RULE_SEVERAL_TABLES, RULE_NO_TERMINATOR, RULE_SECOND_NAME };

static const struct stk_rule rules[] = {
	[RULE_SEVERAL_TABLES] = { "STK-F001", STK_WARNING, "several device tables", NULL },
	[RULE_NO_TERMINATOR] = { "STK-F002", STK_NOTE, "sector list without its end", NULL },
	[RULE_SECOND_NAME] = { "STK-F003", STK_NOTE, "text behind the device name", NULL },
};

const struct format_rules format_rules = { rules, COUNT_OF(rules) };

int format_probe(const struct stk_elf *elf, const char *symbol, const char *const *names,
		 size_t count)
{
	size_t found = 0;

	if (!stk_elf_symbol(elf, symbol, 0))
		return 0;
	for (size_t i = 0; i < count; i++)
		found += stk_elf_symbol(elf, names[i], 0) != NULL;
	return (int)(50 + 50 * found / count);
}

int format_find(const struct stk_elf *elf, const char *symbol, size_t head,
		struct format_table *ret, struct stk_error *err)
{
	const struct stk_elf_symbol *s = stk_elf_symbol(elf, symbol, 0);
	size_t len = 0;
	const uint8_t *p = s ? stk_elf_bytes(elf, s, s->value, TABLE_MAX, &len) : NULL;

	if (!p || len < head)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "device-table-cut",
				"%s has %zu bytes in the file, at least %zu are needed",
				symbol, p ? len : 0, head);
	if (s->size >= head && s->size < len)
		len = (size_t)s->size;
	*ret = (struct format_table){ p, len, s->value, stk_elf_header(elf)->big_endian };
	return 0;
}

int format_build(const struct stk_elf *elf, const char *symbol,
		 const struct format_table *t, const struct format_device *d,
		 struct stk_loader_builder *b, struct stk_error *err)
{
	const struct stk_elf_symbol *s = stk_elf_symbol(elf, symbol, 0);
	const struct stk_elf_symbol *other = stk_elf_symbol(elf, symbol, 1);
	uint64_t span = s->size > d->used && s->size <= t->len ? s->size : d->used;
	int r;

	stk_build_table(b, (struct stk_range){ t->addr, span }, t->p, d->used);
	r = stk_build_device(b, &d->device, err);
	if (!r && other)
		r = stk_build_finding(b, &rules[RULE_SEVERAL_TABLES], err,
				      "%s at 0x%08" PRIx64
				      " is used, the one at 0x%08" PRIx64 " is not",
				      symbol, s->value, other->value);
	if (!r && !d->terminated)
		r = stk_build_finding(b, &rules[RULE_NO_TERMINATOR], err,
				      "%s has %zu sector entries up to its last byte",
				      symbol, d->device.n_regions);
	if (!r && *d->after_name)
		r = stk_build_finding(b, &rules[RULE_SECOND_NAME], err,
				      "'%s'; hosts stop at the NUL before it",
				      d->after_name);
	return r;
}

const char *format_after_name(const char *name, size_t room)
{
	size_t at = strnlen(name, room);

	while (at < room && !name[at])
		at++;
	return name + at;
}

bool format_other_table(const struct stk_elf *elf, const char *symbol, size_t head,
			struct stk_loader_builder *b)
{
	struct format_table t;

	if (format_find(elf, symbol, head, &t, NULL))
		return false;
	stk_build_table(b, (struct stk_range){ t.addr, t.len }, t.p, t.len);
	return true;
}

int format_build_functions(struct stk_loader_builder *b, const struct format_function *f,
			   size_t count, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < count && !r; i++)
		r = stk_build_function(b, f[i].name, f[i].op, err);
	return r;
}

const struct stk_elf_section *format_section(const struct stk_elf *elf, const char *name,
					     unsigned int nth)
{
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(elf, &n);

	for (size_t i = 1; i < n; i++) {
		if (!strcmp(s[i].name, name) && !nth--)
			return &s[i];
	}
	return NULL;
}

/* ---- without a symbol ------------------------------------------------- */

static bool zero(const uint8_t *p, size_t len)
{
	while (len && !p[len - 1])
		len--;
	return !len;
}

bool format_plausible(const struct format_device *d, const uint8_t *pad0, size_t pad0_len,
		      const uint8_t *pad1, size_t pad1_len)
{
	const struct stk_device *dev = &d->device;
	size_t n = 0;

	while (d->name[n] >= ' ' && d->name[n] < 0x7F)
		n++;
	return n >= 2 && !d->name[n] && d->terminated && dev->n_regions && dev->size &&
	       dev->page_size && dev->page_size <= dev->size &&
	       dev->start + dev->size <= UINT64_C(1) << 32 && zero(pad0, pad0_len) &&
	       zero(pad1, pad1_len);
}

static int try_at(const struct format_table *t, size_t head, const char *how,
		  format_decode decode, struct stk_loader_builder *b,
		   struct stk_error *err)
{
	struct format_device d;
	int r;

	if (!t->p || t->len < head)
		return 0;
	r = decode(t, &d);
	if (r)
		return r == -ENOMEM ? stk_fail_nomem(err) : 0;
	stk_build_table(b, (struct stk_range){ t->addr, d.used }, t->p, d.used);
	r = stk_build_recovered(b, &d.device, how, err);
	format_device_free(&d);
	return r ? r : 1;
}

static int recover_section(const struct stk_elf *elf, const char *what, size_t head,
			   format_decode decode, struct stk_loader_builder *b,
			   struct stk_error *err)
{
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(elf, &n);
	int r = 0;

	for (size_t i = 1; i < n && !r; i++) {
		struct format_table t = { s[i].data, (size_t)s[i].size, s[i].addr,
					  stk_elf_header(elf)->big_endian };
		char how[160];

		if (s[i].type == SHT_NOBITS || !(s[i].flags & SHF_ALLOC))
			continue;
		snprintf(how, sizeof(how), "section %.60s has the shape of a %s",
			 s[i].name, what);
		r = try_at(&t, head, how, decode, b, err);
	}
	return r;
}

int format_recover(const struct stk_elf *elf, const char *what, size_t head,
		   format_decode decode, struct stk_loader_builder *b,
		   struct stk_error *err)
{
	size_t n;
	const struct stk_elf_segment *s = stk_elf_segments(elf, &n);
	int r = recover_section(elf, what, head, decode, b, err);

	for (size_t i = 0; i < n && !r; i++) {
		struct format_table t = { s[i].data, (size_t)s[i].file_size, s[i].vaddr,
					  stk_elf_header(elf)->big_endian };
		char how[160];

		snprintf(how, sizeof(how), "the segment at 0x%08" PRIx64
			 " has the shape of a %s", s[i].vaddr, what);
		r = try_at(&t, head, how, decode, b, err);
	}
	return r;
}

void format_device_free(struct format_device *d)
{
	free(d->regions);
}

/* ---- findings --------------------------------------------------------- */

bool format_has(const struct stk_loader_info *loader, const char *function)
{
	for (size_t i = 0; i < loader->n_functions; i++) {
		if (!strcmp(loader->functions[i].name, function))
			return true;
	}
	return false;
}

int format_lint_missing(const struct stk_loader_info *loader, const struct stk_rule *rule,
			const struct format_need *needs, struct stk_loader_builder *b,
			struct stk_error *err)
{
	char text[320] = "";
	size_t used = 0;

	for (; needs->function; needs++) {
		if (format_has(loader, needs->function) || used >= sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s (%s)",
					 used ? ", " : "", needs->function, needs->without);
	}
	return used ? stk_build_finding(b, rule, err, "%s", text) : 0;
}

enum stk_meaning format_means(enum stk_meaning meaning, uint32_t value, char *text,
			      size_t len, const char *what)
{
	if (value < 256)
		snprintf(text, len, "returned %u: %s", value, what);
	else
		snprintf(text, len, "returned 0x%08x: %s", value, what);
	return meaning;
}
