/* SPDX-License-Identifier: MIT */
/*
 * inspect -r: what is alike. The same bytes are one build, builds with the same
 * bytes for the target are one code, and codes whose functions are mostly the
 * same, linked elsewhere or with other constants, are like the first of them.
 */
#include "folder.h"

/* Of the instructions of the larger one: less is only the same library. */
#define ALIKE_PERCENT 80
/* Fewer instructions are alike by chance. */
#define LEAST_LENGTH 32

/* Rows are sorted by path, so their addresses are in that order. */
static int in_order(const void *a, const void *b)
{
	return (a > b) - (a < b);
}

static int by_digest(const void *a, const void *b)
{
	const struct folder_row *const *x = a, *const *y = b;
	int order = strcmp((*x)->sha256, (*y)->sha256);

	return order ? order : in_order(*x, *y);
}

static const struct folder_row *first_row(const struct folder_build *b)
{
	return b->rows[0];
}

/* Those without code come last. */
static int by_code(const void *a, const void *b)
{
	const struct folder_build *x = a, *y = b;
	const char *cx = first_row(x)->code_sha256, *cy = first_row(y)->code_sha256;
	int order = cx && cy ? strcmp(cx, cy) : !cx - !cy;

	return order ? order : in_order(first_row(x), first_row(y));
}

static int by_first_path(const void *a, const void *b)
{
	const struct folder_code *x = a, *y = b;

	return in_order(first_row(x->builds), first_row(y->builds));
}

static void *array(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		out_of_memory();
	return p;
}

/* ---- builds ----------------------------------------------------------- */

static void find_builds(struct folder *f)
{
	size_t n = 0;

	f->by_build = array(f->n_rows, sizeof(*f->by_build));
	f->builds = array(f->n_rows, sizeof(*f->builds));
	for (size_t i = 0; i < f->n_rows; i++) {
		if (f->rows[i].sha256)
			f->by_build[n++] = &f->rows[i];
	}
	qsort(f->by_build, n, sizeof(*f->by_build), by_digest);
	for (size_t i = 0; i < n; i++) {
		const struct folder_row **row = &f->by_build[i];

		if (!i || strcmp(row[-1]->sha256, row[0]->sha256))
			f->builds[f->n_builds++].rows = row;
		f->builds[f->n_builds - 1].n_rows++;
	}
}

static int by_first_row(const void *a, const void *b)
{
	const struct folder_build *const *x = a, *const *y = b;

	return in_order(first_row(*x), first_row(*y));
}

/* The builds stay where they are from here on. */
static void find_identical(struct folder *f)
{
	f->identical = array(f->n_builds, sizeof(*f->identical));
	for (size_t i = 0; i < f->n_builds; i++) {
		if (f->builds[i].n_rows > 1)
			f->identical[f->n_identical++] = &f->builds[i];
	}
	qsort(f->identical, f->n_identical, sizeof(*f->identical), by_first_row);
}

/* ---- codes ------------------------------------------------------------ */

static uint64_t length_of(const struct folder_row *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < row->n_functions; i++)
		sum += row->functions[i].length;
	return sum;
}

static void find_codes(struct folder *f)
{
	const char *last = NULL;

	f->codes = array(f->n_builds, sizeof(*f->codes));
	for (size_t i = 0; i < f->n_builds; i++) {
		const struct folder_row *row = first_row(&f->builds[i]);

		if (!row->code_sha256)
			break;
		if (!last || strcmp(last, row->code_sha256)) {
			f->codes[f->n_codes].builds = &f->builds[i];
			f->codes[f->n_codes++].length = length_of(row);
		}
		f->codes[f->n_codes - 1].n_builds++;
		last = row->code_sha256;
	}
	qsort(f->codes, f->n_codes, sizeof(*f->codes), by_first_path);
}

/* ---- codes that are like others --------------------------------------- */

/* Instructions in functions that both have, as often as both have them. */
static uint64_t in_both(const struct folder_row *a, const struct folder_row *b)
{
	uint64_t sum = 0;

	for (size_t i = 0, k = 0; i < a->n_functions && k < b->n_functions;) {
		const struct folder_function *x = &a->functions[i], *y = &b->functions[k];

		if (x->shape == y->shape)
			sum += x->length;
		i += x->shape <= y->shape;
		k += y->shape <= x->shape;
	}
	return sum;
}

static unsigned int alike(const struct folder_code *a, const struct folder_code *b)
{
	uint64_t less = a->length < b->length ? a->length : b->length;
	uint64_t more = a->length < b->length ? b->length : a->length;

	if (less < LEAST_LENGTH || less * 100 < more * ALIKE_PERCENT)
		return 0;
	return (unsigned int)(in_both(first_row(a->builds), first_row(b->builds)) * 100 /
			      more);
}

/* Each is compared with those that lead, in order, so the answer is one. */
static void find_likes(struct folder *f)
{
	for (size_t i = 0; i < f->n_codes; i++) {
		struct folder_code *c = &f->codes[i];

		c->like = i;
		c->percent = 100;
		for (size_t k = 0; k < i && c->like == i; k++) {
			unsigned int percent =
				f->codes[k].like == k ? alike(&f->codes[k], c) : 0;

			if (percent >= ALIKE_PERCENT) {
				c->like = k;
				c->percent = percent;
			}
		}
	}
}

size_t folder_likes(const struct folder *f, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < f->n_codes; i++)
		n += f->codes[i].like == first;
	return n;
}

void folder_group(struct folder *f)
{
	find_builds(f);
	qsort(f->builds, f->n_builds, sizeof(*f->builds), by_code);
	find_identical(f);
	find_codes(f);
	if (f->code)
		find_likes(f);
}
