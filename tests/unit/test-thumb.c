/* SPDX-License-Identifier: MIT */
/*
 * What the analysis of Thumb code finds: snippets of code, each with what is
 * to be found in it, in one line.
 */
#include "core.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plugins/analysis/thumb.h"
#include "unit.h"

#define BASE		0x20000000u
#define MAX_CODE	40
#define MAX_SYMBOLS	4

enum option {
	READ_ONLY = 1,		/* the segment is not writable */
	MOVABLE = 2,		/* position-independent */
	EMPTY = 4,		/* no bytes, no symbols */
	EVERYTHING = 8,		/* constants and levels, too */
	NO_SYMBOL = 16,		/* nothing at the first instruction */
};

struct snippet {
	const char *what, *assembly;
	uint16_t code[MAX_CODE];
	size_t len;
	unsigned int options;
	struct stk_code_symbol symbols[MAX_SYMBOLS];	/* addresses from 0 */
	const char *expect;
};

/* check-thumb-cases.py assembles the text, here and there, and compares. */
#define ASM(text)	text
#define CODE(...)	{ __VA_ARGS__ }, sizeof((uint16_t[]){ __VA_ARGS__ })
#define FUNCTION(n, a, s)	{ .name = n, .address = a, .size = s, .op = STK_OP_OTHER }
#define ENTRY(n, a, s)	{ .name = n, .address = a, .size = s, .entry = true }
#define DATA_FROM(a)	{ .name = "$d", .address = a, .kind = STK_CODE_SYMBOL_DATA_FROM }
#define CODE_FROM(a)	{ .name = "$t", .address = a, .kind = STK_CODE_SYMBOL_CODE_FROM }

#include "thumb-cases.h"

/* ---- what comes out, as text ------------------------------------------- */

struct stk_code_builder {
	unsigned int options;
	char text[2048];
	uint32_t shape[MAX_CODE];
	size_t n_shape;
};

