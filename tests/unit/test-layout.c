/* SPDX-License-Identifier: MIT */
/* Layouts of our own loaders in RAM of several shapes. */
#include <errno.h>
#include <string.h>

#include "layout.h"
#include "loader.h"
#include "own-loader.h"
#include "unit.h"

static const struct stk_host ours = {
	.info = { .name = "test", .formats = "stldr flm" }, .stack_bytes = 4096, .stack_min = 512, .guard_bytes = 64,
	.stack_aligned = true, .static_base = true, .trap = HOST_TRAP_BELOW_IMAGE,
};
static const struct stk_host link_page = {
	.info = { .name = "test", .formats = "stldr" }, .stack_bytes = 1024, .stack_min = 1024,
	.place = HOST_PLACE_ABOVE_IMAGE, .trap = HOST_TRAP_LINK_PAGE, .buffer_align = 64,
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
	ck_assert_uint_eq(l.buffer.addr, (l.sp + 4 + 63) & ~63ull);
	ck_assert_uint_eq(l.page[0], l.buffer.addr);
	stk_loader_close(loader);
}
END_TEST

/* RAM, and where the parts must be: from what each host's own source computes. */
static const struct {
	const char *host;
	uint64_t ram;			/* its size; it begins at 0x20000000 */
	uint64_t image;			/* of the FLM, from the start; UINT64_MAX: the end */
	uint64_t header, stack, sp;	/* sp 0: where the buffers begin */
	unsigned int pages;
} region_case[] = {
	{ "pyocd@0.33.1", 0x4000, 512 + 32, 32, 512, 512, 2 },
	{ "pyocd@0.34.3", 0x8000, 32, 32, 8192, UINT64_MAX, 2 },
	{ "pyocd@0.34.3", 0x1400, 32, 32, 0, UINT64_MAX, 2 },
	{ "pyocd@0.36.0", 0x4000, UINT64_MAX, 4, 0, 0, 2 },
	{ "pyocd", 0x4000, UINT64_MAX, 4, 0, 0, 1 },
	{ "probe-rs", 0x4000, 4, 4, 512, UINT64_MAX, 2 },
	{ "keil", 0x4000, 32, 32, 0, 0x4000, 1 },
};

START_TEST(layout_in_region)
{
	const __typeof__(*region_case) *c = &region_case[_i];
	const uint64_t start = 0x20000000, end = start + c->ram;
	struct stk_loader *loader = own_loader("g431.FLM");
	const struct stk_loader_info *info = stk_loader_info(loader);
	const uint32_t page = info->device->page_size;
	struct stk_error err = { 0 };
	const struct stk_host *host;
	struct layout l;

	ck_assert_int_eq(stk_host_find(c->host, &host, NULL), 0);
	ck_assert_msg(!layout_in(loader, &(struct stk_range){ start, c->ram }, 1, host, &l,
				 &err), "%s: %s", c->host, err.msg);
	ck_assert_uint_eq(l.image.addr, c->image == UINT64_MAX ?
			  end - ((info->ram_size + 3) & ~3ull) : start + c->image);
	ck_assert_uint_eq(l.bias, l.image.addr - info->link_address);
	ck_assert_uint_eq(l.trap, l.image.addr - c->header);
	ck_assert_uint_eq(l.n_pages, c->pages);
	for (unsigned int i = 0; i < c->pages; i++)
		ck_assert(stk_range_contains(l.buffer, (struct stk_range){ l.page[i], page }));
	ck_assert(c->pages < 2 || l.page[0] + page <= l.page[1] || l.page[1] + page <= l.page[0]);
	ck_assert_uint_eq(l.sp % 4, 0);
	ck_assert_uint_eq(l.sp, stk_range_end(l.stack));
	if (c->stack)
		ck_assert_uint_eq(l.stack.len, c->stack);
	if (c->sp != UINT64_MAX)
		ck_assert_uint_eq(l.sp, c->sp ? start + c->sp : l.buffer.addr);
	ck_assert(!stk_range_overlaps(l.stack, l.buffer) &&
		  !stk_range_overlaps(l.stack, l.image) &&
		  !stk_range_overlaps(l.buffer, l.image));
	ck_assert(l.stack.addr >= start && stk_range_end(l.buffer) <= end &&
		  stk_range_end(l.image) <= end && l.sp <= end);
	stk_loader_close(loader);
}
END_TEST

