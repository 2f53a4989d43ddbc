/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: whole loader files, and code of any bytes with symbols of
 * any kind, through the analysis of Thumb code. Everything that comes out is
 * read, so that a sanitizer sees what points nowhere.
 *
 * What is no ELF file is a recipe: a byte of flags, a number of symbols, five
 * bytes each (offset, size, kind), and the code.
 */
#include "core.h"

#include <string.h>

#include "lint.h"
#include "plugins/analysis/thumb.h"
#include "plugins/format/format.h"
#include "tests/unit/make-elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE		0x20000004u
#define MAX_SYMBOLS	12u
#define SYMBOL_SIZE	5u
/* Listings of one input: each takes the code apart anew. */
#define MAX_LISTINGS	3u
/* What make_elf() has room for, with all the rest. */
#define MAX_CODE	(128u << 10)

enum flag { FLAG_READ_ONLY = 1, FLAG_MOVABLE = 2, FLAG_ODD = 4 };

static const struct stk_format_driver *const drivers[] = { &stldr_driver, &flm_driver };

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void read_function(const struct stk_code_function *f)
{
	sink += f->name ? strlen(f->name) : 0;
	for (size_t i = 0; i < f->n_accesses; i++)
		sink += f->accesses[i].address + f->accesses[i].value;
	for (size_t i = 0; i < f->n_constants; i++)
		sink += f->constants[i].value;
	for (size_t i = 0; i < f->n_specials; i++)
		sink += strlen(f->specials[i].text) +
			strlen(stk_special_name(f->specials[i].kind));
	for (size_t i = 0; i < f->n_calls; i++)
		sink += f->calls[i].target;
	for (size_t i = 0; i < f->n_shape; i++)
		sink += f->shape[i];
	if (f->size < 2 || !f->n_shape || f->stack < f->stack_own)
		abort();
}

static void read_line(void *data, const struct stk_code_line *l)
{
	if (!l->size || l->size > 4 || !*l->text)
		abort();
	sink += strlen(l->text) + l->bytes[l->size - 1] + l->target + l->value;
}

/* The rules that go by the code. */
static void check(struct stk_loader *loader, const struct stk_code_info *code)
{
	struct lint l = {
		.loader = loader, .info = &loader->info, .device = loader->info.device,
		.code = code,
	};

	if (loader_check(loader, &l, NULL))
		abort();
}

static void read_code(struct stk_loader *l)
{
	const struct stk_code_info *info;
	uint64_t before = 0;

	if (code_take_apart(l, &thumb_driver, NULL) ||
	    stk_loader_code(NULL, l, &info, NULL))
		return;
	for (size_t i = 0; i < info->n_functions; i++) {
		if (i && info->functions[i].address <= before)
			abort();
		before = info->functions[i].address;
		read_function(&info->functions[i]);
	}
	check(l, info);
	for (size_t i = 0; i < info->n_functions && i < MAX_LISTINGS; i++)
		if (stk_loader_listing(NULL, l, info->functions[i].address, read_line,
				       NULL, NULL))
			abort();
}

static void take_file(uint8_t *bytes, size_t len, bool movable)
{
	struct stk_loader *l;

	if (loader_parse(drivers, ARRAY_SIZE(drivers), "fuzz.FLM", bytes, len,
			 STK_LOADER_DESCRIBE, &l, NULL))
		return;
	if (movable)
		l->info.position_independent = true;
	if (l->elf && l->n_chunks)
		read_code(l);
	stk_loader_close(l);
}

static size_t add_symbols(const uint8_t *data, size_t size, struct make_symbol *symbols)
{
	static const struct { const char *name; uint8_t info; } kinds[] = {
		{ "Init", MAKE_FUNC }, { "local", MAKE_LOCAL }, { "table", MAKE_OBJECT },
		{ "$t", 0 }, { "$d", 0 }, { "$d.realdata", 0 },
	};
	size_t count = data[1] % (MAX_SYMBOLS + 1), n = 0;

	for (size_t at = 2; n < count && at + SYMBOL_SIZE <= size; at += SYMBOL_SIZE) {
		const uint8_t *p = data + at;
		unsigned int kind = p[4] % ARRAY_SIZE(kinds);

		symbols[n++] = (struct make_symbol){
			.name = kinds[kind].name,
			.info = kinds[kind].info,
			.value = BASE + get_le16(p),
			.size = get_le16(p + 2),
			.section = 1,
		};
	}
	return 2 + n * SYMBOL_SIZE;
}

static void take_recipe(const uint8_t *data, size_t size)
{
	struct make_symbol symbols[MAX_SYMBOLS + 1] = { { 0 } };
	size_t at = add_symbols(data, size, symbols), len;
	const uint64_t base = data[0] & FLAG_ODD ? BASE + 1 : BASE;
	const uint32_t writable = data[0] & FLAG_READ_ONLY ? 0 : 2;
	const struct make_section sections[] = {
		{ ".text", 1, 6, base, data + at, size - at }, { 0 },
	};
	const struct make_segment segments[] = {
		{ 1, base, size - at, size - at, 5 | writable, 0 }, { 0 },
	};
	const struct make_elf m = {
		.sections = sections, .segments = segments, .symbols = symbols,
	};
	uint8_t *bytes = make_elf(&m, &len);

	if (bytes)
		take_file(bytes, len, data[0] & FLAG_MOVABLE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (size < 2 || size > MAX_CODE)
		return 0;
	if (memcmp(data, "\x7f" "E", 2)) {
		take_recipe(data, size);
		return 0;
	}
	copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	take_file(copy, size, false);
	return 0;
}
