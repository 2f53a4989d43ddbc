/* SPDX-License-Identifier: MIT */
/*
 * What verdicts add up to. They stand side by side for ever; here is asked which
 * of them speak of one use of a build, and whether those agree. What limits a
 * verdict and is not known of the use leaves open whether it speaks of it. The
 * last word of a source about the same use is the one that counts.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "build-row.h"
#include "db.h"
#include "judge.h"

struct use {
	const char *chip, *option_state, *host;
};

enum applies { APPLIES_NO, APPLIES_MAYBE, APPLIES_YES };

/* Somebody's word, and how far it concerns the use. */
struct word {
	const struct ldb_verdict *verdict;
	enum applies chip, option_state, host, all;
};

struct judging {
	struct use use;
	struct ldb_verdicts verdicts;
	struct word *words;
	size_t n_words;
	struct arena *arena;
};

/* ---- does it concern this use? ----------------------------------------- */

static enum applies chip_applies(const char *limit, const char *chip)
{
	if (!limit)
		return APPLIES_YES;
	if (!chip)
		return APPLIES_MAYBE;
	switch (ldb_device_relation(limit, chip)) {
	case LDB_EQUAL:
	case LDB_AROUND:
		return APPLIES_YES;
	case LDB_APART:
		return APPLIES_NO;
	default:
		return APPLIES_MAYBE;
	}
}

/* Names in any case; a version counts where both give one. */
static enum applies host_applies(const char *limit, const char *host)
{
	size_t len;

	if (!limit)
		return APPLIES_YES;
	if (!host)
		return APPLIES_MAYBE;
	len = strcspn(limit, "@");
	if (strcspn(host, "@") != len || strncasecmp(limit, host, len))
		return APPLIES_NO;
	if (!limit[len])
		return APPLIES_YES;
	if (!host[len])
		return APPLIES_MAYBE;
	return strcmp(limit + len, host + len) ? APPLIES_NO : APPLIES_YES;
}

/* "DBANK=1,nBOOT0=0": the next setting of it; false: no more. */
struct setting {
	const char *key, *value;
	size_t key_len, value_len;
};

static bool next_setting(const char **at, struct setting *ret)
{
	static const char between[] = ",; \t";
	const char *p = *at ? *at + strspn(*at, between) : "";
	size_t len = strcspn(p, between);
	const char *equals = memchr(p, '=', len);

	if (!len)
		return false;
	ret->key = p;
	ret->key_len = equals ? (size_t)(equals - p) : len;
	ret->value = equals ? equals + 1 : p + len;
	ret->value_len = len - ret->key_len - (equals ? 1 : 0);
	*at = p + len;
	return true;
}

static bool find_setting(const char *state, const struct setting *key, struct setting *ret)
{
	while (next_setting(&state, ret))
		if (ret->key_len == key->key_len &&
		    !strncasecmp(ret->key, key->key, key->key_len))
			return true;
	return false;
}

static bool same_value(const struct setting *a, const struct setting *b)
{
	return a->value_len == b->value_len &&
	       !strncasecmp(a->value, b->value, a->value_len);
}

static enum applies option_applies(const char *limit, const char *state)
{
	enum applies all = APPLIES_YES;
	struct setting wanted, given;

	while (next_setting(&limit, &wanted)) {
		if (!find_setting(state, &wanted, &given))
			all = APPLIES_MAYBE;
		else if (!same_value(&wanted, &given))
			return APPLIES_NO;
	}
	return all;
}

static enum applies least(enum applies a, enum applies b)
{
	return a < b ? a : b;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcasecmp(a, b) : a == b;
}

/* Has the same source said something else of the same use later? */
static bool is_outdated(const struct ldb_verdicts *all, size_t i)
{
	const struct ldb_verdict *v = &all->item[i];

	for (size_t k = i + 1; v->source && k < all->count; k++) {
		const struct ldb_verdict *later = &all->item[k];

		if (same_text(v->source, later->source) && same_text(v->chip, later->chip) &&
		    same_text(v->option_state, later->option_state) &&
		    same_text(v->host, later->host))
			return true;
	}
	return false;
}

