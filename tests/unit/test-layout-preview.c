/* SPDX-License-Identifier: MIT */
/* Layouts without a target: the same as with one, and what is said where RAM is not known. */
#include <errno.h>
#include <string.h>

#include "host.h"
#include "layout.h"
#include "own-loader.h"
#include "unit.h"

#define RAM(n, at, bytes, pref)							\
	{ .name = n, .kind = STK_MEM_RAM, .start = at, .size = bytes, .preference = pref }

static const struct stk_memory memories[] = {
	{ .name = "FLASH", .kind = STK_MEM_FLASH, .start = 0x08000000, .size = 0x20000 },
	RAM("ITCM", 0, 0x10000, 0),
	RAM("DTCM", 0x20000000, 0x20000, 2),
	RAM("AXI", 0x24000000, 0x80000, 1),
};
static const struct stk_chip chip = { .memories = memories,
				      .n_memories = ARRAY_SIZE(memories) };
static const struct stk_range ranges[] = { { 0x20000000, 0x1000 }, { 0x24000000, 0x8000 } };

/* The part of @kind; len 0: there is none. */
static struct stk_range part(const struct stk_layout_info *l, enum stk_layout_part_kind kind)
{
	for (size_t i = 0; i < l->n_parts; i++)
		if (l->parts[i].kind == kind)
			return l->parts[i].range;
	return (struct stk_range){ 0, 0 };
}

static void check_same(const struct stk_layout_info *l, const struct layout *want)
{
	const struct {
		enum stk_layout_part_kind kind;
		struct stk_range range;
	} same[] = {
		{ STK_LAYOUT_IMAGE, want->image },
		{ STK_LAYOUT_TRAP, { want->trap, 4 } },
		{ STK_LAYOUT_SCRATCH, want->scratch },
		{ STK_LAYOUT_GUARD, want->guard },
		{ STK_LAYOUT_STACK, want->stack },
		{ STK_LAYOUT_BUFFER, want->buffer },
	};

	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		struct stk_range r = part(l, same[i].kind);

		ck_assert_uint_eq(r.len, same[i].range.len);
		if (r.len)
			ck_assert_uint_eq(r.addr, same[i].range.addr);
	}
	for (size_t i = 1; i < l->n_parts; i++)
		ck_assert_uint_ge(l->parts[i].range.addr, l->parts[i - 1].range.addr);
	ck_assert_uint_eq(l->bias, want->bias);
	ck_assert_uint_eq(l->static_base, want->static_base);
	ck_assert_uint_eq(l->sp, want->sp);
}

static const char *const files[] = { "g431.FLM", "h743-w25q128.stldr",
				     "b/h743-w25q128.stldr" };

/* Every host, every loader of ours: what is shown is what a job does. */
START_TEST(as_on_a_target)
{
	struct stk_target target = { .facts.chip = &chip };
	struct stk_loader *loader = own_loader(files[_i]);
	struct stk_error err = { 0 };
	size_t n;
	const struct stk_host *const *hosts = stk_host_list(&n);

	for (size_t i = 0; i < n; i++) {
		struct stk_layout_options opt = { .size = sizeof(opt), .host = hosts[i],
						  .chip = &chip };
		struct stk_layout *l = NULL;
		struct layout want;
		int r = layout_make(loader, &target, hosts[i], &want, &err);

		ck_assert_int_eq(r, host_takes(&hosts[i]->info, _i ? "stldr" : "flm") ?
				 0 : -ENOTSUP);
		ck_assert_msg(stk_layout_new(loader, &opt, &l, &err) == r, "%s", err.msg);
		if (r) {
			ck_assert_str_eq(err.cause, "host-format");
			continue;
		}
		ck_assert_int_eq(stk_layout_info(l)->known, STK_LAYOUT_RAM);
		ck_assert_ptr_eq(stk_layout_info(l)->host, hosts[i]);
		check_same(stk_layout_info(l), &want);
		stk_layout_free(l);
	}
	stk_loader_close(loader);
}
END_TEST

START_TEST(in_ranges)
{
	struct stk_layout_options opt = { .size = sizeof(opt), .ram = ranges,
					  .n_ram = ARRAY_SIZE(ranges) };
	struct stk_loader *loader = own_loader("h743-w25q128.stldr");
	const struct stk_layout_info *info;
	struct stk_error err = { 0 };
	struct stk_layout *l;

	ck_assert_msg(!stk_layout_new(loader, &opt, &l, &err), "%s", err.msg);
	info = stk_layout_info(l);
	ck_assert_str_eq(stk_host_info(info->host)->name, "stoker");
	ck_assert_uint_eq(info->n_ram, 2);
	ck_assert_uint_eq(info->ram[1].addr, 0x24000000);
	ck_assert_uint_eq(part(info, STK_LAYOUT_IMAGE).addr, 0x24000004);
	ck_assert_uint_eq(part(info, STK_LAYOUT_TRAP).addr, 0x24000000);
	ck_assert_uint_eq(info->sp, stk_range_end(part(info, STK_LAYOUT_STACK)));
	stk_layout_free(l);
	stk_loader_close(loader);
}
END_TEST

