/* SPDX-License-Identifier: MIT */
/*
 * Which build, why, and what lost. The devices of builds cut the memory map into
 * places; in each, the most specific pin wins. What wins does not depend on which
 * pin was made first: the relation of two is that of what they hold for.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "claim.h"

/* An answer while it is made. */
struct resolving {
	const struct asked *asked;
	struct claims claims;
	struct ldb_place *places;
	size_t n_places;
	const char *unpinned;	/* what else there is, and why it is no answer; NULL: nothing */
	struct stk_error *err;
};

/* Those of the claims that speak of one place, by index. */
struct contest {
	const struct claim **item;
	size_t count;
	struct stk_range range;	/* len 0: the tool tree */
};

static const char *pin_label(struct arena *arena, const struct claim *c)
{
	const struct ldb_pin *p = c->pin;

	return arena_printf(arena, "pin %lld (%s%s%s, %s: %s%s%.8s)", (long long)p->id,
			    p->tool, *p->range ? "@" : "", p->range, p->device,
			    c->build ? p->name : p->from, c->build ? " " : "",
			    c->build ? p->sha256 : "");
}

/* ---- who wins --------------------------------------------------------- */

static bool is_beaten(const struct contest *t, const struct claim *c)
{
	for (size_t i = 0; i < t->count; i++) {
		if (claim_relation(t->item[i], c) == LDB_INSIDE)
			return true;
	}
	return false;
}

static bool is_same_choice(const struct claim *a, const struct claim *b)
{
	if (!a->build || !b->build)
		return !a->build && !b->build && !strcmp(a->pin->from, b->pin->from);
	return a->build->id == b->build->id;
}

static int fail_tie(const struct resolving *s, const struct contest *t,
		    const struct claim *a, const struct claim *b)
{
	const struct ldb_question *q = s->asked->question;
	char at[40] = "";

	if (t->range.len)
		snprintf(at, sizeof(at), " at 0x%08llX",
			 (unsigned long long)t->range.addr);
	return stk_fail(s->err, STK_ORIGIN_DATABASE, ENOTUNIQ, "tie",
			"%s and %s both hold for %s %s, %s%s, and neither is more specific:"
			" end one with 'stoker unpin', or pin what both have in common",
			pin_label(s->claims.arena, a), pin_label(s->claims.arena, b),
			s->asked->tool, s->asked->version ? s->asked->version : "of any version",
			q->device, at);
}

/* The one pin no other is more specific than. */
static int find_winner(const struct resolving *s, const struct contest *t,
		       const struct claim **ret)
{
	const struct claim *best = NULL;

	for (size_t i = 0; i < t->count; i++) {
		if (is_beaten(t, t->item[i]))
			continue;
		if (best && !is_same_choice(best, t->item[i]))
			return fail_tie(s, t, best, t->item[i]);
		if (!best)
			best = t->item[i];
	}
	*ret = best;
	return 0;
}

/* ---- sentences -------------------------------------------------------- */

static const char *why_won(struct resolving *s, const struct contest *t,
			   const struct claim *c)
{
	const struct ldb_pin *p = c->pin;

	return arena_printf(s->claims.arena, "pin %lld for %s%s%s and %s%s: %s",
			    (long long)p->id, p->tool, *p->range ? "@" : "", p->range,
			    strcmp(p->device, "*") ? p->device : "any device",
			    t->count > 1 ? ", the most specific one" : "", p->why);
}

static const char *why_lost(struct resolving *s, const struct contest *t,
			    const struct claim *winner, const struct claim *c)
{
	struct arena *arena = s->claims.arena;

	if (is_same_choice(winner, c) && !is_beaten(t, c))
		return arena_printf(arena, "says the same as pin %lld",
				    (long long)winner->pin->id);
	if (claim_relation(winner, c) == LDB_INSIDE)
		return arena_printf(arena, "lost to pin %lld, which is for %s",
				    (long long)winner->pin->id, claim_difference(winner, c));
	/* Beaten by one that says the same as the winner. */
	return arena_printf(arena, "lost to a pin that says the same as pin %lld",
			    (long long)winner->pin->id);
}

/* ---- places ----------------------------------------------------------- */

static int add_place(struct resolving *s, const struct contest *t, const struct claim *winner,
		     const char *why)
{
	struct arena *arena = s->claims.arena;
	struct ldb_candidate *all = arena_alloc(arena, t->count * sizeof(*all));
	struct ldb_place *place = answer_grow(arena, &s->places, &s->n_places, sizeof(*place));
	size_t n = 1;

	if (!all || !place)
		return stk_fail_nomem(s->err);
	all[0] = (struct ldb_candidate){ winner->pin, winner->build, true, why };
	for (size_t i = 0; i < t->count; i++) {
		const struct claim *c = t->item[i];

		if (c == winner)
			continue;
		all[n] = (struct ldb_candidate){ c->pin, c->build, false,
						 why_lost(s, t, winner, c) };
		if (!all[n++].why)
			return stk_fail_nomem(s->err);
	}
	/* Asked at one address, the answer is as long as the device. */
	place->range = s->asked->question->has_address && winner->build ?
			       winner->build->range : t->range;
	place->candidates = all;
	place->n_candidates = n;
	return why ? 0 : stk_fail_nomem(s->err);
}

static int settle_pins(struct resolving *s, const struct contest *t)
{
	const struct claim *winner = NULL;
	int r = find_winner(s, t, &winner);

	return r < 0 ? r : add_place(s, t, winner, why_won(s, t, winner));
}

