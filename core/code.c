/* SPDX-License-Identifier: MIT */
/*
 * The code of a loader: what an analysis module gets to see of it, and the
 * facts that it finds, kept with the loader.
 */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader-priv.h"
#include "modules.h"

/* Far more than any loader has; what a module may make us keep. */
#define MAX_FUNCTIONS	20000u
#define MAX_FACTS	1000000u

struct code {
	struct stk_code_info info;
	struct stk_code_function *functions;
	size_t room, n_facts;
	struct stk_chunk *chunks;
	struct stk_code_symbol *symbols;
	size_t n_symbols, symbol_room;
	struct stk_code_input input;
	const struct stk_analysis_driver *driver;
	struct arena arena;
};

struct stk_code_builder {
	struct code *code;
};

static const char *const special_names[STK_SPECIAL_COUNT] = {
	[STK_SPECIAL_WAIT] = "wait",
	[STK_SPECIAL_ENABLE_IRQ] = "enable-irq",
	[STK_SPECIAL_DISABLE_IRQ] = "disable-irq",
	[STK_SPECIAL_SET_IRQ] = "set-irq",
	[STK_SPECIAL_SVC] = "svc",
	[STK_SPECIAL_BREAKPOINT] = "breakpoint",
	[STK_SPECIAL_SYSTEM] = "system-register",
	[STK_SPECIAL_FPU] = "fpu",
	[STK_SPECIAL_FPU_DOUBLE] = "fpu-double",
	[STK_SPECIAL_V7M] = "armv7-m",
	[STK_SPECIAL_V7EM] = "armv7e-m",
	[STK_SPECIAL_UNDEFINED] = "undefined",
};

const char *stk_special_name(enum stk_special_kind kind)
{
	return (unsigned int)kind < STK_SPECIAL_COUNT ? special_names[kind] : "unknown";
}

void code_free(struct code *code)
{
	if (!code)
		return;
	arena_free(&code->arena);
	free(code->functions);
	free(code->chunks);
	free(code->symbols);
	free(code);
}

static void code_freep(struct code **code)
{
	code_free(*code);
}

/* ---- what the module fills -------------------------------------------- */

static int copy_specials(struct code *c, struct stk_code_function *f)
{
	struct stk_code_special *s =
		arena_copy(&c->arena, f->specials, f->n_specials * sizeof(*s));

	f->specials = s;
	for (size_t i = 0; s && i < f->n_specials; i++) {
		s[i].text = arena_strdup(&c->arena, s[i].text);
		if (!s[i].text)
			return -ENOMEM;
	}
	return s ? 0 : -ENOMEM;
}

static int copy_function(struct code *c, struct stk_code_function *f)
{
	struct arena *a = &c->arena;

	if (f->name)
		f->name = arena_strdup(a, f->name);
	f->accesses = arena_copy(a, f->accesses, f->n_accesses * sizeof(*f->accesses));
	f->constants = arena_copy(a, f->constants,
				  f->n_constants * sizeof(*f->constants));
	f->calls = arena_copy(a, f->calls, f->n_calls * sizeof(*f->calls));
	f->shape = arena_copy(a, f->shape, f->n_shape * sizeof(*f->shape));
	if (!f->accesses || !f->constants || !f->calls || !f->shape)
		return -ENOMEM;
	return copy_specials(c, f);
}

int stk_build_code_function(struct stk_code_builder *b,
			    const struct stk_code_function *function,
			    struct stk_error *err)
{
	struct code *c = b->code;
	struct stk_code_function f = *function;

