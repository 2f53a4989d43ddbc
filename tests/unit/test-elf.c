/* SPDX-License-Identifier: MIT */
/* ELF files of every kind, good ones and damaged ones. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "make-elf.h"
#include "unit.h"

#define TEXT	0x20000004u

static const struct make_section sections[] = {
	{ ".text", 1, 6, TEXT, "0123456789abcdef", 16 },
	{ ".bss", 8, 3, TEXT + 16, NULL, 32 },
	{ "DevInfo", 1, 2, TEXT + 16, "DEVICE TABLE", 12 },
	{ ".comment", 1, 0, 0, "GCC: nothing", 13 },
	{ 0 },
};

static const struct make_segment segments[] = {
	{ 1, TEXT, 16, 48, 5, 0 },
	{ 3, TEXT + 16, 12, 12, 4, 0x08000000 },
	{ 3, TEXT - 8, 12, 12, 4, 0 },
	{ 0 },
};

static const struct make_symbol symbols[] = {
	{ "local", TEXT, 0, 1, MAKE_LOCAL },
	{ "Init", TEXT + 1, 4, 1, MAKE_FUNC },
	{ "undefined", 0, 0, 0, MAKE_FUNC },
	{ "weak", TEXT + 5, 0, 1, MAKE_WEAK },
	{ "twice", 1, 0, 1, 0 },
	{ "twice", 2, 0, 1, 0 },
	{ "absolute", 0xE000E000, 0, 0xFFF1, 0 },
	{ "table", TEXT + 16, 12, 3, MAKE_OBJECT },
	{ "zeros", TEXT + 20, 4, 2, MAKE_OBJECT },
	{ NULL },
};

static const struct make_elf good = {
	.sections = sections, .segments = segments, .symbols = symbols,
};

/* Bytes that are exactly as long as they say, for the sanitizers. */
struct file {
	uint8_t *p;
	size_t len;
};

static struct file make(const struct make_elf *m)
{
	struct file f;
	uint8_t *p = make_elf(m, &f.len);

	f.p = malloc(f.len);
	memcpy(f.p, p, f.len);
	free(p);
	return f;
}

