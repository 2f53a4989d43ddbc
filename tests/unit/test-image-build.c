/* SPDX-License-Identifier: MIT */
/* The image builder: order, joins, overlaps, the top of the address space, caps. */
#include "image-case.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct add {
	uint64_t addr;
	const char *bytes;	/* NULL ends */
};

static const struct {
	const char *what;
	uint64_t offset, max;
	struct add add[8];
	const char *image;	/* NULL: the last add fails */
	const char *cause, *words;
} build_case[] = {
	{ "one", 0, 64, { { 0x08000000, "ab" } }, "08000000:6162", NULL, NULL },
	{ "ascending and adjacent", 0, 64, { { 0x10, "ab" }, { 0x12, "cd" } },
	  "00000010:61626364", NULL, NULL },
	{ "descending and adjacent", 0, 64, { { 0x12, "cd" }, { 0x10, "ab" } },
	  "00000010:61626364", NULL, NULL },
	{ "a gap of one", 0, 64, { { 0x13, "c" }, { 0x10, "ab" } },
	  "00000010:6162 00000013:63", NULL, NULL },
	{ "a gap filled later", 0, 64, { { 0x10, "a" }, { 0x12, "c" }, { 0x11, "b" } },
	  "00000010:616263", NULL, NULL },
	{ "joined over a block's end", 0, 64, { { 0x3f, "ab" }, { 0x41, "c" } },
	  "0000003f:616263", NULL, NULL },
	{ "a block's last and first byte", 0, 64, { { 0x40, "b" }, { 0x3f, "a" } },
	  "0000003f:6162", NULL, NULL },
	{ "joined over a table's end", 0, 64, { { 0x7ffff, "ab" } }, "0007ffff:6162",
	  NULL, NULL },
	{ "far apart", 0, 64, { { 0x90000000, "b" }, { 0x08000000, "a" } },
	  "08000000:61 90000000:62", NULL, NULL },
	{ "equal bytes twice", 0, 64,
	  { { 0x10, "abcd" }, { 0x11, "bc" }, { 0x0f, "xabcde" } },
	  "0000000f:786162636465", NULL, NULL },
	{ "nothing added is nothing", 0, 64,
	  { { 0x20, "" }, { 0x10, "a" }, { 1ull << 40, "" } },
	  "00000010:61", NULL, NULL },
	{ "a full block", 0, 64,
	  { { 0x40,
	      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } },
	  "00000040:30313233343536373839616263646566303132333435363738396162636465663031"
	  "32333435363738396162636465663031323334353637383961626364656"
	  "6", NULL, NULL },
	{ "the last byte there is", 0, 64, { { 0xfffffffe, "ab" } }, "fffffffe:6162",
	  NULL, NULL },
	{ "moved by an offset", 0x90000000, 64, { { 0x10, "a" } }, "90000010:61", NULL,
	  NULL },

	{ "different bytes twice", 0, 64, { { 0x10, "abcd" }, { 0x12, "cx" } }, NULL,
	  "data-conflict",
	  "line 2: the byte at 0x00000013 was given before as 0x64 and is 0x78" },
	{ "different far into the second block", 0, 256,
	  { { 0x7e, "abcd" }, { 0x70, "..............abcx" } }, NULL, "data-conflict",
	  "0x00000081 was given before as 0x64" },
	{ "different, with an offset", 0x1000, 64, { { 0x10, "a" }, { 0x10, "b" } }, NULL,
	  "data-conflict", "0x00001010" },
	{ "one over the end", 0, 64, { { 0xffffffff, "ab" } }, NULL, "address-range",
	  "line 1: 2 bytes at 0xffffffff do not fit" },
	{ "beyond the end", 0, 64, { { 1ull << 32, "a" } }, NULL, "address-range",
	  "0x100000000" },
	{ "64-bit wrap", 0, 64, { { UINT64_MAX, "ab" } }, NULL, "address-range",
	  "0xffffffffffffffff" },
	{ "an offset past the end", 0x90000000, 64, { { 0x70000000, "a" } }, NULL,
	  "address-range", "0x70000000 plus the base" },
	{ "an offset that wraps at 64 bits", UINT64_MAX, 64, { { 0x10, "a" } }, NULL,
	  "address-range", "plus the base" },
	{ "exactly the cap", 0, 4, { { 0x10, "abcd" }, { 0x10, "abcd" } },
	  "00000010:61626364", NULL, NULL },
	{ "one over the cap", 0, 4, { { 0x10, "abcd" }, { 0x12, "cde" } }, NULL,
	  "image-too-large", "line 2: the image has more than the 4 bytes" },
	{ "no bytes", 0, 64, { { 0x10, "" } }, NULL, "image-empty", "no bytes" },
};

