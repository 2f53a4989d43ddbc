/* SPDX-License-Identifier: MIT */
/* The code of our own loaders, through the library and its analysis module. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <stoker/stoker.h>

#include "make-elf.h"

#define FLASH_KEYR	0x40022008u	/* RM0440 3.7.2 */
#define KEY1		0x45670123u	/* RM0440 3.3.5 */
#define KEY2		0xcdef89abu
#define EM_RISCV	243

struct opened {
	struct stk_ctx *ctx;
	struct stk_loader *loader;
	const struct stk_code_info *code;
};

static struct opened open_loader_with(const struct stk_ctx_options *opt, const char *name)
{
	struct opened o = { 0 };
	struct stk_error err = { 0 };
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 name);
	ck_assert_msg(!stk_ctx_new(opt, &o.ctx, &err), "%s", err.msg);
	ck_assert_msg(!stk_loader_open(o.ctx, path, 0, &o.loader, &err), "%s", err.msg);
	ck_assert_msg(!stk_loader_code(o.ctx, o.loader, &o.code, &err), "%s", err.msg);
	return o;
}

static struct opened open_loader(const char *name)
{
	return open_loader_with(NULL, name);
}

static void close_loader(struct opened *o)
{
	stk_loader_close(o->loader);
	stk_ctx_free(o->ctx);
}

static const struct stk_code_function *function(const struct opened *o, const char *name)
{
	for (size_t i = 0; i < o->code->n_functions; i++)
		if (o->code->functions[i].name &&
		    !strcmp(o->code->functions[i].name, name))
			return &o->code->functions[i];
	ck_abort_msg("no function %s", name);
	return NULL;
}

/* Every function of a host's is there, by its address and with its use. */
START_TEST(entries)
{
	static const char *const names[] = { "g431.FLM", "h743-w25q128.stldr",
					     "b/g431.FLM" };
	struct opened o = open_loader(names[_i]);
	const struct stk_loader_info *info = stk_loader_info(o.loader);

	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_function *wanted = &info->functions[i];
		const struct stk_code_function *f = function(&o, wanted->name);

		ck_assert_uint_eq(f->address, wanted->address & ~UINT64_C(1));
		ck_assert_int_eq(f->op, wanted->op);
		ck_assert_int_eq(f->entry, wanted->op != STK_OP_OTHER);
	}
	for (size_t i = 1; i < o.code->n_functions; i++)
		ck_assert_uint_lt(o.code->functions[i - 1].address,
				  o.code->functions[i].address);
	close_loader(&o);
}
END_TEST

START_TEST(keys_of_the_flash)
{
	struct opened o = open_loader("g431.FLM");
	const struct stk_code_function *init = function(&o, "Init");
	uint32_t keys[2] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < init->n_accesses; i++) {
		const struct stk_code_access *a = &init->accesses[i];

		if (!a->write || a->address != FLASH_KEYR)
			continue;
		ck_assert(a->has_value && n < 2);
		keys[n++] = a->value;
	}
	ck_assert_uint_eq(keys[0], KEY1);
	ck_assert_uint_eq(keys[1], KEY2);
	close_loader(&o);
}
END_TEST

START_TEST(stack_of_a_circle)
{
	struct opened good = open_loader("g431.FLM");
	struct opened wrong = open_loader("g431-stack-overflow.FLM");

	ck_assert(function(&good, "EraseSector")->stack_bounded);
	ck_assert(!function(&wrong, "EraseSector")->stack_bounded);
	ck_assert_uint_gt(function(&wrong, "EraseSector")->stack,
			  function(&good, "EraseSector")->stack);
	close_loader(&wrong);
	close_loader(&good);
}
END_TEST

/* What a call took on the virtual chip, Init before and UnInit after it included. */
static uint32_t stack_used(struct opened *o, const char *chip, const char *name,
			   const uint32_t *args, unsigned int n_args)
{
	const struct stk_call_options opt = {
		.size = sizeof(opt), .args = args, .n_args = n_args, .init = true };
	struct stk_error err = { 0 };
	struct stk_call *call = NULL;
	struct stk_target *target;
	uint32_t used;

	ck_assert_msg(!stk_target_open(o->ctx, chip, NULL, &target, &err), "%s", err.msg);
	ck_assert_msg(!stk_call_run(target, o->loader, name, &opt, &call, &err), "%s",
		      err.msg);
	ck_assert(stk_call_report(call)->ok);
	used = stk_call_report(call)->stack_used;
	stk_call_free(call);
	stk_target_close(target);
	return used;
}

static uint32_t stack_told(const struct opened *o, const char *name)
{
	const struct stk_code_function *f = function(o, name);

	ck_assert_msg(f->stack_bounded, "%s", name);
	return f->stack;
}