START_TEST(reads_all_kinds)
{
	struct make_elf m = good;
	const struct stk_elf_segment *seg;
	const struct stk_elf_section *sec;
	struct stk_error err = { 0 };
	struct stk_elf *elf;
	struct file f;
	size_t n;

	m.wide = _i & 1;
	m.big = _i & 2;
	m.machine = _i & 1 ? 183 : 40;
	f = make(&m);
	ck_assert_msg(!stk_elf_new(f.p, f.len, "x", &elf, &err), "%s", err.msg);
	ck_assert_uint_eq(stk_elf_header(elf)->class_bits, m.wide ? 64 : 32);
	ck_assert(stk_elf_header(elf)->big_endian == m.big);
	ck_assert_uint_eq(stk_elf_header(elf)->machine, m.machine);
	ck_assert_uint_eq(stk_elf_header(elf)->type, 2);
	seg = stk_elf_segments(elf, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(seg[0].vaddr, TEXT);
	ck_assert_uint_eq(seg[0].paddr, TEXT);
	ck_assert_uint_eq(seg[0].mem_size, 48);
	ck_assert_uint_eq(seg[0].flags, 5);
	ck_assert_uint_eq(seg[1].paddr, 0x08000000);
	ck_assert_mem_eq(seg[0].data, "0123456789abcdef", seg[0].file_size);
	sec = stk_elf_sections(elf, &n);
	ck_assert_uint_eq(n, 8);
	ck_assert_str_eq(sec[1].name, ".text");
	ck_assert_str_eq(sec[2].name, ".bss");
	ck_assert_ptr_null(sec[2].data);
	ck_assert_uint_eq(sec[2].size, 32);
	ck_assert_mem_eq(sec[3].data, "DEVICE TABLE", 12);
	ck_assert(stk_elf_has_symbols(elf));
	ck_assert_uint_eq(stk_elf_symbol(elf, "Init", 0)->value, TEXT + 1);
	ck_assert_uint_eq(stk_elf_symbol(elf, "Init", 0)->size, 4);
	ck_assert_uint_eq(stk_elf_symbol(elf, "Init", 0)->type, 2);
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

START_TEST(finds_symbols)
{
	struct file f = make(&good);
	struct stk_elf *elf;

	ck_assert(!stk_elf_new(f.p, f.len, "x", &elf, NULL));
	ck_assert_ptr_null(stk_elf_symbol(elf, "local", 0));
	ck_assert_ptr_null(stk_elf_symbol(elf, "undefined", 0));
	ck_assert_ptr_null(stk_elf_symbol(elf, "init", 0));
	ck_assert_ptr_null(stk_elf_symbol(elf, "Ini", 0));
	ck_assert_ptr_null(stk_elf_symbol(elf, "Init", 1));
	ck_assert_ptr_nonnull(stk_elf_symbol(elf, "weak", 0));
	ck_assert_uint_eq(stk_elf_symbol(elf, "twice", 0)->value, 1);
	ck_assert_uint_eq(stk_elf_symbol(elf, "twice", 1)->value, 2);
	ck_assert_ptr_null(stk_elf_symbol(elf, "twice", 2));
	ck_assert_uint_eq(stk_elf_symbol(elf, "absolute", 0)->value, 0xE000E000);
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

/* The table lies where .bss of the first segment does. */
START_TEST(bytes_of_a_symbol)
{
	struct file f = make(&good);
	const struct stk_elf_symbol *table, *zeros, *absolute;
	const uint8_t *p;
	struct stk_elf *elf;
	size_t n;

	ck_assert(!stk_elf_new(f.p, f.len, "x", &elf, NULL));
	table = stk_elf_symbol(elf, "table", 0);
	zeros = stk_elf_symbol(elf, "zeros", 0);
	absolute = stk_elf_symbol(elf, "absolute", 0);
	p = stk_elf_bytes(elf, table, table->value, 100, &n);
	ck_assert_uint_eq(n, 12);
	ck_assert_mem_eq(p, "DEVICE TABLE", n);
	p = stk_elf_bytes(elf, table, table->value + 7, 3, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_mem_eq(p, "TAB", n);
	/* Its section is not in the file. */
	ck_assert_ptr_null(stk_elf_bytes(elf, zeros, zeros->value, 4, &n));
	/* Without a section: the segment that starts there, else that holds it. */
	p = stk_elf_bytes(elf, absolute, TEXT + 16, 4, &n);
	ck_assert_mem_eq(p, "DEVI", 4);
	p = stk_elf_bytes(elf, NULL, TEXT + 20, 4, &n);
	ck_assert_mem_eq(p, "CE T", 4);
	p = stk_elf_bytes(elf, NULL, TEXT + 14, 4, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_mem_eq(p, "ef", 2);
	ck_assert_ptr_null(stk_elf_bytes(elf, absolute, 0xE000E000, 4, &n));
	/* The one that starts there goes before the later one that holds it. */
	p = stk_elf_bytes(elf, NULL, TEXT, 4, &n);
	ck_assert_mem_eq(p, "0123", 4);
	p = stk_elf_bytes(elf, NULL, TEXT + 1, 4, &n);
	ck_assert_mem_eq(p, "BLE", 3);
	ck_assert_uint_eq(n, 3);
	ck_assert_ptr_null(stk_elf_bytes(elf, NULL, TEXT - 9, 4, &n));
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

/* ---- damage ----------------------------------------------------------- */

static const struct {
	const char *what;
	size_t offset;		/* in an ELF32 file */
	unsigned int size;
	uint64_t value;
	const char *says;	/* in the sentence; NULL: must be read all the same */
} damage[] = {
	{ "magic", 0, 1, 0x7E, "no ELF file" },
	{ "class", 4, 1, 3, "unknown class" },
	{ "byte order", 5, 1, 0, "unknown class" },
	{ "version", 6, 1, 2, "version" },
	{ "program headers outside", 28, 4, 0xFFFFFFF0, "program header" },
	{ "section headers outside", 32, 4, 0xFFFFFFF0, "section header" },
	{ "section headers at the very end", 32, 4, 0x500, "section header" },
	{ "size of program headers", 42, 2, 31, "31 bytes" },
	{ "extended number of program headers", 44, 2, 0xFFFF, "more program or section" },
	{ "more program headers than bytes", 44, 2, 0xFFFE, "program header" },
	{ "size of section headers", 46, 2, 64, "64 bytes" },
	{ "extended number of section headers", 48, 2, 0, "more program or section" },
	{ "more section headers than bytes", 48, 2, 0xFFFE, "section header" },
	{ "index of the section names", 50, 2, 0x7F, NULL },
	{ "segment outside the file", 52 + 4, 4, 0xFFFFFFFF, "segment 0" },
	{ "segment longer than the file", 52 + 16, 4, 0x00010000, "segment 0" },
	{ "segment larger in the file than in memory", 52 + 20, 4, 15, "segment 0" },
	{ "segment past the top of memory", 52 + 8, 4, 0xFFFFFFF0, "segment 0" },
	{ "second segment's type", 52 + 32, 4, 6, NULL },
};

START_TEST(refuses_damage)
{
	const __typeof__(*damage) *d = &damage[_i];
	struct file f = make(&good);
	struct stk_elf *elf = NULL;
	struct stk_error err = { 0 };
	int r;

	make_put(f.p + d->offset, d->size, false, d->value);
	r = stk_elf_new(f.p, f.len, "x.FLM", &elf, &err);
	if (d->says) {
		ck_assert_msg(r == -ENOEXEC, "%s: %d", d->what, r);
		ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
		ck_assert_msg(strstr(err.msg, d->says) && strstr(err.msg, "x.FLM"),
			      "%s: %s", d->what, err.msg);
	} else {
		ck_assert_msg(!r, "%s: %s", d->what, err.msg);
	}
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

/* Where a field of section header @index lies. */
static uint8_t *section_field(const struct file *f, unsigned int index, size_t field)
{
	return f->p + get_le32(f->p + 32) + index * 40u + field;
}

static const struct {
	const char *what;
	unsigned int section;
	size_t field;
	uint32_t value;
	const char *says;
} section_damage[] = {
	{ "offset outside", 1, 16, 0xFFFFFFFF, "section 1" },
	{ "size outside", 3, 20, 0x7FFFFFFF, "section 3" },
	{ "size of .bss past the top of memory", 2, 20, 0xF0000000, "section 2" },
	{ "size of an unallocated .bss", 2, 8, 0, NULL },
	{ "name outside the names", 1, 0, 0xFFFF, NULL },
	{ "names that do not end", 7, 20, 3, "do not end" },
	{ "symbols linked to no strings", 5, 24, 1, NULL },
	{ "symbols linked to nothing", 5, 24, 0xFFFFFFFF, NULL },
	{ "symbol table that is no whole number of entries", 5, 20, 33, "symbol table" },
};

START_TEST(refuses_damaged_sections)
{
	const __typeof__(*section_damage) *d = &section_damage[_i];
	struct file f = make(&good);
	struct stk_elf *elf = NULL;
	struct stk_error err = { 0 };
	int r;

	make_put(section_field(&f, d->section, d->field), 4, false, d->value);
	r = stk_elf_new(f.p, f.len, "x", &elf, &err);
	if (d->says)
		ck_assert_msg(r == -ENOEXEC && strstr(err.msg, d->says), "%s: %d %s",
			      d->what, r, err.msg);
	else
		ck_assert_msg(!r, "%s: %s", d->what, err.msg);
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

/* Sums of 64-bit offsets and lengths must not wrap around. */
static const struct {
	const char *what;
	size_t offset;		/* in an ELF64 file */
	uint64_t value;
} wide_damage[] = {
	{ "program headers", 32, UINT64_MAX - 8 },
	{ "section headers", 40, UINT64_MAX - 8 },
	{ "segment's offset", 64 + 8, UINT64_MAX - 8 },
	{ "segment's size in the file", 64 + 32, UINT64_MAX - 8 },
	{ "segment's address", 64 + 16, UINT64_MAX - 8 },
};

START_TEST(refuses_wrapping_sums)
{
	struct make_elf m = good;
	struct stk_elf *elf;
	struct file f;

	m.wide = true;
	f = make(&m);
	make_put(f.p + wide_damage[_i].offset, 8, false, wide_damage[_i].value);
	ck_assert_msg(stk_elf_new(f.p, f.len, "x", &elf, NULL) == -ENOEXEC, "%s",
		      wide_damage[_i].what);
	free(f.p);
}
END_TEST

static const struct {
	const char *bytes, *says;
} no_elf[] = {
	{ "", "empty" },
	{ "CortexM4DeviceFile", "no ELF file" },
	{ "version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS" },
	{ "\n\n<!DOCTYPE html>\n<html>", "web page" },
	{ "\177ELF", "no ELF file" },
	{ "\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2", "header" },
};

START_TEST(says_what_it_is_instead)
{
	struct stk_error err = { 0 };
	struct stk_elf *elf;
	size_t len = _i == 5 ? 17 : strlen(no_elf[_i].bytes);

	ck_assert_int_eq(stk_elf_new(no_elf[_i].bytes, len, "x", &elf, &err), -ENOEXEC);
	ck_assert_msg(strstr(err.msg, no_elf[_i].says), "%s", err.msg);
}
END_TEST

/* Cut anywhere, it is refused or read, and never read beyond its end. */
START_TEST(survives_every_cut)
{
	struct make_elf m = good;
	struct file f;

	m.wide = _i & 1;
	m.big = _i & 2;
	f = make(&m);
	for (size_t len = 0; len < f.len; len++) {
		uint8_t *p = malloc(len ? len : 1);
		struct stk_elf *elf = NULL;

		memcpy(p, f.p, len);
		/* The section headers come last: without them nothing is whole. */
		ck_assert_int_eq(stk_elf_new(p, len, "x", &elf, NULL), -ENOEXEC);
		free(p);
	}
	free(f.p);
}
END_TEST

START_TEST(lives_without_sections)
{
	struct make_elf m = good;
	struct stk_elf *elf;
	struct file f;
	size_t n;

	m.no_sections = true;
	f = make(&m);
	ck_assert(!stk_elf_new(f.p, f.len, "x", &elf, NULL));
	stk_elf_sections(elf, &n);
	ck_assert_uint_eq(n, 0);
	stk_elf_segments(elf, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert(!stk_elf_has_symbols(elf));
	ck_assert_ptr_null(stk_elf_symbol(elf, "Init", 0));
	stk_elf_free(elf);
	free(f.p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("elf");
	TCase *t = tcase_create("elf");

	tcase_add_loop_test(t, reads_all_kinds, 0, 4);
	tcase_add_test(t, finds_symbols);
	tcase_add_test(t, bytes_of_a_symbol);
	tcase_add_loop_test(t, refuses_damage, 0, ARRAY_SIZE(damage));
	tcase_add_loop_test(t, refuses_damaged_sections, 0, ARRAY_SIZE(section_damage));
	tcase_add_loop_test(t, refuses_wrapping_sums, 0, ARRAY_SIZE(wide_damage));
	tcase_add_loop_test(t, says_what_it_is_instead, 0, ARRAY_SIZE(no_elf));
	tcase_add_loop_test(t, survives_every_cut, 0, 4);
	tcase_add_test(t, lives_without_sections);
	suite_add_tcase(s, t);
	return unit_run(s);
}
