/* SPDX-License-Identifier: MIT */
/* The symbols of an ELF file: by name, and in the order of the file. */
#include "elf-file.h"

#include <errno.h>
#include <string.h>

/* A loader has some ten sections and a few thousand symbols. */
#define MAX_SYMBOLS	(1u << 20)
/* Symbols without a section (absolute, common). */
#define NO_SECTION	UINT32_MAX

static uint32_t hash(const char *name)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	while (*name)
		h = (h ^ (uint8_t)*name++) * 16777619u;
	return h;
}

/* Chains keep the order of the file, since the last symbol goes in first. */
static int index_symbols(struct stk_elf *elf, struct stk_error *err)
{
	uint32_t size = 16;

	while (size < elf->n_symbols)
		size *= 2;
	elf->mask = size - 1;
	elf->bucket = calloc(size, sizeof(*elf->bucket));
	elf->next = calloc(elf->n_symbols ? elf->n_symbols : 1, sizeof(*elf->next));
	if (!elf->bucket || !elf->next)
		return stk_fail_nomem(err);
	for (uint32_t i = elf->n_symbols; i--;) {
		uint32_t *head = &elf->bucket[hash(elf->symbols[i].name) & elf->mask];

		elf->next[i] = *head;
		*head = i + 1;
	}
	return 0;
}

static struct stk_elf_symbol symbol_of(const struct stk_elf *elf, size_t strings,
				       const GElf_Sym *sym)
{
	return (struct stk_elf_symbol){
		.name = elf_string(elf, strings, sym->st_name),
		.value = sym->st_value, .size = sym->st_size,
		.section = sym->st_shndx < SHN_LORESERVE ? sym->st_shndx : NO_SECTION,
		.type = GELF_ST_TYPE(sym->st_info), .bind = GELF_ST_BIND(sym->st_info),
	};
}

static void add_symbol(struct stk_elf *elf, size_t strings, const GElf_Sym *sym)
{
	uint8_t bind = GELF_ST_BIND(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || (bind != STB_GLOBAL && bind != STB_WEAK))
		return;
	elf->symbols[elf->n_symbols++] = symbol_of(elf, strings, sym);
}

int elf_read_symbols(struct stk_elf *elf, size_t index, struct stk_error *err)
{
	Elf_Scn *scn = elf_getscn(elf->elf, index);
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t n = elf->sections[index].size / (elf->header.class_bits == 64 ? 24 : 16);
	GElf_Shdr sh;
	GElf_Sym sym;

	if (!data || !gelf_getshdr(scn, &sh) || n > MAX_SYMBOLS)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s': its symbol table of %zu entries cannot be read",
				elf->name, n);
	elf->has_symbols = n > 1;
	elf->symbols = calloc(n ? n : 1, sizeof(*elf->symbols));
	if (!elf->symbols)
		return stk_fail_nomem(err);
	for (size_t i = 1; i < n && gelf_getsym(data, (int)i, &sym); i++)
		add_symbol(elf, sh.sh_link, &sym);
	return index_symbols(elf, err);
}

size_t elf_symbol_section(const struct stk_elf *elf)
{
	size_t dynamic = 0;

	for (size_t i = 1; i < elf->n_sections; i++) {
		if (elf->sections[i].type == SHT_SYMTAB)
			return i;
		if (elf->sections[i].type == SHT_DYNSYM)
			dynamic = i;
	}
	return dynamic;
}

bool stk_elf_has_symbols(const struct stk_elf *elf)
{
	return elf->has_symbols;
}

const struct stk_elf_symbol *stk_elf_symbol(const struct stk_elf *elf, const char *name,
					    unsigned int nth)
{
	uint32_t i = elf->bucket ? elf->bucket[hash(name) & elf->mask] : 0;

	for (; i; i = elf->next[i - 1]) {
		if (!strcmp(elf->symbols[i - 1].name, name) && !nth--)
			return &elf->symbols[i - 1];
	}
	return NULL;
}

int stk_elf_each_symbol(const struct stk_elf *elf,
			int (*fn)(void *data, const struct stk_elf_symbol *sym), void *data)
{
	size_t index = elf_symbol_section(elf);
	Elf_Scn *scn = index ? elf_getscn(elf->elf, index) : NULL;
	Elf_Data *table = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Shdr sh;
	GElf_Sym sym;
	int r = 0;

	if (!table || !gelf_getshdr(scn, &sh))
		return 0;
	for (unsigned int i = 1;
	     !r && i < MAX_SYMBOLS && gelf_getsym(table, (int)i, &sym); i++) {
		struct stk_elf_symbol s = symbol_of(elf, sh.sh_link, &sym);

		if (sym.st_shndx != SHN_UNDEF)
			r = fn(data, &s);
	}
	return r;
}