START_TEST(stack_as_it_is)
{
	static const struct {
		const char *file, *chip, *function;
		uint32_t args[2];
		unsigned int n_args;
		const char *others[2];
	} runs[] = {
		{ "g431.FLM", "emu:stm32g431cb", "EraseSector", { 0x08001000 }, 1,
		  { "Init", "UnInit" } },
		{ "b/g431.FLM", "emu:stm32g431cb", "EraseSector", { 0x08001000 }, 1,
		  { "Init", "UnInit" } },
		{ "h743-w25q128.stldr", "emu:stm32h743ii", "SectorErase",
		  { 0x90000000, 0x90000000 }, 2, { "Init", "Init" } },
	};
	struct opened o = open_loader(runs[_i].file);
	uint32_t used = stack_used(&o, runs[_i].chip, runs[_i].function, runs[_i].args,
				   runs[_i].n_args);
	uint32_t told = stack_told(&o, runs[_i].function);

	for (unsigned int n = 0; n < 2; n++)
		if (stack_told(&o, runs[_i].others[n]) > told)
			told = stack_told(&o, runs[_i].others[n]);
	ck_assert_uint_gt(used, 0);
	ck_assert_uint_le(used, told);
	/* Their deepest paths are those that are taken */
	ck_assert_uint_le(told - used, 8);
	close_loader(&o);
}
END_TEST

/* ---- accesses, beside those of a run -------------------------------------- */

struct trace {
	const struct stk_code_info *code;
	bool placed;
	uint64_t moved;		/* where it runs, from where it is linked */
	unsigned int seen, told, values;
};

static const struct stk_code_access *access_at(const struct stk_code_info *code,
					       uint64_t pc, bool write)
{
	for (size_t i = 0; i < code->n_functions; i++)
		for (size_t k = 0; k < code->functions[i].n_accesses; k++) {
			const struct stk_code_access *a = &code->functions[i].accesses[k];

			if (a->pc == pc && a->write == write)
				return a;
		}
	return NULL;
}

/* The first access to an address that only one instruction makes tells the place. */
static void find_place(struct trace *t, uint64_t pc, bool write, uint64_t address)
{
	const struct stk_code_access *only = NULL;

	for (size_t i = 0; i < t->code->n_functions; i++)
		for (size_t k = 0; k < t->code->functions[i].n_accesses; k++) {
			const struct stk_code_access *a =
				&t->code->functions[i].accesses[k];

			if (a->address != address || a->write != write)
				continue;
			if (only)
				return;
			only = a;
		}
	if (!only)
		return;
	t->placed = true;
	t->moved = pc - only->pc;
}

/* "187 ns pc 20000028 r NAME (1fff75e0) = 00000080", of the virtual chip */
static void trace_line(void *data, const char *line)
{
	struct trace *t = data;
	unsigned int pc, address, value;
	const struct stk_code_access *a;
	char way;

	if (!t->code || sscanf(line, " %*u ns pc %x %c %*s (%x) = %x", &pc, &way,
			       &address, &value) != 4)
		return;
	t->seen++;
	if (!t->placed)
		find_place(t, pc, way == 'w', address);
	a = t->placed ? access_at(t->code, pc - t->moved, way == 'w') : NULL;
	if (!a)
		return;
	t->told++;
	ck_assert_msg(a->address == address, "%s", line);
	if (!a->has_value)
		return;
	t->values++;
	ck_assert_msg(a->value == value, "%s", line);
}

START_TEST(accesses_as_they_are)
{
	static const struct {
		const char *file, *chip, *function;
		uint32_t args[2];
		unsigned int n_args;
	} runs[] = {
		{ "g431.FLM", "emu:stm32g431cb", "EraseSector", { 0x08001000 }, 1 },
		{ "b/g431.FLM", "emu:stm32g431cb", "EraseSector", { 0x08001000 }, 1 },
		{ "h743-w25q128.stldr", "emu:stm32h743ii", "SectorErase",
		  { 0x90000000, 0x90000000 }, 2 },
	};
	static const char *const params[] = { "emu.trace=1", NULL };
	struct trace t = { 0 };
	const struct stk_ctx_options opt = {
		.size = sizeof(opt), .params = params, .log = trace_line, .log_data = &t
	};
	struct opened o = open_loader_with(&opt, runs[_i].file);

	t.code = o.code;
	stack_used(&o, runs[_i].chip, runs[_i].function, runs[_i].args, runs[_i].n_args);
	ck_assert_uint_gt(t.seen, 10);
	ck_assert_uint_ge(t.told, t.seen / 2);
	ck_assert_uint_gt(t.values, 0);
	close_loader(&o);
}
END_TEST

static unsigned int count_specials(const struct opened *o, enum stk_special_kind kind)
{
	unsigned int n = 0;

	for (size_t i = 0; i < o->code->n_functions; i++)
		for (size_t k = 0; k < o->code->functions[i].n_specials; k++)
			n += o->code->functions[i].specials[k].kind == kind;
	return n;
}

