/* SPDX-License-Identifier: MIT */
/* What inspect -r calls identical, the same code, and mostly the same functions. */
#include "tools/stoker/folder.h"

#include "unit.h"

#define MAX 8

void out_of_memory(void)
{
	abort();
}

/* Rows are by path, as folder_collect() sorts them. */
static struct folder *folder_of(const struct folder_row *rows, bool code)
{
	static struct folder_row copy[MAX];
	static struct folder f;

	memset(&f, 0, sizeof(f));
	for (f.n_rows = 0; rows[f.n_rows].path; f.n_rows++)
		copy[f.n_rows] = rows[f.n_rows];
	f.rows = copy;
	f.code = code;
	folder_group(&f);
	return &f;
}

static void forget(struct folder *f)
{
	free(f->by_build);
	free(f->builds);
	free(f->identical);
	free(f->codes);
}

static char one[] = "1", two[] = "2", three[] = "3", four[] = "4", k[] = "k", m[] = "m";
static char pa[] = "a", pb[] = "b", pc[] = "c", pd[] = "d", pe[] = "e";

START_TEST(same_bytes)
{
	const struct folder_row rows[] = {
		{ .path = pa, .sha256 = two, .code_sha256 = k },
		{ .path = pb, .sha256 = one, .code_sha256 = m },
		{ .path = pc, .sha256 = one, .code_sha256 = m },
		{ .path = pd, .sha256 = two, .code_sha256 = k },
		{ .path = pe, .pack = true },
		{ 0 },
	};
	struct folder *f = folder_of(rows, false);

	ck_assert_uint_eq(f->n_builds, 2);
	ck_assert_uint_eq(f->n_identical, 2);
	/* In the order of their first paths, not of their digests. */
	ck_assert_str_eq(f->identical[0]->rows[0]->path, "a");
	ck_assert_str_eq(f->identical[0]->rows[1]->path, "d");
	ck_assert_str_eq(f->identical[1]->rows[0]->path, "b");
	ck_assert_uint_eq(f->n_codes, 2);
	ck_assert_uint_eq(f->codes[0].n_builds, 1);
	forget(f);
}
END_TEST

START_TEST(same_code)
{
	const struct folder_row rows[] = {
		{ .path = pa, .sha256 = four, .code_sha256 = m },
		{ .path = pb, .sha256 = three, .code_sha256 = k },
		{ .path = pc, .sha256 = two }, /* no code: not the same as none */
		{ .path = pd, .sha256 = one, .code_sha256 = m },
		{ .path = pe, .sha256 = k },
		{ 0 },
	};
	struct folder *f = folder_of(rows, false);

	ck_assert_uint_eq(f->n_builds, 5);
	ck_assert_uint_eq(f->n_identical, 0);
	ck_assert_uint_eq(f->n_codes, 2);
	ck_assert_uint_eq(f->codes[0].n_builds, 2);
	ck_assert_str_eq(f->codes[0].builds[0].rows[0]->path, "a");
	ck_assert_str_eq(f->codes[0].builds[1].rows[0]->path, "d");
	ck_assert_uint_eq(f->codes[1].n_builds, 1);
	forget(f);
}
END_TEST

/* Two codes, by the shapes of their functions. */
static const struct {
	const char *what;
	struct folder_function a[4], b[4];
	size_t like, percent;
} pairs[] = {
	{ "the same functions", { { 1, 40 }, { 2, 60 } }, { { 1, 40 }, { 2, 60 } }, 0, 100 },
	{ "just enough", { { 1, 20 }, { 2, 80 } }, { { 2, 80 }, { 3, 20 } }, 0, 80 },
	{ "just too little", { { 1, 21 }, { 2, 79 } }, { { 2, 79 }, { 3, 21 } }, 1, 100 },
	{ "one has more", { { 1, 80 } }, { { 1, 80 }, { 2, 20 } }, 0, 80 },
	{ "one has too much more", { { 1, 79 } }, { { 1, 79 }, { 2, 21 } }, 1, 100 },
	{ "a function twice counts twice", { { 1, 50 }, { 1, 50 } }, { { 1, 50 }, { 2, 50 } },
	  1, 100 },
	{ "twice in both", { { 1, 50 }, { 1, 50 } }, { { 1, 50 }, { 1, 50 } }, 0, 100 },
	{ "long enough to tell", { { 1, 32 } }, { { 1, 32 } }, 0, 100 },
	{ "too short to tell", { { 1, 31 } }, { { 1, 31 } }, 1, 100 },
	{ "nothing known", { { 0 } }, { { 0 } }, 1, 100 },
};

static size_t length(const struct folder_function *f)
{
	size_t n = 0;

	while (n < 4 && f[n].length)
		n++;
	return n;
}

START_TEST(most_functions)
{
	const __typeof__(*pairs) *p = &pairs[_i];
	struct folder_function a[4], b[4];
	const struct folder_row rows[] = {
		{ .path = pa, .sha256 = one, .code_sha256 = m, .functions = a,
		  .n_functions = length(p->a) },
		{ .path = pb, .sha256 = two, .code_sha256 = k, .functions = b,
		  .n_functions = length(p->b) },
		{ 0 },
	};
	struct folder *f;

	memcpy(a, p->a, sizeof(a));
	memcpy(b, p->b, sizeof(b));
	f = folder_of(rows, true);
	ck_assert_msg(f->codes[1].like == p->like, "%s", p->what);
	ck_assert_uint_eq(f->codes[1].percent, p->percent);
	ck_assert_uint_eq(folder_likes(f, 0), 2 - p->like);
	ck_assert_uint_eq(folder_likes(f, 1), p->like);
	forget(f);
}
END_TEST

/* Each is compared with the first of a group, never with a follower. */
START_TEST(no_chains)
{
	struct folder_function x[] = { { 1, 70 }, { 2, 15 }, { 3, 15 } };
	struct folder_function y[] = { { 1, 70 }, { 2, 15 }, { 4, 15 } };
	struct folder_function z[] = { { 1, 70 }, { 4, 15 }, { 5, 15 } };
	const struct folder_row rows[] = {
		{ .path = pa, .sha256 = one, .code_sha256 = one, .functions = x,
		  .n_functions = 3 },
		{ .path = pb, .sha256 = two, .code_sha256 = two, .functions = y,
		  .n_functions = 3 },
		{ .path = pc, .sha256 = three, .code_sha256 = three, .functions = z,
		  .n_functions = 3 },
		{ .path = pd, .sha256 = four, .code_sha256 = four, .functions = x,
		  .n_functions = 3 },
		{ 0 },
	};
	struct folder *f = folder_of(rows, true);

	ck_assert_uint_eq(f->codes[1].like, 0);
	ck_assert_uint_eq(f->codes[1].percent, 85);
	ck_assert_uint_eq(f->codes[2].like, 2);
	ck_assert_uint_eq(f->codes[3].like, 0);
	ck_assert_uint_eq(f->codes[3].percent, 100);
	ck_assert_uint_eq(folder_likes(f, 0), 3);
	forget(f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("folder-group");
	TCase *t = tcase_create("folder-group");

	tcase_add_test(t, same_bytes);
	tcase_add_test(t, same_code);
	tcase_add_loop_test(t, most_functions, 0, ARRAY_SIZE(pairs));
	tcase_add_test(t, no_chains);
	suite_add_tcase(s, t);
	return unit_run(s);
}
