/* SPDX-License-Identifier: MIT */
/*
 * The shortest edit script of two sequences, after Myers, "An O(ND) Difference
 * Algorithm and Its Variations", Algorithmica 1 (1986), section 4b: from both
 * ends at once, so that no path has to be kept, and with a limit on how far.
 */
#include "diff.h"

#include <errno.h>
#include <string.h>

/* Edits from either end after which the best path so far is good enough. */
#define LIMIT	   512
#define LIMIT_LONG 64
#define LONG	   20000u

/* Parts of both sequences, the ends excluded. */
struct box {
	size_t a0, a1, b0, b1;
};

/*
 * One direction of the search. at[k] is how far into @a the path on diagonal
 * k (steps in @a less steps in @b) has come; -1: nowhere.
 */
struct front {
	ptrdiff_t *at; /* of diagonal 0 */
	bool backward;
};

struct search {
	const uint32_t *a, *b;
	struct diff_edit *edit;
	ptrdiff_t limit;
	ptrdiff_t *room; /* for both fronts */
};

static bool equal_at(const struct search *s, const struct box *box, const struct front *f,
		     ptrdiff_t x, ptrdiff_t y)
{
	const uint32_t *a = s->a, *b = s->b;

	if (f->backward)
		return a[box->a1 - 1 - (size_t)x] == b[box->b1 - 1 - (size_t)y];
	return a[box->a0 + (size_t)x] == b[box->b0 + (size_t)y];
}

/* One more edit on diagonal @k, then all that is equal; -1: there is no way. */
static ptrdiff_t advance(const struct search *s, const struct box *box, struct front *f,
			 ptrdiff_t d, ptrdiff_t k)
{
	const ptrdiff_t n = (ptrdiff_t)(box->a1 - box->a0);
	const ptrdiff_t m = (ptrdiff_t)(box->b1 - box->b0);
	ptrdiff_t left = f->at[k - 1], x = f->at[k + 1];

	if (!d)
		x = 0;
	if (x < 0 || x - k > m)
		x = -1;
	if (left >= 0 && left < n && left + 1 > x)
		x = left + 1;
	if (x < 0)
		return -1;
	while (x < n && x - k < m && equal_at(s, box, f, x, x - k))
		x++;
	return x;
}

/* All diagonals with @d edits; true: @f has met @other, on diagonal *ret of @f. */
static bool step(const struct search *s, const struct box *box, struct front *f,
		 const struct front *other, ptrdiff_t d, ptrdiff_t *ret)
{
	const ptrdiff_t n = (ptrdiff_t)(box->a1 - box->a0);
	const ptrdiff_t m = (ptrdiff_t)(box->b1 - box->b0), delta = n - m;
	/* The other front has as many edits, or one less when it comes second. */
	const ptrdiff_t reach = f->backward ? d : d - 1;
	const bool may_meet = (delta & 1) == (f->backward ? 0 : 1);

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		ptrdiff_t theirs = delta - k;

		if (k > n || k < -m)
			continue;
		f->at[k] = advance(s, box, f, d, k);
		if (!may_meet || f->at[k] < 0 || theirs > reach || theirs < -reach)
			continue;
		if (other->at[theirs] >= 0 && f->at[k] + other->at[theirs] >= n) {
			*ret = k;
			return true;
		}
	}
	return false;
}

/* Of all paths from the start with @d edits, the one that has come furthest. */
static ptrdiff_t furthest(const struct front *f, ptrdiff_t d)
{
	ptrdiff_t best = 0, sum = -1;

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		if (f->at[k] >= 0 && 2 * f->at[k] - k > sum) {
			sum = 2 * f->at[k] - k;
			best = k;
		}
	}
	return best;
}

/* A point on a shortest path, or on a good one, neither start nor end of @box. */
static void split(const struct search *s, const struct box *box, size_t *ret_a,
		  size_t *ret_b)
{
	const ptrdiff_t sum = (ptrdiff_t)(box->a1 - box->a0 + box->b1 - box->b0);
	const ptrdiff_t limit = (sum + 1) / 2 < s->limit ? (sum + 1) / 2 : s->limit;
	const ptrdiff_t width = 2 * limit + 3;
	struct front ahead = { s->room + limit + 1, false };
	struct front back = { s->room + width + limit + 1, true };
	ptrdiff_t k, x;

	for (ptrdiff_t i = 0; i < 2 * width; i++)
		s->room[i] = -1;
	for (ptrdiff_t d = 0; d <= limit; d++) {
		if (step(s, box, &ahead, &back, d, &k)) {
			x = ahead.at[k];
			*ret_a = box->a0 + (size_t)x;
			*ret_b = box->b0 + (size_t)(x - k);
			return;
		}
		if (step(s, box, &back, &ahead, d, &k)) {
			x = back.at[k];
			*ret_a = box->a1 - (size_t)x;
			*ret_b = box->b1 - (size_t)(x - k);
			return;
		}
	}
	k = furthest(&ahead, limit);
	*ret_a = box->a0 + (size_t)ahead.at[k];
	*ret_b = box->b0 + (size_t)(ahead.at[k] - k);
}

static void shrink(const struct search *s, struct box *box)
{
	while (box->a0 < box->a1 && box->b0 < box->b1 && s->a[box->a0] == s->b[box->b0]) {
		box->a0++;
		box->b0++;
	}
	while (box->a0 < box->a1 && box->b0 < box->b1 &&
	       s->a[box->a1 - 1] == s->b[box->b1 - 1]) {
		box->a1--;
		box->b1--;
	}
}

/* The part before a split needs as many edits as the limit at most: not deep. */
static void compare(const struct search *s, struct box box)
{
	for (;;) {
		struct box first;

		shrink(s, &box);
		if (box.a0 == box.a1 || box.b0 == box.b1)
			break;
		first = box;
		split(s, &box, &first.a1, &first.b1);
		compare(s, first);
		box.a0 = first.a1;
		box.b0 = first.b1;
	}
	memset(s->edit->only_a + box.a0, true, box.a1 - box.a0);
	memset(s->edit->only_b + box.b0, true, box.b1 - box.b0);
	s->edit->removed += box.a1 - box.a0;
	s->edit->added += box.b1 - box.b0;
}

void diff_edit_free(struct diff_edit *e)
{
	free(e->only_a);
	free(e->only_b);
}

int diff_edit(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
	      struct diff_edit *ret)
{
	struct diff_edit e = { calloc(n + 1, sizeof(bool)), calloc(m + 1, sizeof(bool)),
			       0, 0 };
	struct search s = { .a = a, .b = b, .edit = &e };

	s.limit = n + m > LONG ? LIMIT_LONG : LIMIT;
	s.room = calloc(2 * (2 * (size_t)s.limit + 3), sizeof(*s.room));
	if (!e.only_a || !e.only_b || !s.room) {
		free(s.room);
		diff_edit_free(&e);
		return -ENOMEM;
	}
	compare(&s, (struct box){ 0, n, 0, m });
	free(s.room);
	*ret = e;
	return 0;
}
