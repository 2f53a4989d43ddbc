/* SPDX-License-Identifier: MIT */
/*
 * ELF files as checked facts: every offset and length is checked here, against
 * the file, before anybody sees it. elf-symbols.c has the symbols; nobody else
 * knows libelf, which decodes both.
 */
#include "elf-file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int malformed(const struct stk_elf *elf, struct stk_error *err, const char *what,
		     uint64_t index, uint64_t offset, uint64_t size)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
			"'%s' is cut short or damaged: %s %" PRIu64 " takes 0x%" PRIx64
			" bytes from 0x%" PRIx64
			" on, which is not inside the file of %zu bytes",
			elf->name, what, index, size, offset, elf->len);
}

static bool in_file(const struct stk_elf *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->len && size <= elf->len - offset;
}

/* Inside the address space of the file's class. */
static bool in_space(const struct stk_elf *elf, uint64_t addr, uint64_t size)
{
	uint64_t top = elf->header.class_bits == 32 ? UINT32_MAX : UINT64_MAX;

	return !size || (addr <= top && size - 1 <= top - addr);
}

/* ---- header ----------------------------------------------------------- */

static int not_elf(const struct stk_elf *elf, struct stk_error *err)
{
	const char *what = "";

	if (!elf->len)
		what = ": it is empty";
	else if (elf->len > 7 && !memcmp(elf->bytes, "version", 7) &&
		 memmem(elf->bytes, elf->len < 200 ? elf->len : 200, "git-lfs", 7))
		what = ": it is a Git LFS pointer, fetch the file itself";
	else if (memmem(elf->bytes, elf->len < 200 ? elf->len : 200, "<html", 5) ||
		 memmem(elf->bytes, elf->len < 200 ? elf->len : 200, "<!DOCTYPE", 9))
		what = ": it is a web page";
	else if (elf->len > 4 && !memcmp(elf->bytes, "PK\3\4", 4))
		what = ": it is an archive; if it is a pack, name a loader in it as "
		       "PACK#LOADER";
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "not-elf",
			"'%s' is no ELF file%s", elf->name, what);
}

/* A table of @count entries of @entsize bytes, which must be @want each. */
static int check_table(const struct stk_elf *elf, const char *what, uint64_t offset,
		       uint64_t count, uint64_t entsize, uint64_t want,
		       struct stk_error *err)
{
	if (count && entsize != want)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' is damaged: its %s entries have %" PRIu64
				" bytes each, %" PRIu64 " are needed",
				elf->name, what, entsize, want);
	if (!in_file(elf, offset, count * want))
		return malformed(elf, err, what, 0, offset, count * want);
	return 0;
}

static int read_header(struct stk_elf *elf, struct stk_error *err)
{
	bool wide = elf->header.class_bits == 64;
	GElf_Ehdr eh;
	int r;

	if (!gelf_getehdr(elf->elf, &eh))
		return malformed(elf, err, "header", 0, 0, wide ? 64 : 52);
	elf->header.type = eh.e_type;
	elf->header.machine = eh.e_machine;
	elf->header.flags = eh.e_flags;
	elf->header.entry = eh.e_entry;
	r = check_table(elf, "program header", eh.e_phoff, eh.e_phnum, eh.e_phentsize,
			wide ? 56 : 32, err);
	if (r)
		return r;
	return check_table(elf, "section header", eh.e_shoff, eh.e_shnum, eh.e_shentsize,
			   wide ? 64 : 40, err);
}

/*
 * libelf allocates by the counts it finds, so extended counts, which could be
 * anything and which no loader needs, do not get there.
 */
static int check_counts(const struct stk_elf *elf, struct stk_error *err)
{
	bool wide = elf->header.class_bits == 64;
	size_t phnum = wide ? 56 : 44, shoff = wide ? 40 : 32, shnum = wide ? 60 : 48;
	static const uint8_t zero[8];

	if (elf->len < (wide ? 64u : 52u))
		return malformed(elf, err, "header", 0, 0, wide ? 64 : 52);
	if (!memcmp(elf->bytes + phnum, "\xff\xff", 2) ||
	    (!memcmp(elf->bytes + shnum, zero, 2) &&
	     memcmp(elf->bytes + shoff, zero, wide ? 8 : 4)))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' has more program or section headers than a loader",
				elf->name);
	return 0;
}

