/* SPDX-License-Identifier: MIT */
/* ELF files for tests, written field by field and not by libelf. */
#include "make-elf.h"

#include <stdlib.h>
#include <string.h>

#define ROOM	(256u << 10)

struct writer {
	const struct make_elf *m;
	uint8_t *p;
	size_t at;
};

void make_put(uint8_t *p, unsigned int size, bool big, uint64_t value)
{
	for (unsigned int i = 0; i < size; i++)
		p[big ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

static void put(struct writer *w, unsigned int size, uint64_t value)
{
	make_put(w->p + w->at, size, w->m->big, value);
	w->at += size;
}

/* As wide as an address. */
static void put_word(struct writer *w, uint64_t value)
{
	put(w, w->m->wide ? 8 : 4, value);
}

static size_t put_string(struct writer *w, size_t start, const char *s)
{
	size_t offset = w->at - start;

	memcpy(w->p + w->at, s, strlen(s) + 1);
	w->at += strlen(s) + 1;
	return offset;
}

static void section_header(struct writer *w, size_t name, uint32_t type, uint64_t flags,
			   uint64_t addr, size_t offset, uint64_t size, uint32_t link,
			   uint64_t entsize)
{
	put(w, 4, name);
	put(w, 4, type);
	put_word(w, flags);
	put_word(w, addr);
	put_word(w, offset);
	put_word(w, size);
	put(w, 4, link);
	put(w, 4, 0);
	put_word(w, 4);
	put_word(w, entsize);
}

static void symbol(struct writer *w, size_t name, const struct make_symbol *s)
{
	put(w, 4, name);
	if (w->m->wide) {
		put(w, 1, s->info ? s->info : 0x10);
		put(w, 1, 0);
		put(w, 2, s->section);
		put(w, 8, s->value);
		put(w, 8, s->size);
		return;
	}
	put(w, 4, s->value);
	put(w, 4, s->size);
	put(w, 1, s->info ? s->info : 0x10);
	put(w, 1, 0);
	put(w, 2, s->section);
}

static void program_headers(struct writer *w, const size_t *offset)
{
	for (const struct make_segment *s = w->m->segments; s && s->section; s++) {
		uint64_t paddr = s->paddr ? s->paddr : s->vaddr;

		put(w, 4, 1);
		if (w->m->wide)
			put(w, 4, s->flags);
		put_word(w, offset[s->section]);
		put_word(w, s->vaddr);
		put_word(w, paddr);
		put_word(w, s->file_size);
		put_word(w, s->mem_size);
		if (!w->m->wide)
			put(w, 4, s->flags);
		put_word(w, 4);
	}
}

static void header(struct writer *w, size_t phnum, size_t shoff, size_t shnum)
{
	bool wide = w->m->wide;
	const uint8_t ident[16] = { 0x7F, 'E', 'L', 'F', wide ? 2 : 1,
				    w->m->big ? 2 : 1, 1 };

	memcpy(w->p, ident, sizeof(ident));
	w->at = sizeof(ident);
	put(w, 2, w->m->type ? w->m->type : 2);
	put(w, 2, w->m->machine ? w->m->machine : 40);
	put(w, 4, 1);
	put_word(w, w->m->entry);
	put_word(w, phnum ? (wide ? 64 : 52) : 0);
	put_word(w, shnum ? shoff : 0);
	put(w, 4, 0x05000000);
	put(w, 2, wide ? 64 : 52);
	put(w, 2, wide ? 56 : 32);
	put(w, 2, phnum);
	put(w, 2, wide ? 64 : 40);
	put(w, 2, shnum);
	put(w, 2, shnum ? shnum - 1 : 0);
}

static size_t section_data(struct writer *w, size_t *offset)
{
	size_t n = 1;

	for (const struct make_section *s = w->m->sections; s && s->name; s++, n++) {
		offset[n] = w->at;
		if (s->type == 8)
			continue;
		if (s->data)
			memcpy(w->p + w->at, s->data, s->size);
		w->at += s->size;
	}
	return n;
}

/* Symbols, their strings, section names, section headers. */
static size_t tables(struct writer *w, const size_t *offset, size_t n, size_t *ret_shnum)
{
	size_t names[64] = { 0 }, sym = w->at, n_sym = 0, i;
	size_t str, strsize, shstr, shoff;
	const struct make_symbol *s, none = { .info = 0 };
	size_t entry = w->m->wide ? 24 : 16;

	for (s = w->m->symbols; s && s->name; s++)
		n_sym++;
	str = sym + (w->m->symbols ? (n_sym + 1) * entry : 0);
	w->at = str;
	put_string(w, str, "");
	for (i = 0; i < n_sym; i++)
		names[i] = put_string(w, str, w->m->symbols[i].name);
	strsize = w->at - str;
	w->at = sym;
	if (w->m->symbols)
		symbol(w, 0, &none);
	for (i = 0; i < n_sym; i++)
		symbol(w, names[i], &w->m->symbols[i]);
	shstr = w->at = str + strsize;
	put_string(w, shstr, "");
	for (i = 1; i < n; i++)
		names[i] = put_string(w, shstr, w->m->sections[i - 1].name);
	names[n] = put_string(w, shstr, ".symtab");
	names[n + 1] = put_string(w, shstr, ".strtab");
	shoff = w->at;
	section_header(w, 0, 0, 0, 0, 0, 0, 0, 0);
	for (i = 1; i < n; i++) {
		const struct make_section *sec = &w->m->sections[i - 1];

		section_header(w, names[i], sec->type, sec->flags, sec->addr, offset[i],
			       sec->size, 0, 0);
	}
	if (w->m->symbols)
		section_header(w, names[n], 2, 0, 0, sym, (n_sym + 1) * entry,
			       (uint32_t)n + 1, entry);
	section_header(w, names[n + 1], 3, 0, 0, str, strsize, 0, 0);
	section_header(w, names[n + 1], 3, 0, 0, shstr, shoff - shstr, 0, 0);
	*ret_shnum = n + 2 + (w->m->symbols ? 1 : 0);
	return shoff;
}

/* For all but the sections' own bytes ROOM is enough. */
static size_t room(const struct make_elf *m)
{
	size_t size = ROOM;

	for (const struct make_section *s = m->sections; s && s->name; s++)
		size += s->type == 8 ? 0 : s->size;
	return size;
}

uint8_t *make_elf(const struct make_elf *m, size_t *ret_len)
{
	struct writer w = { m, calloc(1, room(m)), m->wide ? 64 : 52 };
	size_t offset[64] = { 0 }, phnum = 0, shoff = 0, shnum = 0, n, end;

	for (const struct make_segment *s = m->segments; s && s->section; s++)
		phnum++;
	w.at += phnum * (m->wide ? 56 : 32);
	n = section_data(&w, offset);
	if (!m->no_sections)
		shoff = tables(&w, offset, n, &shnum);
	end = w.at;
	w.at = m->wide ? 64 : 52;
	program_headers(&w, offset);
	header(&w, phnum, shoff, shnum);
	*ret_len = end;
	return w.p;
}