/* No pin: the only good build, if it is the only one. */
static int settle_good(struct resolving *s, const struct contest *t)
{
	struct arena *arena = s->claims.arena;
	const struct ldb_build *a = t->item[0]->build;
	const char *device = s->asked->question->device;

	if (t->count == 1)
		return add_place(s, t, t->item[0],
				 arena_printf(arena, "the only build known good for %s: %s",
					      device, t->item[0]->good));
	s->unpinned = arena_printf(arena, "%zu builds are known good for it, %s %.8s and %s"
				   " %.8s among them", t->count, a->name, a->sha256,
				   t->item[1]->build->name, t->item[1]->build->sha256);
	return s->unpinned ? 0 : stk_fail_nomem(s->err);
}

/* The claims of one kind that speak of @address (@tree: of the tool tree). */
static void gather(const struct resolving *s, bool pins, bool tree, uint64_t address,
		   struct contest *ret)
{
	ret->count = 0;
	for (size_t i = 0; i < s->claims.count; i++) {
		const struct claim *c = &s->claims.item[i];

		if (!c->pin == pins)
			continue;
		if (tree ? !c->build : claim_concerns(c, address))
			ret->item[ret->count++] = c;
	}
}

static bool is_same_contest(const struct contest *a, const struct contest *b)
{
	return a->count == b->count &&
	       !memcmp(a->item, b->item, a->count * sizeof(*a->item));
}

static int compare_addresses(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Where the answer may change: starts and ends of devices, sorted. */
static uint64_t *cuts(const struct resolving *s, size_t *ret_count)
{
	uint64_t *cut = arena_alloc(s->claims.arena, (2 * s->claims.count + 1) * sizeof(*cut));
	size_t n = 0;

	for (size_t i = 0; cut && i < s->claims.count; i++) {
		const struct ldb_build *b = s->claims.item[i].build;

		if (!b || !stk_range_valid(b->range))
			continue;
		cut[n++] = b->range.addr;
		cut[n++] = stk_range_end(b->range);
	}
	if (cut)
		qsort(cut, n, sizeof(*cut), compare_addresses);
	*ret_count = n;
	return cut;
}

static int settle(struct resolving *s, const struct contest *t)
{
	if (!t->count)
		return 0;
	return t->item[0]->pin ? settle_pins(s, t) : settle_good(s, t);
}

/* Who speaks of the bytes from @address on: pins, or else good builds. */
static void gather_at(const struct resolving *s, uint64_t address, struct contest *ret)
{
	gather(s, true, false, address, ret);
	if (!ret->count)
		gather(s, false, false, address, ret);
}

/* Neighbours with the same claims are one place. */
static int settle_map(struct resolving *s, struct contest now, struct contest before)
{
	size_t n;
	const uint64_t *cut = cuts(s, &n);
	int r = cut ? 0 : stk_fail_nomem(s->err);

	for (size_t i = 0; !r && i + 1 < n; i++) {
		if (cut[i] == cut[i + 1])
			continue;
		now.range = (struct stk_range){ cut[i], cut[i + 1] - cut[i] };
		gather_at(s, cut[i], &now);
		if (is_same_contest(&now, &before)) {
			before.range.len += now.range.len;
			continue;
		}
		r = settle(s, &before);
		memcpy(before.item, now.item, now.count * sizeof(*now.item));
		before.count = now.count;
		before.range = now.range;
	}
	return r ? r : settle(s, &before);
}

static int settle_address(struct resolving *s, struct contest t)
{
	t.range = (struct stk_range){ s->asked->question->address, 1 };
	gather_at(s, t.range.addr, &t);
	return settle(s, &t);
}

static int settle_all(struct resolving *s)
{
	const size_t size = (s->claims.count + 1) * sizeof(const struct claim *);
	struct contest now = { .item = arena_alloc(s->claims.arena, size) };
	struct contest before = { .item = arena_alloc(s->claims.arena, size) };
	int r;

	if (!now.item || !before.item)
		return stk_fail_nomem(s->err);
	gather(s, true, true, 0, &now);
	r = settle(s, &now);
	if (r < 0)
		return r;
	return s->asked->question->has_address ? settle_address(s, now) :
						 settle_map(s, now, before);
}

static int fail_none(const struct resolving *s)
{
	const struct ldb_question *q = s->asked->question;
	const char *version = s->asked->version;
	char at[40] = "";

	if (q->has_address)
		snprintf(at, sizeof(at), " at 0x%08llX", (unsigned long long)q->address);
	return stk_fail(s->err, STK_ORIGIN_DATABASE, ENOENT, "no-pin",
			"no pin holds for %s%s%s and %s%s%s%s", s->asked->tool,
			version ? " " : "", version ? version : "", q->device, at,
			s->unpinned ? "; " : "", s->unpinned ? s->unpinned : "");
}

int ldb_resolve(struct ldb *db, const struct ldb_question *question,
		const struct ldb_answer **ret, struct stk_error *err)
{
	__attribute__((cleanup(answer_freep))) struct ldb_answer *answer = NULL;
	struct resolving s = { .err = err };
	struct asked asked;
	int r;

	answer = answer_new(sizeof(*answer), &s.claims.arena);
	if (!answer)
		return stk_fail_nomem(err);
	s.asked = &asked;
	r = asked_check(db, question, &asked, err);
	if (!r)
		r = claims_add_pins(db, &asked, &s.claims, err);
	if (!r && question->or_good)
		r = claims_add_good(db, &asked, &s.claims, err);
	if (!r)
		r = settle_all(&s);
	if (!r && !s.n_places && question->or_good && !s.unpinned)
		r = claims_unjudged(db, &asked, s.claims.arena, &s.unpinned, err);
	if (!r && !s.n_places)
		r = fail_none(&s);
	if (r < 0)
		return r;
	answer->places = s.places;
	answer->n_places = s.n_places;
	*ret = answer;
	answer = NULL;
	return 0;
}