static void say(struct stk_code_builder *b, const char *fmt, ...)
{
	size_t n = strlen(b->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(b->text + n, sizeof(b->text) - n, fmt, args);
	va_end(args);
}

static unsigned int offset(uint64_t address)
{
	return (unsigned int)(address - BASE);
}

static void say_accesses(struct stk_code_builder *b, const struct stk_code_function *f)
{
	for (size_t i = 0; i < f->n_accesses; i++) {
		const struct stk_code_access *a = &f->accesses[i];

		say(b, " %x:%c%u[%llx]", offset(a->pc), a->write ? 'w' : 'r', a->size,
		    (unsigned long long)a->address);
		if (a->has_value)
			say(b, "=%x", a->value);
	}
	for (size_t i = 0; i < f->n_constants && b->options & EVERYTHING; i++)
		say(b, " %x:#%x", offset(f->constants[i].pc), f->constants[i].value);
}

static void say_specials(struct stk_code_builder *b, const struct stk_code_function *f)
{
	for (size_t i = 0; i < f->n_specials; i++) {
		const struct stk_code_special *s = &f->specials[i];

		if (s->kind >= STK_SPECIAL_FPU && s->kind <= STK_SPECIAL_V7EM &&
		    !(b->options & EVERYTHING))
			continue;
		say(b, " %x:%s", offset(s->pc), stk_special_name(s->kind));
		if (b->options & EVERYTHING)
			say(b, "(%s)", s->text);
	}
}

/* The core's part is played here, so that nothing but the analysis is tested. */
int stk_build_code_function(struct stk_code_builder *b, const struct stk_code_function *f,
			    struct stk_error *err)
{
	say(b, "%s%s@%x %u %u/%u%s", *b->text ? "; " : "", f->name ? f->name : "-",
	    offset(f->address), (unsigned int)f->size, f->stack_own, f->stack,
	    f->stack_bounded ? "" : "+");
	for (size_t i = 0; i < f->n_shape && b->n_shape < MAX_CODE; i++)
		b->shape[b->n_shape++] = f->shape[i];
	say_accesses(b, f);
	say_specials(b, f);
	for (size_t i = 0; i < f->n_calls; i++) {
		if (f->calls[i].target)
			say(b, " %x>%x", offset(f->calls[i].pc),
			    offset(f->calls[i].target));
		else
			say(b, " %x>?", offset(f->calls[i].pc));
	}
	return 0;
}

const char *stk_special_name(enum stk_special_kind kind)
{
	static const char *const names[STK_SPECIAL_COUNT] = {
		[STK_SPECIAL_WAIT] = "wait",
		[STK_SPECIAL_ENABLE_IRQ] = "enable",
		[STK_SPECIAL_DISABLE_IRQ] = "disable",
		[STK_SPECIAL_SET_IRQ] = "set",
		[STK_SPECIAL_SVC] = "svc",
		[STK_SPECIAL_BREAKPOINT] = "breakpoint",
		[STK_SPECIAL_SYSTEM] = "system",
		[STK_SPECIAL_FPU] = "fpu",
		[STK_SPECIAL_FPU_DOUBLE] = "double",
		[STK_SPECIAL_V7M] = "v7m",
		[STK_SPECIAL_V7EM] = "v7em",
		[STK_SPECIAL_UNDEFINED] = "undefined",
	};

	return names[kind];
}

/* ---- what goes in ------------------------------------------------------- */

struct input {
	struct stk_code_input in;
	struct stk_loader_info loader;
	struct stk_segment segment;
	struct stk_chunk chunk;
	struct stk_code_symbol symbols[MAX_SYMBOLS + 1];
	uint8_t *bytes;		/* exactly as many, for the sanitizers */
	uint32_t base;
};

static int by_address(const void *a, const void *b)
{
	const struct stk_code_symbol *x = a, *y = b;

	return x->address != y->address ? (x->address > y->address ? 1 : -1) :
					  (int)x->kind - (int)y->kind;
}

static void add_symbols(struct input *i, const struct snippet *s)
{
	size_t n = 0;

	if (!(s->options & NO_SYMBOL))
		i->symbols[n++] = (struct stk_code_symbol){
			.name = "f", .address = i->base, .entry = true };
	for (size_t k = 0; k < MAX_SYMBOLS && s->symbols[k].name; k++) {
		i->symbols[n] = s->symbols[k];
		i->symbols[n++].address += i->base;
	}
	qsort(i->symbols, n, sizeof(*i->symbols), by_address);
	i->in.symbols = i->symbols;
	i->in.n_symbols = n;
}

static void make_input(struct input *i, const struct snippet *s, uint32_t base)
{
	*i = (struct input){ .base = base };
	i->bytes = malloc(s->len ? s->len : 1);
	ck_assert_ptr_nonnull(i->bytes);
	for (size_t k = 0; k < s->len; k++)
		i->bytes[k] = (uint8_t)(s->code[k / 2] >> 8 * (k % 2));
	i->segment = (struct stk_segment){
		.vaddr = base, .file_size = s->len, .mem_size = s->len, .r = true,
		.w = !(s->options & READ_ONLY), .x = true };
	i->loader = (struct stk_loader_info){
		.segments = &i->segment, .n_segments = 1, .link_address = base,
		.ram_size = s->len, .position_independent = s->options & MOVABLE };
	i->chunk = (struct stk_chunk){ base, i->bytes, s->len };
	i->in = (struct stk_code_input){
		.size = sizeof(i->in), .loader = &i->loader, .chunks = &i->chunk,
		.n_chunks = s->len ? 1 : 0 };
	if (!(s->options & EMPTY))
		add_symbols(i, s);
}

START_TEST(find)
{
	const struct snippet *s = &snippets[_i];
	struct stk_code_builder b = { .options = s->options };
	struct stk_error err = { 0 };
	struct input i;

	make_input(&i, s, BASE);
	ck_assert_msg(!thumb_driver.analyse(&i.in, &b, &err), "%s: %s", s->what, err.msg);
	free(i.bytes);
	ck_assert_msg(!strcmp(b.text, s->expect), "%s (%s):\n found  %s\n expect %s",
		      s->what, s->assembly, b.text, s->expect);
}
END_TEST

/* ---- shapes -------------------------------------------------------------- */

/* The same place for the first, another for the second. */
#define ELSEWHERE	0x24001000u

static const struct pair {
	const char *what;
	struct snippet a, b;
	bool same;
} pairs[] = {
	{ "linked elsewhere: a literal, MOVW and MOVT, a call",
	  { "",
	    ASM("ldr r0, 1f; movw r1, #0x0010; movt r1, #0x2000; str r0, [r1]; bl 2f; "
		"bx lr; .balign 4; 1: .word 0x20000004; 2: bx lr"),
	    CODE(0x4804, 0xf240, 0x0110, 0xf2c2, 0x0100, 0x6008, 0xf000, 0xf804, 0x4770,
		 0xbf00, 0x0004, 0x2000, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("ldr r0, 1f; movw r1, #0x1010; movt r1, #0x2400; str r0, [r1]; bl 2f; "
		"bx lr; .balign 4; 1: .word 0x24001004; 2: bx lr"),
	    CODE(0x4804, 0xf241, 0x0110, 0xf2c2, 0x4100, 0x6008, 0xf000, 0xf804, 0x4770,
		 0xbf00, 0x1004, 0x2400, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  true },
	{ "other distances to literals and targets",
	  { "",
	    ASM("ldr r0, 1f; adr r1, 1f; beq 2f; bx lr; .space 4; .balign 4; "
		"1: .word 0x40022000; 2: bx lr"),
	    CODE(0x4802, 0xa102, 0xd004, 0x4770, 0x0000, 0x0000, 0x2000, 0x4002, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("ldr r0, 1f; adr r1, 1f; beq 2f; bx lr; .balign 4; "
		"1: .word 0x40022000; 2: bx lr"),
	    CODE(0x4801, 0xa101, 0xd002, 0x4770, 0x2000, 0x4002, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  true },
	{ "another way from the program counter to a place in the image",
	  { "",
	    ASM("ldr r0, 1f; add r0, pc; bx lr; .balign 4; 1: .word 6; .word 0; .word 0"),
	    CODE(0x4801, 0x4478, 0x4770, 0xbf00, 0x0006, 0x0000, 0x0000, 0x0000, 0x0000,
		 0x0000),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("ldr r0, 1f; add r0, pc; bx lr; .balign 4; 1: .word 10; .word 0; .word "
		"0"),
	    CODE(0x4801, 0x4478, 0x4770, 0xbf00, 0x000a, 0x0000, 0x0000, 0x0000, 0x0000,
		 0x0000),
	    0,
	    { { 0 } },
	    "" },
	  true },
	{ "a way out of the image",
	  { "",
	    ASM("ldr r0, 1f; add r0, pc; bx lr; .balign 4; 1: .word 0x10000006"),
	    CODE(0x4801, 0x4478, 0x4770, 0xbf00, 0x0006, 0x1000),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("ldr r0, 1f; add r0, pc; bx lr; .balign 4; 1: .word 0x1000000a"),
	    CODE(0x4801, 0x4478, 0x4770, 0xbf00, 0x000a, 0x1000),
	    0,
	    { { 0 } },
	    "" },
	  false },
	{ "another literal",
	  { "",
	    ASM("ldr r0, 1f; bx lr; 1: .word 0x40022000"),
	    CODE(0x4800, 0x4770, 0x2000, 0x4002),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("ldr r0, 1f; bx lr; 1: .word 0x40022004"),
	    CODE(0x4800, 0x4770, 0x2004, 0x4002),
	    0,
	    { { 0 } },
	    "" },
	  false },
	{ "another number",
	  { "", ASM("movs r0, #1; bx lr"), CODE(0x2001, 0x4770), 0, { { 0 } }, "" },
	  { "", ASM("movs r0, #2; bx lr"), CODE(0x2002, 0x4770), 0, { { 0 } }, "" },
	  false },
	{ "an address that stays",
	  { "",
	    ASM("movw r1, #0x0010; movt r1, #0x4002; bx lr"),
	    CODE(0xf240, 0x0110, 0xf2c4, 0x0102, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  { "",
	    ASM("movw r1, #0x1010; movt r1, #0x4002; bx lr"),
	    CODE(0xf241, 0x0110, 0xf2c4, 0x0102, 0x4770),
	    0,
	    { { 0 } },
	    "" },
	  false },
};

static void analyse(const struct snippet *s, uint32_t base, struct stk_code_builder *b)
{
	struct input i;

	make_input(&i, s, base);
	ck_assert(!thumb_driver.analyse(&i.in, b, NULL));
	free(i.bytes);
}

START_TEST(shape)
{
	const struct pair *p = &pairs[_i];
	struct stk_code_builder a = { 0 }, b = { 0 };
	bool same;

	analyse(&p->a, BASE, &a);
	analyse(&p->b, ELSEWHERE, &b);
	ck_assert_msg(a.n_shape > 1, "%s", p->what);
	same = a.n_shape == b.n_shape &&
	       !memcmp(a.shape, b.shape, a.n_shape * sizeof(*a.shape));
	ck_assert_msg(same == p->same, "%s", p->what);
}
END_TEST

/* ---- listings ------------------------------------------------------------ */

static const struct snippet listed = {
	"a listing",
	ASM("push {r4, lr}; ldr r0, 1f; str r1, [r0, #4]; bl 2f; it eq; moveq r0, #0; "
	    "pop {r4, pc}; .balign 4; 1: .word 0x40022000; 2: bx lr"),
	CODE(0xb510, 0x4803, 0x6041, 0xf000, 0xf805, 0xbf08, 0x2000, 0xbd10, 0x2000,
	     0x4002, 0x4770),
	0,
	{ { 0 } },
	"20000000 10 b5 push {r4, lr}\n"
	"20000002 03 48 ldr r0, [pc, #0xc] @20000010 =40022000\n"
	"20000004 41 60 str r1, [r0, #4] w@40022004\n"
	"20000006 00 f0 05 f8 bl #0x20000014 @20000014\n"
	"2000000a 08 bf it eq\n"
	"2000000c 00 20 moveq r0, #0\n"
	"2000000e 10 bd pop {r4, pc}\n"
	"20000010 data 00 20 02 40 .word 0x40022000 =40022000\n",
};

static void add_line(void *data, const struct stk_code_line *l)
{
	struct stk_code_builder *b = data;

	say(b, "%llx%s", (unsigned long long)l->address, l->data ? " data" : "");
	for (unsigned int k = 0; k < l->size; k++)
		say(b, " %02x", l->bytes[k]);
	say(b, " %s", l->text);
	if (l->has_address)
		say(b, " %s@%llx", l->write ? "w" : "", (unsigned long long)l->target);
	if (l->has_value)
		say(b, " =%x", l->value);
	say(b, "\n");
}

START_TEST(list)
{
	struct stk_code_builder b = { 0 };
	struct stk_error err = { 0 };
	struct input i;

	make_input(&i, &listed, BASE);
	ck_assert_msg(!thumb_driver.list(&i.in, BASE, add_line, &b, &err), "%s", err.msg);
	ck_assert_str_eq(b.text, listed.expect);
	ck_assert_int_eq(thumb_driver.list(&i.in, BASE + 2, add_line, &b, &err), -ENOENT);
	ck_assert_str_eq(err.cause, "no-function");
	ck_assert_int_eq(thumb_driver.list(&i.in, UINT64_C(1) << 32, add_line, &b, &err),
			 -ENOENT);
	free(i.bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thumb");
	TCase *tc = tcase_create("snippets");

	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(snippets));
	tcase_add_loop_test(tc, shape, 0, ARRAY_SIZE(pairs));
	tcase_add_test(tc, list);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