	c->n_facts += f.n_accesses + f.n_constants + f.n_calls + f.n_specials + f.n_shape;
	if (c->info.n_functions == MAX_FUNCTIONS || c->n_facts > MAX_FACTS)
		return stk_fail(err, STK_ORIGIN_INPUT, E2BIG, "too-much-code",
				"more than %u functions or %u facts about them",
				MAX_FUNCTIONS, MAX_FACTS);
	if (c->info.n_functions == c->room) {
		size_t room = c->room ? 2 * c->room : 32;
		void *grown = reallocarray(c->functions, room, sizeof(f));

		if (!grown)
			return stk_fail_nomem(err);
		c->functions = grown;
		c->room = room;
	}
	if (copy_function(c, &f))
		return stk_fail_nomem(err);
	c->functions[c->info.n_functions++] = f;
	c->info.functions = c->functions;
	return 0;
}

/* ---- what the module reads -------------------------------------------- */

struct symbol_walk {
	const struct stk_loader *loader;
	struct code *code;
};

/* The operation that a host wants from the function at @address; false: none. */
static bool entry_at(const struct stk_loader *l, uint64_t address, enum stk_op *ret)
{
	for (size_t i = 0; i < l->info.n_functions; i++) {
		const struct stk_function *f = &l->info.functions[i];

		if ((f->address & ~UINT64_C(1)) == address) {
			*ret = f->op;
			return f->op != STK_OP_OTHER;
		}
	}
	*ret = STK_OP_OTHER;
	return false;
}

/* What a symbol is to an analysis; false: nothing. */
static bool kind_of(const struct stk_elf_symbol *s, enum stk_code_symbol_kind *ret)
{
	if (s->name[0] == '$') {
		*ret = s->name[1] == 't' ? STK_CODE_SYMBOL_CODE_FROM
					 : STK_CODE_SYMBOL_DATA_FROM;
		return (s->name[1] == 't' || s->name[1] == 'd') &&
		       (!s->name[2] || s->name[2] == '.');
	}
	*ret = s->type == STT_OBJECT ? STK_CODE_SYMBOL_OBJECT : STK_CODE_SYMBOL_FUNCTION;
	return s->type == STT_FUNC || s->type == STT_OBJECT;
}

static bool in_image(const struct stk_loader *l, uint64_t address)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *c = &l->chunks[i];

		if (address >= c->addr && address - c->addr < c->len)
			return true;
	}
	return false;
}

static int push_symbol(struct code *c, struct stk_code_symbol s)
{
	if (c->n_symbols == c->symbol_room) {
		size_t room = c->symbol_room ? 2 * c->symbol_room : 64;
		void *grown = reallocarray(c->symbols, room, sizeof(s));

		if (!grown)
			return -ENOMEM;
		c->symbols = grown;
		c->symbol_room = room;
	}
	c->symbols[c->n_symbols++] = s;
	return 0;
}

static int add_symbol(void *data, const struct stk_elf_symbol *s)
{
	struct symbol_walk *w = data;
	struct stk_code_symbol c = { .name = s->name,
				     .address = s->value,
				     .size = s->size };

	if (!kind_of(s, &c.kind))
		return 0;
	if (c.kind == STK_CODE_SYMBOL_FUNCTION)
		c.address &= ~UINT64_C(1);
	if (!in_image(w->loader, c.address))
		return 0;
	c.op = STK_OP_OTHER;
	if (c.kind == STK_CODE_SYMBOL_FUNCTION)
		c.entry = entry_at(w->loader, c.address, &c.op);
	return push_symbol(w->code, c);
}

