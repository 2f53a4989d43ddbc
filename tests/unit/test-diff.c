/* SPDX-License-Identifier: MIT */
/* Edit scripts, and functions and facts that are matched, on made-up shapes. */
#include <stdio.h>
#include <string.h>

#include "diff.h"
#include "unit.h"

/* ---- edit scripts ----------------------------------------------------- */

#define MAX	64

/* Each letter is an instruction. */
static size_t shape_of(const char *text, uint32_t *ret)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		ret[i] = (uint32_t)(unsigned char)text[i];
	return n;
}

/* The textbook way: no cleverness, no limit. */
static size_t longest_common(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t *row = calloc(m + 1, sizeof(*row)), best;

	ck_assert_ptr_nonnull(row);
	for (size_t i = 0; i < n; i++) {
		size_t diagonal = 0;

		for (size_t k = 0; k < m; k++) {
			size_t above = row[k + 1];

			if (a[i] == b[k])
				row[k + 1] = diagonal + 1;
			else if (row[k] > above)
				row[k + 1] = row[k];
			diagonal = above;
		}
	}
	best = row[m];
	free(row);
	return best;
}

/* What is not marked must be the same on both sides, in order. */
static size_t check_script(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
			   const struct diff_edit *e)
{
	size_t i = 0, k = 0, common = 0, removed = 0, added = 0;

	while (i < n || k < m) {
		if (i < n && e->only_a[i]) {
			i++;
			removed++;
		} else if (k < m && e->only_b[k]) {
			k++;
			added++;
		} else {
			ck_assert(i < n && k < m);
			ck_assert_uint_eq(a[i++], b[k++]);
			common++;
		}
	}
	ck_assert_uint_eq(removed, e->removed);
	ck_assert_uint_eq(added, e->added);
	return common;
}

static void check_least(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	struct diff_edit e;

	ck_assert_int_eq(diff_edit(a, n, b, m, &e), 0);
	ck_assert_uint_eq(check_script(a, n, b, m, &e), longest_common(a, n, b, m));
	diff_edit_free(&e);
}

static const struct {
	const char *a, *b;
	size_t removed, added;
} edit_case[] = {
	{ "", "", 0, 0 },
	{ "abc", "abc", 0, 0 },
	{ "abc", "", 3, 0 },
	{ "", "abc", 0, 3 },
	{ "abc", "abxc", 0, 1 },
	{ "abc", "xyz", 3, 3 },
	{ "abcabba", "cbabac", 3, 2 },	/* Myers's own example */
	{ "aaaa", "aa", 2, 0 },
	{ "xabcdey", "abcdez", 2, 1 },
};

START_TEST(edit_known)
{
	const __typeof__(*edit_case) *c = &edit_case[_i];
	uint32_t a[MAX], b[MAX];
	size_t n = shape_of(c->a, a), m = shape_of(c->b, b);
	struct diff_edit e;

	ck_assert_int_eq(diff_edit(a, n, b, m, &e), 0);
	check_script(a, n, b, m, &e);
	ck_assert_uint_eq(e.removed, c->removed);
	ck_assert_uint_eq(e.added, c->added);
	diff_edit_free(&e);
}
END_TEST

/* xorshift: the same sequence in every run. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

START_TEST(edit_is_the_least)
{
	uint32_t state = 2463534242u + (uint32_t)_i;

	for (int round = 0; round < 200; round++) {
		uint32_t a[MAX], b[MAX], letters = 1 + next_random(&state) % 6;
		size_t n = next_random(&state) % MAX, m = next_random(&state) % MAX;

		for (size_t i = 0; i < n; i++)
			a[i] = next_random(&state) % letters;
		for (size_t i = 0; i < m; i++)
			b[i] = next_random(&state) % letters;
		check_least(a, n, b, m);
	}
}
END_TEST

/* A long function with a few edits is within the limit: still the least. */
START_TEST(edit_of_a_long_one)
{
	enum { N = 6000, M = N - 1 };
	uint32_t *a = calloc(N, sizeof(*a)), *b = calloc(N, sizeof(*b)), state = 1;

	for (size_t i = 0; i < N; i++)
		a[i] = next_random(&state) % 1000;
	memcpy(b, a, 3000 * sizeof(*b));
	memcpy(b + 3000, a + 3001, (N - 3001) * sizeof(*b));
	for (size_t i = 17; i < M; i += 97)
		b[i] = 5000;
	check_least(a, N, b, M);
	free(a);
	free(b);
}
END_TEST

