/* SPDX-License-Identifier: MIT */
/* Rules about the file: its machine, suffix, functions and sections. */
#include "core.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lint.h"

/* A file of that many bytes is large for what a loader is. */
#define LARGE_FILE	(512u * 1024)

/* ---- machine and suffix ------------------------------------------------ */

static bool foreign_machine(struct lint *l)
{
	return lint_foreign(l) && lint_say(l, "it is made for %s", l->info->machine);
}

static bool has_suffix(const char *name, const char *suffix)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcasecmp(dot + 1, suffix);
}

static bool suffix_of_other(struct lint *l)
{
	const struct stk_format_driver *mine = l->loader->format;

	if (!mine || has_suffix(l->info->name, mine->suffix))
		return false;
	for (size_t i = 0; i < l->n_drivers; i++) {
		if (has_suffix(l->info->name, l->drivers[i]->suffix))
			return lint_say(l, "'%s' is a .%s by its content", l->info->name,
					mine->suffix);
	}
	return false;
}

/* ---- functions ---------------------------------------------------------- */

static bool defined_twice(struct lint *l)
{
	for (size_t i = 0; l->loader->elf && i < l->info->n_functions; i++) {
		const struct stk_function *f = &l->info->functions[i];
		const struct stk_elf_symbol *other =
			stk_elf_symbol(l->loader->elf, f->name, 1);

		if (other)
			return lint_say(l,
					"%s at 0x%08" PRIx64
					" is used, the one at 0x%08" PRIx64 " is not",
					f->name, f->address, other->value);
	}
	return false;
}

static bool no_thumb_bit(struct lint *l)
{
	for (size_t i = 0; !lint_foreign(l) && i < l->info->n_functions; i++) {
		const struct stk_function *f = &l->info->functions[i];

		if (!(f->address & 1))
			return lint_say(l, "%s at 0x%08" PRIx64 " would run as ARM code",
					f->name, f->address);
	}
	return false;
}

static bool in_image(const struct stk_loader *l, uint64_t addr)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *c = &l->chunks[i];

		if (addr >= c->addr && addr - c->addr < c->len)
			return true;
	}
	return false;
}

static bool outside_image(struct lint *l)
{
	for (size_t i = 0; i < l->info->n_functions; i++) {
		const struct stk_function *f = &l->info->functions[i];

		if (!in_image(l->loader, f->address & ~UINT64_C(1)))
			return lint_say(l, "%s at 0x%08" PRIx64, f->name, f->address);
	}
	return false;
}

/* ---- sections and segments ---------------------------------------------- */

static bool table_shadowed(struct lint *l)
{
	const struct loader_table *t = &l->loader->tables[0];

	for (size_t i = 0; l->loader->n_tables && i < l->info->n_segments; i++) {
		const struct stk_segment *s = &l->info->segments[i];
		const uint8_t *data = l->loader->bytes + s->offset;
		struct stk_range mem = { s->vaddr, s->mem_size };

		if (s->role == STK_SEGMENT_CODE && stk_range_overlaps(mem, t->range) &&
		    !(t->bytes >= data && t->bytes < data + s->file_size))
			return lint_say(l, "segment %zu (0x%08" PRIx64 ", 0x%" PRIx64
					" bytes) runs over it", i, s->vaddr, s->mem_size);
	}
	return false;
}

static const struct stk_elf_section *sections(const struct lint *l, size_t *ret)
{
	*ret = 0;
	return l->loader->elf && !l->info->error.code ?
		       stk_elf_sections(l->loader->elf, ret) : NULL;
}

static bool in_segment(const struct lint *l, const struct stk_elf_section *s)
{
	for (size_t i = 0; i < l->info->n_segments; i++) {
		const struct stk_segment *p = &l->info->segments[i];
		const struct stk_range mem = { p->vaddr, p->mem_size };

		if (stk_range_contains(mem, (struct stk_range){ s->addr, s->size }))
			return true;
	}
	return false;
}

static bool outside_segments(struct lint *l)
{
	size_t n;
	const struct stk_elf_section *s = sections(l, &n);

	for (size_t i = 1; i < n; i++) {
		if (!(s[i].flags & SHF_ALLOC) || s[i].flags & SHF_TLS || !s[i].size ||
		    in_segment(l, &s[i]))
			continue;
		return lint_say(l, "'%.60s', %" PRIu64 " bytes at 0x%08" PRIx64
				", would be given away for stack or data", s[i].name,
				s[i].size, s[i].addr);
	}
	return false;
}

static bool holds_table(const struct lint *l, const struct stk_elf_section *s)
{
	for (size_t i = 0; i < l->loader->n_tables; i++) {
		const uint8_t *t = l->loader->tables[i].bytes;

		if (s->data && t >= s->data && t < s->data + s->size)
			return true;
	}
	return false;
}

/* Unwind tables (.ARM.exidx) are for debuggers and exceptions of C++. */
static bool neither_code_nor_data(struct lint *l)
{
	size_t n;
	const struct stk_elf_section *s = sections(l, &n);

	for (size_t i = 1; i < n; i++) {
		if (s[i].type != SHT_PROGBITS || !s[i].size || holds_table(l, &s[i]) ||
		    (s[i].flags & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR)) != SHF_ALLOC ||
		    !strncmp(s[i].name, ".ARM", 4))
			continue;
		return lint_say(l, "'%.60s', %" PRIu64 " bytes at 0x%08" PRIx64
				", is neither executable nor writable", s[i].name,
				s[i].size, s[i].addr);
	}
	return false;
}

static bool mostly_debug(struct lint *l)
{
	uint64_t debug = 0;
	size_t n;
	const struct stk_elf_section *s = sections(l, &n);

	for (size_t i = 1; i < n; i++) {
		if (!(s[i].flags & SHF_ALLOC) && !strncmp(s[i].name, ".debug", 6))
			debug += s[i].size;
	}
	if (l->info->file_size < LARGE_FILE || debug > l->info->file_size ||
	    debug < l->info->file_size / 4 * 3)
		return false;
	return lint_say(l, "%" PRIu64 " of its %" PRIu64 " KiB", debug / 1024,
			l->info->file_size / 1024);
}

static const struct lint_rule rules[] = {
	{ { "STK-L001", STK_WARNING, "function defined twice", NULL }, defined_twice },
	{ { "STK-L002", STK_ERROR, "foreign machine", NULL }, foreign_machine },
	{ { "STK-L003", STK_WARNING, "file name against content", NULL }, suffix_of_other },
	{ { "STK-L011", STK_NOTE, "device table shadowed by the code's segment", NULL },
	  table_shadowed },
	{ { "STK-L012", STK_ERROR, "function without Thumb bit", NULL }, no_thumb_bit },
	{ { "STK-L013", STK_ERROR, "function outside the image", NULL }, outside_image },
	{ { "STK-L014", STK_NOTE, "mostly debug information", NULL }, mostly_debug },
	{ { "STK-L015", STK_NOTE, "section outside all segments", NULL }, outside_segments },
	{ { "STK-L016", STK_NOTE, "constants that a host leaves out", "sections-by-flag" },
	  neither_code_nor_data },
};

const struct lint_rules lint_file = { rules, ARRAY_SIZE(rules) };