/* Those that concern the use, or may. */
static int collect(struct judging *j, struct stk_error *err)
{
	for (size_t i = 0; i < j->verdicts.count; i++) {
		const struct ldb_verdict *v = &j->verdicts.item[i];
		struct word w = {
			.verdict = v,
			.chip = chip_applies(v->chip, j->use.chip),
			.option_state = option_applies(v->option_state, j->use.option_state),
			.host = host_applies(v->host, j->use.host),
		}, *item;

		w.all = least(w.chip, least(w.option_state, w.host));
		if (w.all == APPLIES_NO || is_outdated(&j->verdicts, i))
			continue;
		item = answer_grow(j->arena, &j->words, &j->n_words, sizeof(*item));
		if (!item)
			return stk_fail_nomem(err);
		*item = w;
	}
	return 0;
}

/* ---- what decides between two ------------------------------------------ */

static const char *deciding_option(struct arena *arena, const struct ldb_verdict *a,
				   const struct ldb_verdict *b)
{
	const char *at = a->option_state;
	struct setting x, y;

	while (next_setting(&at, &x))
		if (find_setting(b->option_state, &x, &y) && !same_value(&x, &y))
			return arena_printf(arena, "%.*s", (int)x.key_len, x.key);
	return NULL;
}

/* NULL: nothing; both are about the same use, or may be. */
static const char *decides(struct arena *arena, const struct word *a,
			   const struct word *b)
{
	const struct ldb_verdict *x = a->verdict, *y = b->verdict;
	const char *option = deciding_option(arena, x, y);

	if (option)
		return option;
	if (x->chip && y->chip && ldb_device_relation(x->chip, y->chip) == LDB_APART)
		return "chip";
	if (x->host && y->host && host_applies(x->host, y->host) == APPLIES_NO)
		return "host";
	return NULL;
}

/* What decides between every good and every bad word; NULL: not one thing. */
static const char *decides_all(const struct judging *j)
{
	const char *all = NULL;

	for (size_t i = 0; i < j->n_words; i++)
		for (size_t k = 0; k < j->n_words; k++) {
			const struct word *a = &j->words[i], *b = &j->words[k];
			const char *one;

			if (a->verdict->kind != LDB_GOOD || b->verdict->kind != LDB_BAD)
				continue;
			one = decides(j->arena, a, b);
			if (!one || (all && strcasecmp(all, one)))
				return NULL;
			all = one;
		}
	return all;
}

/* What would have to be known for the first word to hold. */
static const char *missing(const struct judging *j)
{
	const struct word *w = &j->words[0];
	const char *at = w->verdict->option_state;
	struct setting wanted, given;

	while (next_setting(&at, &wanted))
		if (!find_setting(j->use.option_state, &wanted, &given))
			return arena_printf(j->arena, "%.*s", (int)wanted.key_len, wanted.key);
	return w->chip == APPLIES_MAYBE ? "chip" : "host";
}

/* ---- the sum ----------------------------------------------------------- */

/* "probe-rs PR 1896 says bad on STM32G473RC with DBANK=1" */
static const char *says(struct arena *arena, const struct ldb_verdict *v)
{
	return arena_printf(arena, "%s says %s%s%s%s%s%s%s",
			    v->source ? v->source : "somebody", ldb_verdict_name(v->kind),
			    v->chip ? " on " : "", v->chip ? v->chip : "",
			    v->option_state ? " with " : "",
			    v->option_state ? v->option_state : "", v->host ? " under " : "",
			    v->host ? v->host : "");
}

/* The last word of that kind; NULL: none. */
static const struct word *last_of(const struct judging *j, enum ldb_verdict_kind kind)
{
	for (size_t i = j->n_words; i; i--)
		if (j->words[i - 1].verdict->kind == kind)
			return &j->words[i - 1];
	return NULL;
}

