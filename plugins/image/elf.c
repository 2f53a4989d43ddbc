/* SPDX-License-Identifier: MIT */
/*
 * ELF firmware: the file bytes of each PT_LOAD at its physical address, which
 * is where they lie in flash; the virtual one is where start-up code copies
 * them. Zero-initialised parts have no bytes to program.
 */
#include "image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ET_EXEC 2
#define ET_DYN	3

static void elf_freep(struct stk_elf **elf)
{
	stk_elf_free(*elf);
}

static int elf_probe(const uint8_t *bytes, size_t len)
{
	return len >= 4 && !memcmp(bytes, "\177ELF", 4) ? 100 : 0;
}

static int check_header(const char *name, const struct stk_elf_header *h,
			struct stk_error *err)
{
	if (h->class_bits != 32 || h->big_endian)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "elf-class",
			"'%s' is a %u-bit %s-endian ELF file; firmware for a Cortex-M is "
			"32-bit little-endian",
			name, h->class_bits, h->big_endian ? "big" : "little");
	if (h->type != ET_EXEC && h->type != ET_DYN)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "elf-type",
			"'%s' is an ELF file of type %u, not an executable: give the "
			"linked firmware",
			name, h->type);
	return 0;
}

static int elf_parse(const char *name, const uint8_t *bytes, size_t len,
		     const struct stk_image_options *opt, struct stk_image_builder *b,
		     struct stk_error *err)
{
	__attribute__((cleanup(elf_freep))) struct stk_elf *elf = NULL;
	const struct stk_elf_segment *segments;
	const struct stk_elf_header *header;
	size_t n;
	int r = stk_elf_new(bytes, len, name, &elf, err);

	if (r)
		return r;
	header = stk_elf_header(elf);
	r = check_header(name, header, err);
	if (r)
		return r;
	segments = stk_elf_segments(elf, &n);
	for (size_t i = 0; i < n; i++) {
		const struct stk_elf_segment *s = &segments[i];
		char where[64];

		snprintf(where, sizeof(where), "segment at file offset 0x%llx",
			 (unsigned long long)s->offset);
		r = stk_image_add(b, s->paddr, s->data, s->file_size, where, err);
		if (r)
			return r;
	}
	/* 0: the file has none (ELF specification 1.2, e_entry). */
	if (header->entry)
		stk_image_set_entry(b, header->entry);
	return 0;
}

const struct stk_image_driver image_elf_driver = {
	.size = sizeof(image_elf_driver),
	.name = "elf",
	.probe = elf_probe,
	.parse = elf_parse,
};
