/* SPDX-License-Identifier: MIT */
/* Layouts of our own loaders in RAM of several shapes. */
#include <errno.h>
#include <string.h>

#include "layout.h"
#include "loader.h"
#include "own-loader.h"
#include "unit.h"

static const struct stk_host ours = {
	.info.name = "test", .stack_bytes = 4096, .stack_min = 512, .guard_bytes = 64,
	.stack_aligned = true, .static_base = true, .trap = HOST_TRAP_BELOW_IMAGE,
};
static const struct stk_host link_page = {
	.info.name = "test", .stack_bytes = 1024, .stack_min = 1024, .trap = HOST_TRAP_LINK_PAGE,
};

/* A target of which only the chip's RAM matters. */
static struct stk_target ram_target(struct stk_chip *chip, const struct stk_memory *ram,
				    size_t n)
{
	*chip = (struct stk_chip){ .memories = ram, .n_memories = n };
	return (struct stk_target){ .facts.chip = chip };
}

#define RAM(n, at, bytes, pref)							\
	{ .name = n, .kind = STK_MEM_RAM, .start = at, .size = bytes, .preference = pref }

static const struct stk_memory one[] = { RAM("A", 0x20000000, 0x4000, 1) };
static const struct stk_memory two_pieces[] = {
	RAM("B", 0x20001000, 0x3000, 1),
	RAM("A", 0x20000000, 0x1000, 1),
};
static const struct stk_memory preferred_last[] = {
	RAM("DTCM", 0x20000000, 0x20000, 2),
	RAM("AXI", 0x24000000, 0x80000, 1),
};
static const struct stk_memory small_stack[] = {
	RAM("A", 0x20000000, 0xa00, 1),
};

static void check_layout(const struct layout *l, const struct stk_memory *ram, size_t n)
{
	const struct stk_range part[] = { l->image, { l->trap, 4 }, l->guard, l->stack,
					  l->buffer };

	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		uint64_t low = UINT64_MAX, high = 0;

		for (size_t j = 0; j < n; j++) {
			low = ram[j].start < low ? ram[j].start : low;
			high = ram[j].start + ram[j].size > high
				       ? ram[j].start + ram[j].size
				       : high;
		}
		ck_assert_msg(!part[i].len || (part[i].addr >= low &&
					       part[i].addr + part[i].len <= high),
			      "part %zu is outside the RAM", i);
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(!stk_range_overlaps(part[i], part[j]),
				      "parts %zu and %zu overlap", i, j);
	}
	ck_assert_uint_eq(l->sp, stk_range_end(l->stack));
}

static const struct {
	const char *what, *file;
	const struct stk_memory *ram;
	size_t n;
	uint64_t image;		/* where it must land; 0: anywhere */
	uint64_t stack;		/* its size */
} fits[] = {
	{ "moved behind the trap", "g431.FLM", one, 1, 0x20000020, 4096 },
	{ "adjacent pieces are one", "g431.FLM", two_pieces, 2, 0x20000020, 4096 },
	{ "preference, not address", "g431.FLM", preferred_last, 2, 0x24000020, 4096 },
	{ "less stack where RAM is short", "g431.FLM", small_stack, 1, 0x20000020, 512 },
	{ "a fixed image stays", "h743-w25q128.stldr", preferred_last, 2, 0x24000004, 4096 },
	{ "another link address", "b/h743-w25q128.stldr", preferred_last, 2, 0x24001004, 4096 },
};

START_TEST(layout_fits)
{
	const __typeof__(*fits) *c = &fits[_i];
	struct stk_loader *loader = own_loader(c->file);
	struct stk_error err = { 0 };
	struct stk_chip chip;
	struct stk_target target = ram_target(&chip, c->ram, c->n);
	struct layout l;

	ck_assert_msg(!layout_make(loader, &target, &ours, &l, &err), "%s: %s", c->what,
		      err.msg);
	check_layout(&l, c->ram, c->n);
	if (c->image)
		ck_assert_msg(l.image.addr == c->image, "%s: image at 0x%llx", c->what,
			      (unsigned long long)l.image.addr);
	ck_assert_msg(l.stack.len == c->stack, "%s: stack of %llu", c->what,
		      (unsigned long long)l.stack.len);
	ck_assert_uint_ge(l.buffer.len, stk_loader_info(loader)->device->page_size);
	stk_loader_close(loader);
}
END_TEST

static const struct stk_memory tiny[] = { RAM("A", 0x20000000, 0x400, 1) };
static const struct stk_memory no_page[] = { RAM("A", 0x20000000, 0x780, 1) };

static const struct {
	const char *what, *file;
	const struct stk_memory *ram;
	int code;
	const char *cause;
} refused[] = {
	{ "no room for the image", "g431.FLM", tiny, -ENOSPC, "ram-too-small" },
	{ "no room for a page", "g431.FLM", no_page, -ENOSPC, "ram-too-small" },
	{ "linked where there is no RAM", "h743-w25q128.stldr", one, -EFAULT, "ram-wrong-place" },
};

START_TEST(layout_refused)
{
	const __typeof__(*refused) *c = &refused[_i];
	struct stk_loader *loader = own_loader(c->file);
	struct stk_error err = { 0 };
	struct stk_chip chip;
	struct stk_target target = ram_target(&chip, c->ram, 1);
	struct layout l;

	ck_assert_msg(layout_make(loader, &target, &ours, &l, &err) == c->code, "%s",
		      c->what);
	ck_assert_str_eq(err.cause, c->cause);
	stk_loader_close(loader);
}
END_TEST

/* Trap at the link page, stack directly above the image: as hosts were seen to do it. */
START_TEST(layout_of_another_host)
{
	struct stk_loader *loader = own_loader("b/h743-w25q128.stldr");
	struct stk_error err = { 0 };
	struct stk_chip chip;
	struct stk_target target = ram_target(&chip, preferred_last, 2);
	struct layout l;

	ck_assert_msg(!layout_make(loader, &target, &link_page, &l, &err), "%s", err.msg);
	ck_assert_uint_eq(l.trap, 0x24001000);
	ck_assert_uint_eq(l.static_base, 0);
	ck_assert_uint_eq(l.stack.addr, (stk_range_end(l.image) + 3) & ~3ull);
	ck_assert_uint_eq(l.stack.len, 1024);
	stk_loader_close(loader);
}
END_TEST

/* A chip nobody named: the sentence says what to give. */
START_TEST(layout_unknown_chip)
{
	struct stk_loader *loader = own_loader("g431.FLM");
	struct stk_target target = { .address = (char *)"gdb:x" };
	struct stk_error err = { 0 };
	struct layout l;

	ck_assert_int_eq(layout_make(loader, &target, &ours, &l, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "chip-unknown");
	stk_loader_close(loader);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tc = tcase_create("layout");

	tcase_add_loop_test(tc, layout_fits, 0, ARRAY_SIZE(fits));
	tcase_add_loop_test(tc, layout_refused, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, layout_of_another_host);
	tcase_add_test(tc, layout_unknown_chip);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