static int open_elf(struct stk_elf *elf, struct stk_error *err)
{
	int r;

	if (elf->len < EI_NIDENT || memcmp(elf->bytes, ELFMAG, SELFMAG))
		return not_elf(elf, err);
	elf->header.class_bits = elf->bytes[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	elf->header.big_endian = elf->bytes[EI_DATA] == ELFDATA2MSB;
	if ((elf->bytes[EI_CLASS] != ELFCLASS32 && elf->bytes[EI_CLASS] != ELFCLASS64) ||
	    (elf->bytes[EI_DATA] != ELFDATA2LSB && elf->bytes[EI_DATA] != ELFDATA2MSB) ||
	    elf->bytes[EI_VERSION] != EV_CURRENT)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' is ELF of an unknown class, byte order or version",
				elf->name);
	r = check_counts(elf, err);
	if (r)
		return r;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSYS, "libelf-too-old",
				"libelf does not know ELF version 1");
	/* Opened to read, libelf leaves the bytes as they are. */
	elf->elf = elf_memory((char *)(uintptr_t)elf->bytes, elf->len);
	if (!elf->elf)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s': %s", elf->name, elf_errmsg(-1));
	return read_header(elf, err);
}

/* ---- segments and sections -------------------------------------------- */

static int add_segment(struct stk_elf *elf, size_t index, const GElf_Phdr *ph,
		       struct stk_error *err)
{
	struct stk_elf_segment *s = &elf->segments[elf->n_segments];

	if (!in_file(elf, ph->p_offset, ph->p_filesz))
		return malformed(elf, err, "segment", index, ph->p_offset, ph->p_filesz);
	if (ph->p_filesz > ph->p_memsz || !in_space(elf, ph->p_vaddr, ph->p_memsz))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' is damaged: segment %zu at 0x%" PRIx64
				" has 0x%" PRIx64 " bytes in the file and 0x%" PRIx64
				" in memory",
				elf->name, index, ph->p_vaddr, ph->p_filesz, ph->p_memsz);
	*s = (struct stk_elf_segment){
		.vaddr = ph->p_vaddr, .paddr = ph->p_paddr, .offset = ph->p_offset,
		.file_size = ph->p_filesz, .mem_size = ph->p_memsz, .align = ph->p_align,
		.flags = ph->p_flags,
		.data = ph->p_filesz ? elf->bytes + ph->p_offset : NULL,
	};
	elf->n_segments++;
	return 0;
}

static int read_segments(struct stk_elf *elf, struct stk_error *err)
{
	GElf_Phdr ph;
	size_t n;
	int r = 0;

	if (elf_getphdrnum(elf->elf, &n) || !n)
		return 0;
	elf->segments = calloc(n, sizeof(*elf->segments));
	if (!elf->segments)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n && !r; i++) {
		if (!gelf_getphdr(elf->elf, (int)i, &ph))
			return malformed(elf, err, "program header", i, 0, 0);
		if (ph.p_type == PT_LOAD)
			r = add_segment(elf, i, &ph, err);
	}
	return r;
}

/* The string at @offset of string table @index, or "" where there is none. */
const char *elf_string(const struct stk_elf *elf, size_t index, uint64_t offset)
{
	const struct stk_elf_section *s;

	if (index >= elf->n_sections)
		return "";
	s = &elf->sections[index];
	/* Its last byte is a NUL, so every string ends: see add_section(). */
	return s->type == SHT_STRTAB && offset < s->size ? (const char *)s->data + offset
							 : "";
}

static int add_section(struct stk_elf *elf, size_t index, const GElf_Shdr *sh,
		       struct stk_error *err)
{
	struct stk_elf_section *s = &elf->sections[index];
	bool in_bytes = sh->sh_size && sh->sh_type != SHT_NULL &&
			sh->sh_type != SHT_NOBITS;