/* Nothing in common but a few: no least script is promised, but a right one. */
START_TEST(edit_beyond_the_limit)
{
	enum { N = 40000 };
	uint32_t *a = calloc(N, sizeof(*a)), *b = calloc(N, sizeof(*b)), state = 7;
	struct diff_edit e;

	for (size_t i = 0; i < N; i++) {
		a[i] = next_random(&state) % 50000;
		b[i] = next_random(&state) % 50000;
	}
	ck_assert_int_eq(diff_edit(a, N, b, N, &e), 0);
	check_script(a, N, b, N, &e);
	diff_edit_free(&e);
	free(a);
	free(b);
}
END_TEST

/* ---- which function is which ------------------------------------------- */

#define MAX_FUNCTIONS	6

struct made {
	const char *name;	/* NULL: none */
	const char *code;
	enum stk_op op;		/* STK_OP_OTHER: nothing that hosts call */
};

static const struct {
	const char *what;
	struct made a[MAX_FUNCTIONS], b[MAX_FUNCTIONS];
	size_t na, nb;
	/* For each of A: the one of B, or -1; and how */
	int b_of[MAX_FUNCTIONS];
	enum stk_diff_match how[MAX_FUNCTIONS];
} match_case[] = {
	{ "by name, in any order, whatever the code",
	  { { "Init", "abcdefgh", STK_OP_INIT }, { "f", "klmnopqrst", STK_OP_OTHER } },
	  { { "f", "abcdefgh", STK_OP_OTHER }, { "Init", "klmnopqrst", STK_OP_INIT } },
	  2, 2, { 1, 0 }, { STK_MATCH_NAME, STK_MATCH_NAME } },
	{ "by what hosts call",
	  { { "EraseChip", "abcdefgh", STK_OP_ERASE_CHIP }, { "Verify", "v", STK_OP_VERIFY } },
	  { { "MassErase", "zyxwvuts", STK_OP_ERASE_CHIP }, { "Read", "r", STK_OP_READ } },
	  2, 2, { 0, -1 }, { STK_MATCH_OP, STK_MATCH_NONE } },
	{ "by the same code without a name",
	  { { "poll", "abcdefgh", STK_OP_OTHER }, { NULL, "mnopqrs", STK_OP_OTHER } },
	  { { NULL, "mnopqrs", STK_OP_OTHER }, { NULL, "abcdefgh", STK_OP_OTHER } },
	  2, 2, { 1, 0 }, { STK_MATCH_CODE, STK_MATCH_CODE } },
	{ "renamed, the same code",
	  { { "wait", "abcdefgh", STK_OP_OTHER } }, { { "poll", "abcdefgh", STK_OP_OTHER } },
	  1, 1, { 0 }, { STK_MATCH_CODE } },
	{ "short ones with other names are alike by chance",
	  { { "wait", "ret", STK_OP_OTHER } }, { { "poll", "ret", STK_OP_OTHER } },
	  1, 1, { -1 }, { STK_MATCH_NONE } },
	{ "two that are alike cannot be told apart by other names",
	  { { "a1", "abcdefgh", STK_OP_OTHER }, { "a2", "abcdefgh", STK_OP_OTHER } },
	  { { "b1", "abcdefgh", STK_OP_OTHER }, { "b2", "abcdefgh", STK_OP_OTHER } },
	  2, 2, { 0, 1 }, { STK_MATCH_SIMILAR, STK_MATCH_SIMILAR } },
	{ "static functions of the same name, by their code",
	  { { "delay", "abcdefgh", STK_OP_OTHER }, { "delay", "mnopqrstu", STK_OP_OTHER } },
	  { { "delay", "mnopqrstu", STK_OP_OTHER }, { "delay", "abcdefgh", STK_OP_OTHER } },
	  2, 2, { 1, 0 }, { STK_MATCH_CODE, STK_MATCH_CODE } },
	{ "by most of the code",
	  { { NULL, "abcdefghij", STK_OP_OTHER }, { NULL, "klmnopqrst", STK_OP_OTHER } },
	  { { NULL, "klmnXopqrst", STK_OP_OTHER }, { "g", "abcdXXghij", STK_OP_OTHER } },
	  2, 2, { 1, 0 }, { STK_MATCH_SIMILAR, STK_MATCH_SIMILAR } },
	{ "less than most of the code is another function",
	  { { NULL, "abcdefghij", STK_OP_OTHER } }, { { NULL, "abcdXXXXij", STK_OP_OTHER } },
	  1, 1, { -1 }, { STK_MATCH_NONE } },
	{ "the likest first",
	  { { NULL, "abcdefghij", STK_OP_OTHER } },
	  { { NULL, "abcXefghij", STK_OP_OTHER }, { NULL, "abcdefghiX", STK_OP_OTHER },
	    { NULL, "abcdefghijX", STK_OP_OTHER } },
	  1, 3, { 2 }, { STK_MATCH_SIMILAR } },
};

struct made_side {
	struct diff_side side;
	struct stk_code_function f[MAX_FUNCTIONS];
	uint32_t shape[MAX_FUNCTIONS][MAX];
};