START_TEST(interrupts)
{
	struct opened good = open_loader("g431.FLM");
	struct opened wrong = open_loader("g431-waits-for-interrupt.FLM");

	ck_assert_uint_eq(count_specials(&good, STK_SPECIAL_DISABLE_IRQ), 0);
	ck_assert_uint_gt(count_specials(&wrong, STK_SPECIAL_DISABLE_IRQ), 0);
	close_loader(&wrong);
	close_loader(&good);
}
END_TEST

static bool same_shape(const struct stk_code_function *a,
		       const struct stk_code_function *b)
{
	return a->n_shape == b->n_shape &&
	       !memcmp(a->shape, b->shape, a->n_shape * sizeof(*a->shape));
}

/* Set c is set a, linked elsewhere; set b is built in another way. */
START_TEST(linked_elsewhere)
{
	static const char *const names[] = { "g431.FLM", "h743-w25q128.stldr" };
	struct opened a = open_loader(names[_i]), b, c;
	char path[64];

	snprintf(path, sizeof(path), "b/%s", names[_i]);
	b = open_loader(path);
	*path = 'c';
	c = open_loader(path);
	ck_assert_uint_eq(a.code->n_functions, c.code->n_functions);
	ck_assert_uint_gt(a.code->n_functions, 8);
	for (size_t i = 0; i < a.code->n_functions; i++) {
		const struct stk_code_function *f = &a.code->functions[i];

		ck_assert_uint_ne(f->address, function(&c, f->name)->address);
		ck_assert_msg(same_shape(f, function(&c, f->name)), "%s", f->name);
	}
	ck_assert(!same_shape(function(&a, "Verify"), function(&b, "Verify")));
	close_loader(&c);
	close_loader(&b);
	close_loader(&a);
}
END_TEST

static void add_size(void *data, const struct stk_code_line *l)
{
	uint64_t *size = data;

	ck_assert(l->text && *l->text);
	if (!l->data)
		*size += l->size;
}

START_TEST(listings)
{
	struct opened o = open_loader("h743-w25q128.stldr");
	struct stk_error err = { 0 };
	const struct stk_code_info *again;

	for (size_t i = 0; i < o.code->n_functions; i++) {
		uint64_t size = 0;

		ck_assert(!stk_loader_listing(o.ctx, o.loader,
					      o.code->functions[i].address, add_size,
					      &size, &err));
		ck_assert_uint_eq(size, o.code->functions[i].size);
	}
	ck_assert_int_eq(stk_loader_listing(o.ctx, o.loader, 1, add_size, NULL, &err),
			 -ENOENT);
	ck_assert(!stk_loader_code(o.ctx, o.loader, &again, &err));
	ck_assert_ptr_eq(again, o.code);
	close_loader(&o);
}
END_TEST

static void refused(const void *bytes, size_t len)
{
	struct stk_error err = { 0 };
	const struct stk_code_info *code;
	struct stk_loader *l;
	struct stk_ctx *ctx;

	ck_assert(!stk_ctx_new(NULL, &ctx, &err));
	ck_assert(!stk_loader_from_memory(ctx, "x.FLM", bytes, len, STK_LOADER_DESCRIBE,
					  &l, &err));
	ck_assert_int_eq(stk_loader_code(ctx, l, &code, &err), -ENOTSUP);
	ck_assert_str_eq(err.cause, "no-code");
	ck_assert_ptr_nonnull(strstr(err.msg, "x.FLM"));
	stk_loader_close(l);
	stk_ctx_free(ctx);
}

START_TEST(no_code)
{
	static const uint8_t code[8] = { 0x13 };
	static const struct make_section sections[] = {
		{ ".text", 1, 6, 0x20000000, code, sizeof(code) }, { 0 },
	};
	static const struct make_segment segments[] = {
		{ 1, 0x20000000, sizeof(code), sizeof(code), 5, 0 }, { 0 },
	};
	const struct make_elf foreign = {
		.machine = EM_RISCV, .sections = sections, .segments = segments,
	};
	size_t len;
	uint8_t *bytes = make_elf(&foreign, &len);

	refused("no ELF file", 11);
	refused(bytes, len);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("code");
	TCase *tc = tcase_create("own loaders");

	tcase_add_loop_test(tc, entries, 0, 3);
	tcase_add_test(tc, keys_of_the_flash);
	tcase_add_test(tc, stack_of_a_circle);
	tcase_add_loop_test(tc, stack_as_it_is, 0, 3);
	tcase_add_loop_test(tc, accesses_as_they_are, 0, 3);
	tcase_add_test(tc, interrupts);
	tcase_add_loop_test(tc, linked_elsewhere, 0, 2);
	tcase_add_test(tc, listings);
	tcase_add_test(tc, no_code);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