/* Functions from assembly have symbols without a type. */
static int add_entries(struct code *c, const struct stk_loader *l)
{
	for (size_t i = 0; i < l->info.n_functions; i++) {
		const struct stk_function *f = &l->info.functions[i];
		struct stk_code_symbol s = {
			.name = f->name, .address = f->address & ~UINT64_C(1),
			.size = f->size, .kind = STK_CODE_SYMBOL_FUNCTION, .op = f->op,
			.entry = f->op != STK_OP_OTHER,
		};
		bool known = false;

		for (size_t k = 0; k < c->n_symbols && !known; k++)
			known = c->symbols[k].address == s.address &&
				c->symbols[k].kind == STK_CODE_SYMBOL_FUNCTION;
		if (!known && in_image(l, s.address) && push_symbol(c, s))
			return -ENOMEM;
	}
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct stk_code_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int make_input(struct code *c, const struct stk_loader *l, struct stk_error *err)
{
	struct symbol_walk w = { l, c };

	c->chunks = calloc(l->n_chunks ? l->n_chunks : 1, sizeof(*c->chunks));
	if (!c->chunks || stk_elf_each_symbol(l->elf, add_symbol, &w) ||
	    add_entries(c, l))
		return stk_fail_nomem(err);
	if (c->n_symbols)
		qsort(c->symbols, c->n_symbols, sizeof(*c->symbols), by_address);
	c->input = (struct stk_code_input){
		.size = sizeof(c->input), .loader = &l->info,
		.chunks = c->chunks, .symbols = c->symbols, .n_symbols = c->n_symbols,
	};
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *p = &l->chunks[i];

		if (p->len)
			c->chunks[c->input.n_chunks++] =
				(struct stk_chunk){ p->addr, p->data, (size_t)p->len };
	}
	return 0;
}

/* ---- the public side -------------------------------------------------- */

static int functions_by_address(const void *a, const void *b)
{
	const struct stk_code_function *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static int no_code(const struct stk_loader *l, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOTSUP, "no-code",
			"'%s' has no Thumb code that could be taken apart", l->info.path);
}

int code_take_apart(struct stk_loader *l, const struct stk_analysis_driver *driver,
		    struct stk_error *err)
{
	stk_cleanup(code_freep) struct code *c = calloc(1, sizeof(*c));
	struct stk_code_builder b = { c };
	int r = c ? make_input(c, l, err) : stk_fail_nomem(err);

	if (r)
		return r;
	c->driver = driver;
	c->info.analysis = driver->name;
	r = driver->analyse(&c->input, &b, err);
	if (r)
		return r;
	if (c->info.n_functions)
		qsort(c->functions, c->info.n_functions, sizeof(*c->functions),
		      functions_by_address);
	l->code = take_ptr(c);
	return 0;
}

static int take_apart(struct stk_ctx *ctx, struct stk_loader *l, struct stk_error *err)
{
	const struct stk_analysis_driver *const *drivers;
	size_t n;
	int r;

	if (!l->elf || stk_elf_header(l->elf)->machine != EM_ARM || !l->n_chunks)
		return no_code(l, err);
	r = module_analyses(ctx, &drivers, &n, err);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (stk_offers(drivers[i], analyse) && stk_offers(drivers[i], list))
			return code_take_apart(l, drivers[i], err);
	}
	return stk_fail(err, STK_ORIGIN_TARGET, ENOENT, "no-modules",
			"no analysis module takes code apart and lists it");
}

int stk_loader_code(struct stk_ctx *ctx, struct stk_loader *loader,
		    const struct stk_code_info **ret, struct stk_error *err)
{
	int r = loader->code ? 0 : take_apart(ctx, loader, err);

	if (r)
		return r;
	*ret = &loader->code->info;
	return 0;
}

int stk_loader_listing(struct stk_ctx *ctx, struct stk_loader *loader, uint64_t address,
		       void (*line)(void *data, const struct stk_code_line *line),
		       void *data, struct stk_error *err)
{
	const struct stk_code_info *info;
	int r = stk_loader_code(ctx, loader, &info, err);

	if (r)
		return r;
	return loader->code->driver->list(&loader->code->input, address, line, data, err);
}

const uint8_t *stk_loader_bytes(const struct stk_loader *loader, uint64_t addr,
				size_t *ret_len)
{
	for (size_t i = 0; i < loader->n_chunks; i++) {
		const struct loader_chunk *c = &loader->chunks[i];

		if (addr < c->addr || addr - c->addr >= c->len)
			continue;
		*ret_len = (size_t)(c->len - (addr - c->addr));
		return c->data + (addr - c->addr);
	}
	return NULL;
}