/* Less and less RAM: two page buffers, one, then a sentence; never parts that overlap. */
START_TEST(layout_region_shrinks)
{
	static const char *const hosts[] = { "pyocd@0.33.1", "pyocd@0.34.3", "pyocd@0.36.0",
					     "probe-rs", "keil" };
	struct stk_loader *loader = own_loader("g431.FLM");
	const struct stk_host *host;
	unsigned int seen = 0;

	ck_assert_int_eq(stk_host_find(hosts[_i], &host, NULL), 0);
	for (uint64_t len = 0x4000; len >= 0x100; len -= 4) {
		struct stk_error err = { 0 };
		struct layout l;

		if (layout_in(loader, &(struct stk_range){ 0x20000000, len }, 1, host, &l,
			      &err)) {
			ck_assert_str_eq(err.cause, "ram-too-small");
			seen |= 1;
			continue;
		}
		ck_assert_uint_ge(l.stack.len, host->stack_min);
		ck_assert(!stk_range_overlaps(l.stack, l.buffer) &&
			  !stk_range_overlaps(l.stack, l.image) &&
			  !stk_range_overlaps(l.buffer, l.image));
		ck_assert(l.trap >= 0x20000000 && l.stack.addr >= 0x20000000 &&
			  l.buffer.addr >= 0x20000000);
		ck_assert(stk_range_end(l.stack) <= 0x20000000 + len &&
			  stk_range_end(l.image) <= 0x20000000 + len &&
			  stk_range_end(l.buffer) <= 0x20000000 + len);
		seen |= 1u << l.n_pages;
	}
	ck_assert_uint_eq(seen, host->page_buffers == 2 ? 7 : 3);
	stk_loader_close(loader);
}
END_TEST

/* 2.20.0 puts it 0x4000 higher than it was linked to. */
START_TEST(layout_moved)
{
	struct stk_loader *loader = own_loader("h743-w25q128.stldr");
	struct stk_chip chip;
	struct stk_target target = ram_target(&chip, preferred_last, 2);
	const struct stk_memory small[] = { RAM("AXI", 0x24000000, 0x4000, 1) };
	struct stk_error err = { 0 };
	const struct stk_host *host;
	struct layout l;

	ck_assert_int_eq(stk_host_find("cubeprogrammer@2.20.0", &host, NULL), 0);
	ck_assert_msg(!layout_make(loader, &target, host, &l, &err), "%s", err.msg);
	ck_assert_uint_eq(l.bias, 0x4000);
	ck_assert_uint_eq(l.image.addr, 0x24004004);
	ck_assert_uint_eq(l.trap, 0x24004000);
	target = ram_target(&chip, small, 1);
	ck_assert_int_eq(layout_make(loader, &target, host, &l, &err), -EFAULT);
	ck_assert_str_eq(err.cause, "ram-wrong-place");
	ck_assert_ptr_nonnull(strstr(err.msg, "0x24004004"));
	stk_loader_close(loader);
}
END_TEST

/* A page size that pyOCD takes for a mistake. */
START_TEST(layout_pages)
{
	static const struct stk_region regions[] = { { 0, 4, 0x4000 }, { 0x10000, 1, 0x800 } };
	struct stk_device device = { .page_size = 8, .regions = regions, .n_regions = 2 };
	const struct stk_host *before, *now;

	ck_assert_int_eq(stk_host_find("pyocd@0.36.0", &before, NULL), 0);
	ck_assert_int_eq(stk_host_find("pyocd", &now, NULL), 0);
	ck_assert_uint_eq(layout_page(before, &device), 0x800);
	ck_assert_uint_eq(layout_page(now, &device), 8);
	device.page_size = 32;
	ck_assert_uint_eq(layout_page(before, &device), 0x800);
	device.page_size = 33;
	ck_assert_uint_eq(layout_page(before, &device), 33);
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
	ck_assert_ptr_nonnull(strstr(err.msg, "--ram"));
	stk_loader_close(loader);
}
END_TEST

/* The caller's word goes before the chip's, and that before the target's. */
START_TEST(layout_ram_of)
{
	struct stk_memory memory = { .name = "SRAM", .kind = STK_MEM_RAM,
				     .start = 0x20000000, .size = 0x1000, .preference = 1 };
	struct stk_chip chip = { .size = sizeof(chip), .memories = &memory, .n_memories = 1 };
	struct stk_range own = { 0x20010000, 0x2000 }, told = { 0x24000000, 0x8000 };
	struct stk_target target = {
		.address = (char *)"gdb:x",
		.facts = { .ram = &told, .n_ram = 1 },
	};
	struct stk_range *ram;
	size_t n;

	ck_assert_int_eq(target_ram(&target, false, &ram, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(ram->addr, told.addr);
	free(ram);
	target.facts.chip = &chip;
	ck_assert_int_eq(target_ram(&target, false, &ram, &n, NULL), 0);
	ck_assert_uint_eq(ram->addr, memory.start);
	free(ram);
	target.ram = &own;
	target.n_ram = 1;
	ck_assert_int_eq(target_ram(&target, true, &ram, &n, NULL), 0);
	ck_assert_uint_eq(ram->addr, own.addr);
	ck_assert_uint_eq(ram->len, own.len);
	free(ram);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tc = tcase_create("layout");

	tcase_add_loop_test(tc, layout_fits, 0, ARRAY_SIZE(fits));
	tcase_add_loop_test(tc, layout_refused, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, layout_of_another_host);
	tcase_add_loop_test(tc, layout_in_region, 0, ARRAY_SIZE(region_case));
	tcase_add_loop_test(tc, layout_region_shrinks, 0, 5);
	tcase_add_test(tc, layout_moved);
	tcase_add_test(tc, layout_pages);
	tcase_add_test(tc, layout_unknown_chip);
	tcase_add_test(tc, layout_ram_of);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