	if (in_bytes && !in_file(elf, sh->sh_offset, sh->sh_size))
		return malformed(elf, err, "section", index, sh->sh_offset, sh->sh_size);
	if ((sh->sh_flags & SHF_ALLOC) && !in_space(elf, sh->sh_addr, sh->sh_size))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' is damaged: section %zu at 0x%" PRIx64
				" has 0x%" PRIx64 " bytes, more than there are addresses",
				elf->name, index, sh->sh_addr, sh->sh_size);
	*s = (struct stk_elf_section){
		.name = "",
		.addr = sh->sh_addr,
		.offset = sh->sh_offset,
		.size = sh->sh_size,
		.type = sh->sh_type,
		.flags = sh->sh_flags,
		.data = in_bytes ? elf->bytes + sh->sh_offset : NULL,
	};
	if (sh->sh_type == SHT_STRTAB && s->data && s->data[s->size - 1])
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "elf-malformed",
				"'%s' is damaged: the strings of section %zu do not end",
				elf->name, index);
	return 0;
}

static int read_sections(struct stk_elf *elf, struct stk_error *err)
{
	size_t n, strings;
	GElf_Shdr sh;

	if (elf_getshdrnum(elf->elf, &n) || !n)
		return 0;
	elf->sections = calloc(n, sizeof(*elf->sections));
	if (!elf->sections)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		int r;

		if (!gelf_getshdr(elf_getscn(elf->elf, i), &sh))
			return malformed(elf, err, "section header", i, 0, 0);
		r = add_section(elf, i, &sh, err);
		if (r)
			return r;
	}
	elf->n_sections = n;
	if (elf_getshdrstrndx(elf->elf, &strings))
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (gelf_getshdr(elf_getscn(elf->elf, i), &sh))
			elf->sections[i].name = elf_string(elf, strings, sh.sh_name);
	}
	return 0;
}

/* ---- for the others --------------------------------------------------- */

int stk_elf_new(const void *bytes, size_t len, const char *name, struct stk_elf **ret,
		struct stk_error *err)
{
	struct stk_elf *elf = calloc(1, sizeof(*elf));
	size_t symbols;
	int r;

	if (!elf)
		return stk_fail_nomem(err);
	elf->bytes = bytes;
	elf->len = len;
	elf->name = name;
	r = open_elf(elf, err);
	if (!r)
		r = read_segments(elf, err);
	if (!r)
		r = read_sections(elf, err);
	symbols = elf_symbol_section(elf);
	if (!r && symbols)
		r = elf_read_symbols(elf, symbols, err);
	if (r) {
		stk_elf_free(elf);
		return r;
	}
	*ret = elf;
	return 0;
}

void stk_elf_free(struct stk_elf *elf)
{
	if (!elf)
		return;
	elf_end(elf->elf);
	free(elf->segments);
	free(elf->sections);
	free(elf->symbols);
	free(elf->bucket);
	free(elf->next);
	free(elf);
}

const struct stk_elf_header *stk_elf_header(const struct stk_elf *elf)
{
	return &elf->header;
}

const struct stk_elf_segment *stk_elf_segments(const struct stk_elf *elf, size_t *ret)
{
	*ret = elf->n_segments;
	return elf->segments;
}

const struct stk_elf_section *stk_elf_sections(const struct stk_elf *elf, size_t *ret)
{
	*ret = elf->n_sections;
	return elf->sections;
}

/* The part of @len bytes at @addr that [start, start + size) has. */
static const uint8_t *part(const uint8_t *data, uint64_t start, uint64_t size,
			   uint64_t addr, size_t len, size_t *ret_len)
{
	uint64_t rest;

	if (!data || addr < start || addr - start >= size)
		return NULL;
	rest = size - (addr - start);
	*ret_len = rest < len ? (size_t)rest : len;
	return data + (addr - start);
}

const uint8_t *stk_elf_bytes(const struct stk_elf *elf, const struct stk_elf_symbol *sym,
			     uint64_t addr, size_t len, size_t *ret_len)
{
	if (sym && sym->section && sym->section < elf->n_sections) {
		const struct stk_elf_section *s = &elf->sections[sym->section];

		if (addr >= s->addr && addr - s->addr < s->size)
			return part(s->data, s->addr, s->size, addr, len, ret_len);
	}
	for (size_t i = 0; i < elf->n_segments; i++) {
		const struct stk_elf_segment *s = &elf->segments[i];

		if (s->data && s->vaddr == addr)
			return part(s->data, s->vaddr, s->file_size, addr, len, ret_len);
	}
	for (size_t i = elf->n_segments; i--;) {
		const struct stk_elf_segment *s = &elf->segments[i];
		const uint8_t *p = part(s->data, s->vaddr, s->file_size, addr, len,
					ret_len);

		if (p)
			return p;
	}
	return NULL;
}