static void make_side(const struct made *made, size_t n, struct made_side *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < n; i++) {
		s->f[i] = (struct stk_code_function){
			.name = made[i].name, .address = 0x100 * (i + 1),
			.op = made[i].op, .entry = made[i].op != STK_OP_OTHER,
			.shape = s->shape[i], .n_shape = shape_of(made[i].code, s->shape[i]),
		};
	}
	s->side.functions = s->f;
	s->side.n_functions = n;
}

START_TEST(match)
{
	const __typeof__(*match_case) *c = &match_case[_i];
	struct made_side a, b;
	struct diff_pairs p;

	make_side(c->a, c->na, &a);
	make_side(c->b, c->nb, &b);
	ck_assert_int_eq(diff_match(&a.side, &b.side, &p), 0);
	for (size_t i = 0; i < c->na; i++) {
		size_t want = c->b_of[i] < 0 ? DIFF_NONE : (size_t)c->b_of[i];

		ck_assert_msg(p.b_of[i] == want, "%s: %zu", c->what, i);
		ck_assert_msg(p.how[i] == c->how[i], "%s: %zu, %d", c->what, i, p.how[i]);
		if (want != DIFF_NONE)
			ck_assert_uint_eq(p.a_of[want], i);
	}
	diff_pairs_free(&p);
}
END_TEST

/* ---- what the code touches --------------------------------------------- */

static const struct stk_loader_info placed = {
	.link_address = 0x20000000, .ram_size = 0x1000,
};

static const struct diff_names no_names;

static struct diff_side side_of(const struct stk_code_function *f)
{
	return (struct diff_side){ .info = &placed, .functions = f, .n_functions = 1 };
}

#define READ_(a)	{ .address = (a), .size = 4 }
#define WRITE_(a)	{ .address = (a), .size = 4, .write = true }
#define PUT(a, v)	{ .address = (a), .size = 4, .write = true, .has_value = true,	\
			  .value = (v) }

#define CR	0x40022014u
#define SR	0x40022010u
#define KEYR	0x40022008u

static const struct {
	const char *what;
	struct stk_code_access a[3], b[3];
	struct stk_code_constant ca[2], cb[2];
	struct stk_code_special sa[1], sb[1];
	size_t na, nb, nca, ncb, nsa, nsb;
	const char *text;
} touch_case[] = {
	{ "nothing differs", { READ_(SR), PUT(CR, 1) }, { PUT(CR, 1), READ_(SR) },
	  .na = 2, .nb = 2, .text = "" },
	{ "a register gained", { READ_(SR) }, { READ_(SR), PUT(KEYR, 1), PUT(KEYR, 2) },
	  .na = 1, .nb = 3, .text = "+w40022008 " },
	{ "read there, written here", { READ_(SR) }, { PUT(SR, 1) },
	  .na = 1, .nb = 1, .text = "-r40022010 +w40022010 " },
	{ "another value", { PUT(SR, 0xC3FA) }, { PUT(SR, 0x1FF) },
	  .na = 1, .nb = 1, .text = "-w40022010=c3fa +w40022010=1ff " },
	{ "one value more", { PUT(SR, 1) }, { PUT(SR, 1), PUT(SR, 2) },
	  .na = 1, .nb = 2, .text = "+w40022010=2 " },
	{ "a value that could not be told may be any", { WRITE_(SR) }, { PUT(SR, 2) },
	  .na = 1, .nb = 1, .text = "" },
	{ "the loader's own image is nobody's business", { READ_(0x20000010) },
	  { READ_(0x20000FFF) }, .na = 1, .nb = 1, .text = "" },
	{ "RAM behind it is", { READ_(0x20001000) }, { { 0 } },
	  .na = 1, .text = "-r20001000 " },
	{ "a constant", .ca = { { 0, 0x08192A3B } },
	  .cb = { { 0, 0x08192A3B }, { 0, 0x4C5D6E7F } }, .nca = 1, .ncb = 2, .text = "+c4c5d6e7f " },
	{ "a pointer into the image is none", .ca = { { 0, 0x20000100 } },
	  .cb = { { 0, 0x20000200 } }, .nca = 1, .ncb = 1, .text = "" },
	{ "a base whose registers are seen is none", { PUT(CR, 1) }, { PUT(CR, 1) },
	  { { 0, 0x40022000 } }, { { 0, KEYR } }, .na = 1, .nb = 1, .nca = 1, .ncb = 1,
	  .text = "" },
	{ "a value that is seen written is none", { PUT(SR, 0xC3FA) }, { PUT(SR, 0xC3FA) },
	  { { 0, 0xC3FA } }, .na = 1, .nb = 1, .nca = 1, .text = "" },
	{ "special instructions", .sa = { { 0, STK_SPECIAL_WAIT, "wfi" } },
	  .sb = { { 0, STK_SPECIAL_SVC, "svc" } }, .nsa = 1, .nsb = 1, .text = "-wait +svc " },
};