START_TEST(build)
{
	const __typeof__(*build_case) *c = &build_case[_i];
	struct stk_error err = { 0 };
	struct stk_image_builder *b;
	struct stk_image *image = NULL;
	int r;

	ck_assert_int_eq(image_builder_new("the-file", c->offset, c->max, &b, &err), 0);
	for (unsigned int i = 0; c->add[i].bytes; i++) {
		char where[16];

		snprintf(where, sizeof(where), "line %u", i + 1);
		r = stk_image_add(b, c->add[i].addr, c->add[i].bytes,
				  strlen(c->add[i].bytes), where, &err);
		ck_assert_msg(!r || !c->add[i + 1].bytes, "%s: %s", c->what, err.msg);
	}
	if (!r)
		r = image_builder_finish(b, "the-file", "test", &image, &err);
	image_builder_free(b);
	ck_assert_msg(!r == !!c->image, "%s: %s", c->what, err.msg);
	if (c->image) {
		char *text = image_text(stk_image_info(image));

		ck_assert_msg(!strcmp(text, c->image), "%s: %s", c->what, text);
		free(text);
	} else {
		ck_assert_msg(!strcmp(err.cause, c->cause), "%s: %s", c->what, err.cause);
		ck_assert_msg(strstr(err.msg, c->words) != NULL, "%s: %s", c->what,
			      err.msg);
		ck_assert_ptr_null(image);
	}
	stk_image_close(image);
}
END_TEST

static const struct {
	const char *what;
	uint64_t offset, entry;
	bool has;
	uint64_t result;
} entry_case[] = {
	{ "as given", 0, 0x08000101, true, 0x08000101 },
	{ "moved with the bytes",	0x1000,		0x101,		true,	0x1101 },
	{ "the last address", 0, 0xffffffff, true, 0xffffffff },
	{ "beyond the last address",	0,		1ull << 32,	false,	0 },
	{ "moved out of the world",	0x90000000,	0x90000000,	false,	0 },
	{ "wrapped at 64 bits",		2,		UINT64_MAX,	false,	0 },
};

START_TEST(entry)
{
	const __typeof__(*entry_case) *c = &entry_case[_i];
	struct stk_image_builder *b;
	struct stk_image *image;

	ck_assert_int_eq(image_builder_new("x", c->offset, 64, &b, NULL), 0);
	ck_assert_int_eq(stk_image_add(b, 0, "a", 1, NULL, NULL), 0);
	stk_image_set_entry(b, c->entry);
	ck_assert_int_eq(image_builder_finish(b, "x", "test", &image, NULL), 0);
	image_builder_free(b);
	ck_assert_msg(stk_image_info(image)->has_entry == c->has, "%s", c->what);
	ck_assert_uint_eq(stk_image_info(image)->entry, c->result);
	stk_image_close(image);
}
END_TEST

/* A flat picture of 64 KiB says what any sequence of adds must give. */
#define WORLD	65536u

