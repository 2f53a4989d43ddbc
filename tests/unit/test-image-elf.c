/* SPDX-License-Identifier: MIT */
/* ELF firmware: file bytes at physical addresses, and which files are none. */
#include "image-case.h"

#include <string.h>

#include "../../plugins/image/image.h"
#include "make-elf.h"

#define FLASH	0x08000000u
#define RAM	0x20000000u
#define QSPI	0x90000000u

#define EM_RISCV	243
#define PROGBITS	1
#define NOBITS		8

static const struct make_section sections[] = {
	{ ".text", PROGBITS, 6, FLASH, "code", 4 },
	{ ".data", PROGBITS, 3, RAM, "data", 4 },
	{ ".bss", NOBITS, 3, RAM + 4, NULL, 16 },
	{ ".ext", PROGBITS, 2, QSPI, "more", 4 },
	{ 0 },
};

#define CODE	{ 1, FLASH, 4, 4, 5, 0 }

static const struct make_segment code[] = { CODE, { 0 } };
static const struct make_segment data[] = {
	CODE, { 2, RAM, 4, 20, 6, FLASH + 4 }, { 0 },
};
static const struct make_segment gap[] = {
	CODE, { 2, RAM, 4, 20, 6, FLASH + 8 }, { 0 },
};
static const struct make_segment two_memories[] = {
	{ 4, QSPI, 4, 4, 4, 0 }, CODE, { 0 },
};
static const struct make_segment only_bss[] = { { 3, RAM, 0, 16, 6, 0 }, { 0 } };
static const struct make_segment overlap_same[] = {
	CODE, { 1, FLASH, 2, 2, 5, 0 }, { 0 },
};
static const struct make_segment overlap_other[] = {
	CODE, { 2, RAM, 4, 4, 6, FLASH + 2 }, { 0 },
};
static const struct make_segment top[] = { { 1, FLASH, 4, 4, 5, 0xfffffffc }, { 0 } };
static const struct make_segment past_top[] = {
	{ 1, FLASH, 4, 4, 5, 0xfffffffd }, { 0 },
};

static const struct {
	const char *what;
	struct make_elf elf;
	const char *image;	/* NULL: refused */
	const char *cause, *words;
	size_t cut;		/* bytes missing at the end */
} file_case[] = {
	{ "code", { .segments = code }, "08000000:636f6465", NULL, NULL, 0 },
	{ "entry", { .segments = code, .entry = FLASH + 1 },
	  "08000000:636f6465 entry 08000001", NULL, NULL, 0 },
	{ "data that is copied to RAM lies in flash, .bss nowhere", { .segments = data },
	  "08000000:636f646564617461", NULL, NULL, 0 },
	{ "a gap stays a gap", { .segments = gap }, "08000000:636f6465 08000008:64617461",
	  NULL, NULL, 0 },
	{ "two memories, headers descending", { .segments = two_memories },
	  "08000000:636f6465 90000000:6d6f7265", NULL, NULL, 0 },
	{ "no section headers", { .segments = code, .no_sections = true },
	  "08000000:636f6465", NULL, NULL, 0 },
	{ "ET_DYN", { .segments = code, .type = 3 }, "08000000:636f6465", NULL, NULL, 0 },
	{ "any 32-bit little-endian machine", { .segments = code, .machine = EM_RISCV },
	  "08000000:636f6465", NULL, NULL, 0 },
	{ "the same bytes twice", { .segments = overlap_same }, "08000000:636f6465", NULL,
	  NULL, 0 },
	{ "the last bytes there are", { .segments = top }, "fffffffc:636f6465", NULL,
	  NULL, 0 },

	{ "other bytes twice", { .segments = overlap_other }, NULL, "data-conflict",
	  "the byte at 0x08000003 was given before as 0x65 and is 0x61", 0 },
	{ "past 4 GiB", { .segments = past_top }, NULL, "address-range",
	  "segment at file offset 0x54: 4 bytes at 0xfffffffd", 0 },
	{ "nothing but .bss", { .segments = only_bss }, NULL, "image-empty", "no bytes",
	  0 },
	{ "no segments", { .segments = NULL }, NULL, "image-empty", "no bytes", 0 },
	{ "64-bit", { .wide = true, .segments = code }, NULL, "elf-class",
	  "a 64-bit little-endian ELF file; firmware for a Cortex-M is 32-bit", 0 },
	{ "big-endian", { .big = true, .segments = code }, NULL, "elf-class",
	  "a 32-bit big-endian ELF file", 0 },
	{ "an object", { .segments = code, .type = 1 }, NULL, "elf-type",
	  "of type 1, not an executable: give the linked firmware", 0 },
	{ "a core dump", { .segments = code, .type = 4 }, NULL, "elf-type", "of type 4",
	  0 },
	{ "cut short", { .segments = code, .no_sections = true }, NULL, "elf-malformed",
	  "cut short", 13 },
};

START_TEST(file)
{
	const __typeof__(*file_case) *c = &file_case[_i];
	struct make_elf m = c->elf;
	size_t len;
	uint8_t *bytes;

	m.sections = sections;
	bytes = make_elf(&m, &len);
	image_case_run(&image_elf_driver, &(struct image_case){ .what = c->what,
		.bytes = (const char *)bytes, .len = len - c->cut, .image = c->image,
		.cause = c->cause, .words = c->words }, NULL);
	free(bytes);
}
END_TEST

/* A position-independent part is moved where the user wants it. */
START_TEST(base_is_added)
{
	const struct stk_image_options opt = { .size = sizeof(opt), .has_base = true,
					       .base = 0x10000 };
	struct make_elf m = {
		.sections = sections, .segments = code, .entry = FLASH + 1,
	};
	size_t len;
	uint8_t *bytes = make_elf(&m, &len);

	image_case_run(&image_elf_driver, &(struct image_case){ .what = "base",
		.bytes = (const char *)bytes, .len = len,
		.image = "08010000:636f6465 entry 08010001" }, &opt);
	free(bytes);
}
END_TEST

static const struct {
	const char *what, *bytes;
	size_t len;
	int score;
} probe_case[] = {
	{ "the magic alone is ours to complain about", "\177ELF", 4, 100 },
	{ "cut within the magic", "\177EL", 3, 0 },
	{ "another magic", "\177ELG\1\1\1", 7, 0 },
	{ "text", ":00000001FF", 11, 0 },
};

START_TEST(probe)
{
	const __typeof__(*probe_case) *c = &probe_case[_i];
	int score = image_elf_driver.probe((const uint8_t *)c->bytes, c->len);

	ck_assert_msg(score == c->score, "%s", c->what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-elf");
	TCase *t = tcase_create("elf");

	tcase_add_loop_test(t, file, 0, ARRAY_SIZE(file_case));
	tcase_add_test(t, base_is_added);
	tcase_add_loop_test(t, probe, 0, ARRAY_SIZE(probe_case));
	suite_add_tcase(s, t);
	return unit_run(s);
}