static void describe(const struct stk_diff_touch *t, size_t n, char *ret, size_t len)
{
	*ret = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(ret);
		char sign = t[i].gained ? '+' : '-';

		if (t[i].kind == STK_TOUCH_SPECIAL)
			snprintf(ret + used, len - used, "%c%s", sign,
				 stk_special_name(t[i].special));
		else
			snprintf(ret + used, len - used, "%c%c%llx", sign,
				 "rwc"[t[i].kind],
				 t[i].kind == STK_TOUCH_CONSTANT
					 ? (unsigned long long)t[i].value
					 : (unsigned long long)t[i].address);
		used = strlen(ret);
		if (t[i].has_value)
			snprintf(ret + used, len - used, "=%x", t[i].value);
		used = strlen(ret);
		snprintf(ret + used, len - used, " ");
	}
}

START_TEST(touches)
{
	const __typeof__(*touch_case) *c = &touch_case[_i];
	const struct stk_code_function a = {
		.accesses = c->a, .n_accesses = c->na, .constants = c->ca,
		.n_constants = c->nca, .specials = c->sa, .n_specials = c->nsa,
	};
	const struct stk_code_function b = {
		.accesses = c->b, .n_accesses = c->nb, .constants = c->cb,
		.n_constants = c->ncb, .specials = c->sb, .n_specials = c->nsb,
	};
	const struct diff_side sa = side_of(&a), sb = side_of(&b);
	const struct diff_set set_a = { &sa, &a, 1, true, NULL };
	const struct diff_set set_b = { &sb, &b, 1, true, NULL };
	const struct stk_diff_touch *t;
	struct arena arena = { 0 };
	char text[200];
	size_t n;

	ck_assert_int_eq(diff_touches(&set_a, &set_b, &no_names, &arena, &t, &n), 0);
	describe(t, n, text, sizeof(text));
	ck_assert_msg(!strcmp(text, c->text), "%s: '%s'", c->what, text);
	arena_free(&arena);
}
END_TEST

/* ---- what runs --------------------------------------------------------- */

#define AT(i)	(0x100u * ((i) + 1))

static const struct {
	const char *what;
	size_t n;
	bool entry[4];
	struct stk_code_call calls[4][2];
	size_t n_calls[4];
	const char *reached;	/* "+" or "-" for each function */
} reach_case[] = {
	{ "calls of calls, and no others", 4, { true, false, false, false },
	  { { { 0, AT(2) } }, { { 0, AT(3) } }, { { 0, AT(0) }, { 0, 0x9999 } },
	    { { 0, 0 } } }, { 1, 1, 2, 1 }, "+-+-" },
	{ "a call through a register may go anywhere", 3, { true, false, false },
	  { { { 0, AT(1) } }, { { 0, 0 } } }, { 1, 1, 0 }, "+++" },
	{ "nothing that hosts call", 2, { false, false }, { { { 0, 0 } } }, { 0, 0 }, "++" },
};

START_TEST(reach)
{
	const __typeof__(*reach_case) *c = &reach_case[_i];
	struct stk_code_function f[4] = { 0 };
	const struct diff_side side = { .functions = f, .n_functions = c->n };
	bool *reached;

	for (size_t i = 0; i < c->n; i++) {
		f[i].address = AT(i);
		f[i].entry = c->entry[i];
		f[i].calls = c->calls[i];
		f[i].n_calls = c->n_calls[i];
	}
	ck_assert_int_eq(diff_reach(&side, &reached), 0);
	for (size_t i = 0; i < c->n; i++)
		ck_assert_msg(reached[i] == (c->reached[i] == '+'), "%s: %zu", c->what, i);
	free(reached);
}
END_TEST

static Suite *diff_suite(void)
{
	Suite *s = suite_create("diff");
	TCase *edit = tcase_create("edit"), *match_ = tcase_create("match");
	TCase *touch = tcase_create("touch");

	tcase_add_loop_test(edit, edit_known, 0, ARRAY_SIZE(edit_case));
	tcase_add_loop_test(edit, edit_is_the_least, 0, 20);
	tcase_add_test(edit, edit_of_a_long_one);
	tcase_add_test(edit, edit_beyond_the_limit);
	tcase_add_loop_test(match_, match, 0, ARRAY_SIZE(match_case));
	tcase_add_loop_test(touch, reach, 0, ARRAY_SIZE(reach_case));
	tcase_add_loop_test(touch, touches, 0, ARRAY_SIZE(touch_case));
	suite_add_tcase(s, edit);
	suite_add_tcase(s, match_);
	suite_add_tcase(s, touch);
	return s;
}

int main(void)
{
	return unit_run(diff_suite());
}