static const struct {
	const char *file;
	enum stk_layout_ram known;
	uint64_t ram, image;
} unknown[] = {
	{ "g431.FLM", STK_LAYOUT_RAM_FROM_ZERO, 0, 0x20 },
	{ "h743-w25q128.stldr", STK_LAYOUT_RAM_FROM_LINK, 0x24000000, 0x24000004 },
	{ "b/h743-w25q128.stldr", STK_LAYOUT_RAM_FROM_LINK, 0x24001000, 0x24001004 },
};

/* No chip: the image is where it must be, the rest as large as a host wants it. */
START_TEST(ram_unknown)
{
	const __typeof__(*unknown) *c = &unknown[_i];
	struct stk_loader *loader = own_loader(c->file);
	const struct stk_layout_info *info;
	struct stk_error err = { 0 };
	struct stk_layout *l;

	ck_assert_msg(!stk_layout_new(loader, NULL, &l, &err), "%s", err.msg);
	info = stk_layout_info(l);
	ck_assert_int_eq(info->known, c->known);
	ck_assert_uint_eq(info->n_ram, 1);
	ck_assert_uint_eq(info->ram[0].addr, c->ram);
	ck_assert_uint_eq(part(info, STK_LAYOUT_IMAGE).addr, c->image);
	ck_assert_uint_eq(part(info, STK_LAYOUT_STACK).len, info->host->stack_bytes);
	stk_layout_free(l);
	stk_loader_close(loader);
}
END_TEST

static const struct {
	const char *what, *file;
	struct stk_range ram[2];
	size_t n;
	int code;
	const char *cause;
} refused[] = {
	{ "too small", "g431.FLM", { { 0x20000000, 0x400 } }, 1, -ENOSPC, "ram-too-small" },
	{ "elsewhere", "h743-w25q128.stldr", { { 0x20000000, 0x20000 } }, 1, -EFAULT,
	  "ram-wrong-place" },
	{ "empty", "g431.FLM", { { 0x20000000, 0 } }, 1, -EINVAL, "bad-ram" },
	{ "above 4 GiB", "g431.FLM", { { 0x100000000, 0x1000 } }, 1, -EINVAL, "bad-ram" },
	{ "across 4 GiB", "g431.FLM", { { 0xFFFFF000, 0x1001 } }, 1, -EINVAL, "bad-ram" },
	{ "wraps", "g431.FLM", { { 0x20000000, UINT64_MAX } }, 1, -EINVAL, "bad-ram" },
	{ "overlap", "g431.FLM", { { 0x20000000, 0x1000 }, { 0x20000fff, 1 } }, 2, -EINVAL,
	  "bad-ram" },
};

START_TEST(ram_refused)
{
	const __typeof__(*refused) *c = &refused[_i];
	struct stk_layout_options opt = { .size = sizeof(opt), .ram = c->ram, .n_ram = c->n };
	struct stk_loader *loader = own_loader(c->file);
	struct stk_error err = { 0 };
	struct stk_layout *l = NULL;

	ck_assert_msg(stk_layout_new(loader, &opt, &l, &err) == c->code, "%s: %s",
		      c->what, err.msg);
	ck_assert_ptr_null(l);
	ck_assert_str_eq(err.cause, c->cause);
	stk_loader_close(loader);
}
END_TEST

/* RAM up to the last byte of the address space is usable, and no sum wraps. */
START_TEST(top_of_memory)
{
	const struct stk_range top = { 0xFFFF0000, 0x10000 };
	struct stk_layout_options opt = { .size = sizeof(opt), .ram = &top, .n_ram = 1 };
	struct stk_loader *loader = own_loader("g431.FLM");
	struct stk_error err = { 0 };
	struct stk_layout *l;

	ck_assert_msg(!stk_layout_new(loader, &opt, &l, &err), "%s", err.msg);
	for (size_t i = 0; i < stk_layout_info(l)->n_parts; i++)
		ck_assert(stk_range_contains(top, stk_layout_info(l)->parts[i].range));
	stk_layout_free(l);
	stk_loader_close(loader);
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(stk_layout_part_name(STK_LAYOUT_IMAGE), "image");
	ck_assert_str_eq(stk_layout_part_name(STK_LAYOUT_BUFFER), "buffer");
	ck_assert_str_eq(stk_layout_part_name(STK_LAYOUT_PART_COUNT), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout-preview");
	TCase *tc = tcase_create("layout-preview");

	tcase_add_loop_test(tc, as_on_a_target, 0, ARRAY_SIZE(files));
	tcase_add_test(tc, in_ranges);
	tcase_add_loop_test(tc, ram_unknown, 0, ARRAY_SIZE(unknown));
	tcase_add_loop_test(tc, ram_refused, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, top_of_memory);
	tcase_add_test(tc, names);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