struct world {
	uint8_t data[WORLD];
	bool given[WORLD];
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static bool world_takes(struct world *w, uint32_t addr, const uint8_t *bytes,
			uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (w->given[addr + i] && w->data[addr + i] != bytes[i])
			return false;
	}
	memcpy(w->data + addr, bytes, len);
	memset(w->given + addr, true, len);
	return true;
}

static void check_world(const struct world *w, const struct stk_image_info *info)
{
	size_t total = 0;

	for (uint32_t i = 0; i < WORLD; i++)
		total += w->given[i];
	ck_assert_uint_eq(info->bytes, total);
	for (size_t i = 0; i < info->n_chunks; i++) {
		const struct stk_chunk *c = &info->chunks[i];

		for (size_t k = 0; k < c->len; k++) {
			ck_assert(w->given[c->addr + k]);
			ck_assert_uint_eq(w->data[c->addr + k], c->data[k]);
		}
		ck_assert(c->addr + c->len == WORLD || !w->given[c->addr + c->len]);
	}
}

/* Bytes that differ only seldom, so that overlaps are fine often and not always. */
START_TEST(against_a_picture)
{
	struct world *w = calloc(1, sizeof(*w));
	uint32_t state = (uint32_t)_i + 1;
	struct stk_image_builder *b;
	struct stk_image *image;
	unsigned int refused = 0;

	ck_assert_ptr_nonnull(w);
	ck_assert_int_eq(image_builder_new("x", 0, WORLD, &b, NULL), 0);
	for (unsigned int n = 0; n < 300; n++) {
		uint32_t addr = next_random(&state) % WORLD,
			len = next_random(&state) % 300;
		uint8_t bytes[300];
		int r;

		if (len > WORLD - addr)
			len = WORLD - addr;
		for (uint32_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)((addr + i) * 31 >> 3);
		if (len && next_random(&state) % 16 == 0)
			bytes[len - 1] ^= 0x10;
		r = stk_image_add(b, addr, bytes, len, NULL, NULL);
		if (world_takes(w, addr, bytes, len)) {
			ck_assert_int_eq(r, 0);
			continue;
		}
		/* A refused add ends a parse; blocks before the conflict were taken. */
		ck_assert_int_eq(r, -ENOEXEC);
		refused++;
		break;
	}
	if (!refused) {
		ck_assert_int_eq(image_builder_finish(b, "x", "test", &image, NULL), 0);
		check_world(w, stk_image_info(image));
		stk_image_close(image);
	}
	image_builder_free(b);
	free(w);
}
END_TEST

/* 400,000 records: at a millisecond each they are minutes, and not done in time. */
START_TEST(many_small_adds)
{
	const unsigned int n = 400000;
	struct stk_image_builder *b;
	struct stk_image *image;

	ck_assert_int_eq(image_builder_new("x", 0, UINT64_MAX, &b, NULL), 0);
	for (unsigned int i = 0; i < n; i++) {
		/* ascending, descending, all over the place (7919 is odd: each once) */
		uint32_t at = _i == 0 ? i : _i == 1 ? n - 1 - i : i * 7919u % (1u << 19);

		ck_assert_int_eq(stk_image_add(b, (uint64_t)at * 32, "0123456789abcdef",
					       16, NULL, NULL), 0);
	}
	ck_assert_int_eq(image_builder_finish(b, "x", "test", &image, NULL), 0);
	image_builder_free(b);
	ck_assert_uint_eq(stk_image_info(image)->n_chunks, n);
	ck_assert_uint_eq(stk_image_info(image)->bytes, 16ull * n);
	stk_image_close(image);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-build");
	TCase *t = tcase_create("build");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, build, 0, ARRAY_SIZE(build_case));
	tcase_add_loop_test(t, entry, 0, ARRAY_SIZE(entry_case));
	tcase_add_loop_test(t, against_a_picture, 0, 100);
	tcase_add_loop_test(t, many_small_adds, 0, 3);
	suite_add_tcase(s, t);
	return unit_run(s);
}
