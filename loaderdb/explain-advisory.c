/* SPDX-License-Identifier: MIT */
/* Which advisories a log speaks of: by what they say people paste. */
#include <errno.h>
#include <string.h>

#include "explain.h"

/* Does @line hold the parts of @text, which "..." separates, in their order? */
static bool holds_parts(const char *line, const char *text)
{
	char part[256];

	while (*text) {
		const char *dots = strstr(text, "...");
		size_t len = dots ? (size_t)(dots - text) : strlen(text);
		const char *at;

		if (len >= sizeof(part))
			return false;
		memcpy(part, text, len);
		part[len] = '\0';
		text += len + (dots ? 3 : 0);
		while (len && part[len - 1] == ' ')
			part[--len] = '\0';
		at = strcasestr(line, part + strspn(part, " "));
		if (!at)
			return false;
		line = at + len - strspn(part, " ");
	}
	return true;
}

static bool is_same_tool(const char *a, const char *b)
{
	return !a || !b || !strcasecmp(a, b);
}

/* The message that is a symptom of @advisory; NULL: none. */
static const struct told_message *symptom_of(const struct explain *x,
					     const struct ldb_advisory *advisory)
{
	for (size_t i = 0; i < advisory->n_symptoms; i++)
		for (size_t k = 0; k < x->n_messages; k++)
			if (holds_parts(x->messages[k].text, advisory->symptoms[i].text) &&
			    is_same_tool(advisory->symptoms[i].tool,
					 x->messages[k].message->tool))
				return &x->messages[k];
	return NULL;
}

/* The cause that we found is the one that @advisory speaks of. */
static bool is_its_cause(const struct explain *x, const struct ldb_advisory *advisory)
{
	for (size_t i = 0; i < advisory->n_symptoms; i++)
		if (advisory->symptoms[i].cause && x->e->n_causes &&
		    !strcmp(advisory->symptoms[i].cause, x->e->causes[0].cause))
			return true;
	return false;
}

struct reach {
	bool out;		/* the log says that it is not concerned */
	bool version, chip;	/* the log says that they are */
};

static void look_at_version(const struct explain *x, const struct ldb_affected *a,
			    struct reach *ret)
{
	const struct told_version *v = explain_version(x, a->name);

	if (!v)
		return;
	ret->version = !a->n_ranges;
	for (size_t i = 0; i < a->n_ranges && !ret->version; i++)
		ret->version = ldb_range_has(&a->ranges[i], v->version);
	ret->out |= !ret->version;
}

static void look_at_chip(const struct explain *x, const struct ldb_affected *a,
			 struct reach *ret)
{
	bool may_be = !a->n_devices;

	ret->chip = !a->n_devices;
	for (size_t i = 0; i < a->n_devices; i++) {
		const enum chip_fit fit = explain_chip_fits(x, a->devices[i]);

		ret->chip |= fit == CHIP_IS;
		may_be |= fit != CHIP_IS_NOT;
	}
	ret->out |= !may_be;
}

/* Of all that is affected, what the log comes nearest to. */
static struct reach reach_of(const struct explain *x, const struct ldb_advisory *advisory)
{
	struct reach best = { .out = advisory->n_affected > 0 };

	for (size_t i = 0; i < advisory->n_affected; i++) {
		struct reach one = { .out = false };

		look_at_version(x, &advisory->affected[i], &one);
		look_at_chip(x, &advisory->affected[i], &one);
		if (!one.out && (best.out || one.version + one.chip > best.version + best.chip))
			best = one;
	}
	return best;
}

static const char *say_why(const struct explain *x, const struct told_message *m,
			   const struct reach *reach)
{
	const char *rest = reach->version && reach->chip ? "version and chip are affected" :
			   reach->version ? "the version is affected, the log does not tell "
					    "the chip well enough" :
			   reach->chip ? "the log does not tell the version that would have "
					 "to be known" :
					 "the log tells neither version nor chip";

	if (!m)
		return arena_printf(x->arena, "it speaks of the same cause; %s", rest);
	return arena_printf(x->arena, "'%s' (line %u) is its symptom; %s", m->text, m->line, rest);
}

static int add_hit(struct explain *x, const struct ldb_advisory *advisory, bool certain,
		   struct ldb_hit **hits, size_t *count)
{
	const struct reach reach = reach_of(x, advisory);
	const struct told_message *m = symptom_of(x, advisory);
	struct ldb_hit *hit;

	/* The cause alone says little: version and chip must speak for it too. */
	if (reach.out || (!m && !(is_its_cause(x, advisory) && reach.version && reach.chip)) ||
	    (m && !reach.version && !reach.chip && advisory->n_affected))
		return 0;
	if (certain != (m && reach.version && reach.chip && !advisory->n_marks))
		return 0;
	hit = answer_grow(x->arena, hits, count, sizeof(*hit));
	if (!hit)
		return -ENOMEM;
	*hit = (struct ldb_hit){ .advisory = advisory, .certain = certain,
				 .why = say_why(x, m, &reach) };
	return hit->why ? 0 : -ENOMEM;
}

int explain_advisories(struct explain *x)
{
	const struct ldb_advisory *const *all = x->facts->advisories;
	struct ldb_hit *hits = NULL;
	size_t count = 0;
	int r = 0;

	for (int certain = 1; certain >= 0; certain--)
		for (size_t i = 0; i < x->facts->n_advisories && !r; i++)
			if ((x->failed || x->report_cause) && !all[i]->withdrawn)
				r = add_hit(x, all[i], certain, &hits, &count);
	x->e->hits = hits;
	x->e->n_hits = count;
	return r;
}