static bool any_certain(const struct judging *j)
{
	for (size_t i = 0; i < j->n_words; i++)
		if (j->words[i].all == APPLIES_YES)
			return true;
	return false;
}

static bool any_without_option_state(const struct judging *j)
{
	for (size_t i = 0; i < j->n_words; i++)
		if (j->words[i].option_state == APPLIES_YES)
			return true;
	return false;
}

static void add_up_one_kind(const struct judging *j, const struct word *w,
			    struct ldb_judgement *ret)
{
	const char *text = says(j->arena, w->verdict);

	ret->kind = w->verdict->kind;
	ret->why = text;
	if (!text || any_certain(j))
		return;
	ret->depends = missing(j);
	/* A chip or host is chosen; an option byte is found, either way. */
	if (!any_without_option_state(j))
		ret->kind = LDB_DISPUTED;
	ret->why = arena_printf(j->arena, "%s; for others nobody says anything: %s decides",
				text, ret->depends ? ret->depends : "it");
}

static void add_up_conflict(const struct judging *j, const struct word *good,
			    const struct word *bad, struct ldb_judgement *ret)
{
	const char *a = says(j->arena, bad->verdict), *b = says(j->arena, good->verdict);

	ret->kind = LDB_DISPUTED;
	ret->depends = decides_all(j);
	if (a && b && ret->depends)
		ret->why = arena_printf(j->arena, "%s, %s: %s decides", a, b, ret->depends);
	else if (a && b)
		ret->why = arena_printf(j->arena, "%s, %s: nothing decides between them", a, b);
}

static int add_up(const struct judging *j, struct ldb_judgement *ret,
		  struct stk_error *err)
{
	const struct word *good = last_of(j, LDB_GOOD), *bad = last_of(j, LDB_BAD);
	const struct word *disputed = last_of(j, LDB_DISPUTED);

	ret->known = j->n_words > 0;
	ret->kind = LDB_DISPUTED;
	if (!j->n_words)
		ret->why = j->verdicts.count ?
				   "what is said of it concerns other chips, option states or"
				   " hosts" :
				   "nobody has said anything of it";
	else if (good && bad)
		add_up_conflict(j, good, bad, ret);
	else if (disputed)
		ret->why = says(j->arena, disputed->verdict);
	else
		add_up_one_kind(j, good ? good : bad, ret);
	return ret->why ? 0 : stk_fail_nomem(err);
}

/* Advisories first: the last word is somebody's own. */
static int collect_verdicts(struct judging *j, struct ldb *db, int64_t build,
			    const struct ldb_verdicts *own, struct stk_error *err)
{
	struct ldb_build b;
	int r = build_load(db, build, j->arena, &b, err);

	if (!r && db->facts)
		r = judge_add_advisories(db->facts, &b, j->arena, &j->verdicts, err);
	for (size_t i = 0; !r && i < own->count; i++) {
		struct ldb_verdict *v = answer_grow(j->arena, &j->verdicts.item,
						    &j->verdicts.count, sizeof(*v));

		if (!v)
			return stk_fail_nomem(err);
		*v = own->item[i];
	}
	return r;
}

int ldb_judge(struct ldb *db, int64_t build, const char *chip, const char *option_state,
	      const char *host, const struct ldb_judgement **ret, struct stk_error *err)
{
	struct judging j = { .use = { chip, option_state, host } };
	answer_cleanup struct ldb_judgement *sum = answer_new(sizeof(*sum), &j.arena);
	answer_cleanup const struct ldb_verdicts *verdicts = NULL;
	int r;

	if (!sum)
		return stk_fail_nomem(err);
	r = ldb_verdicts_of(db, build, &verdicts, err);
	if (r < 0)
		return r;
	r = collect_verdicts(&j, db, build, verdicts, err);
	if (!r)
		r = collect(&j, err);
	if (!r)
		r = add_up(&j, sum, err);
	if (r < 0)
		return r;
	*ret = sum;
	sum = NULL;
	return 0;
}
