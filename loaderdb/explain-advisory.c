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

/* The GDB server says what the programmer in it says: whoever wrote the log will do. */
static bool is_its_tool(const struct explain *x, const char *tool, const struct log_message *m)
{
	return !tool || !m->tool || !strcasecmp(tool, m->tool) || explain_is_writer(x, tool);
}

static bool has_text(const struct log_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (!strcmp(texts->item[i], text))
			return true;
	return false;
}

/*
 * Many things end in one message: a symptom that has a cause counts where that is
 * one of those that we found. Where no rule could tell it from @m, the line alone
 * must do.
 */
static bool is_cause_told(const struct explain *x, const char *cause,
			  const struct log_message *m)
{
	if (!cause)
		return true;
	for (size_t i = 0; i < x->e->n_causes; i++)
		if (!strcmp(x->e->causes[i].cause, cause))
			return true;
	for (size_t i = 0; i < x->logs->n_rules; i++) {
		const struct log_rule *rule = &x->logs->rules[i];

		if (rule->cause && !strcmp(rule->cause, cause) && has_text(&rule->messages, m->id))
			return false;
	}
	return true;
}

/* The message that is a symptom of @advisory; NULL: none. */
static const struct told_message *symptom_of(const struct explain *x,
					     const struct ldb_advisory *advisory)
{
	for (size_t i = 0; i < advisory->n_symptoms; i++) {
		const struct ldb_symptom *s = &advisory->symptoms[i];

		for (size_t k = 0; k < x->n_messages; k++) {
			const struct told_message *m = &x->messages[k];

			if (holds_parts(m->text, s->text) && is_its_tool(x, s->tool, m->message) &&
			    is_cause_told(x, s->cause, m->message))
				return m;
		}
	}
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

/* What the log says of one thing that an advisory affects. */
enum told { TOLD_NOTHING, TOLD_YES, TOLD_NO };

struct reach {
	enum told version, chip;
	bool any_chip;		/* it holds for every chip */
};

static enum told version_told(const struct explain *x, const struct ldb_affected *a)
{
	const struct told_version *v = explain_version(x, a->name);

	if (!v)
		return TOLD_NOTHING;
	for (size_t i = 0; i < a->n_ranges; i++)
		if (ldb_range_has(&a->ranges[i], v->version))
			return TOLD_YES;
	return a->n_ranges ? TOLD_NO : TOLD_YES;
}

static enum told chip_told(const struct explain *x, const struct ldb_affected *a)
{
	enum told told = a->n_devices ? TOLD_NO : TOLD_YES;

	for (size_t i = 0; i < a->n_devices && told != TOLD_YES; i++) {
		const enum chip_fit fit = explain_chip_fits(x, a->devices[i]);

		if (fit != CHIP_IS_NOT)
			told = fit == CHIP_IS ? TOLD_YES : TOLD_NOTHING;
	}
	return told;
}

static struct reach reach_into(const struct explain *x, const struct ldb_affected *a)
{
	return (struct reach){ version_told(x, a), chip_told(x, a), !a->n_devices };
}

/*
 * A version, or a chip among many, is told: else the symptom could be anybody's. A
 * mark is of a loader, which logs do not show: then the chip must be known too.
 */
static bool is_near(const struct reach *r, bool marked)
{
	if (r->version == TOLD_NO || r->chip == TOLD_NO)
		return false;
	if (r->chip == TOLD_NOTHING)
		return r->version == TOLD_YES && !marked;
	return r->version == TOLD_YES || !r->any_chip;
}

static bool is_sure(const struct reach *r)
{
	return r->version == TOLD_YES && r->chip == TOLD_YES;
}

/*
 * Of all that is affected, what the log comes nearest to; false: it is not near
 * any. Where it tells a version of one of them, the others are not what ran.
 */
static bool reach_of(const struct explain *x, const struct ldb_advisory *advisory,
		     struct reach *ret)
{
	bool any_version = false, any = false;

	for (size_t i = 0; i < advisory->n_affected; i++)
		any_version |= explain_version(x, advisory->affected[i].name) != NULL;
	for (size_t i = 0; i < advisory->n_affected; i++) {
		const struct reach one = reach_into(x, &advisory->affected[i]);

		if (!is_near(&one, advisory->n_marks > 0) || (any_version && one.version == TOLD_NOTHING) ||
		    (any && !is_sure(&one)))
			continue;
		*ret = one;
		any = true;
	}
	return any;
}

static const char *say_why(const struct explain *x, const struct told_message *m,
			   const struct reach *reach)
{
	const char *rest = is_sure(reach) ? "version and chip are affected" :
			   reach->version == TOLD_YES ?
				"the version is affected, the log does not tell the chip well enough" :
				"the chip is affected, the log does not tell the version that would "
				"have to be known";

	if (!m)
		return arena_printf(x->arena, "it speaks of the same cause; %s", rest);
	return arena_printf(x->arena, "'%s' (line %u) is its symptom; %s", m->text, m->line, rest);
}

static int add_hit(struct explain *x, const struct ldb_advisory *advisory, bool certain,
		   struct ldb_hit **hits, size_t *count)
{
	const struct told_message *m = symptom_of(x, advisory);
	struct reach reach = { .any_chip = false };
	struct ldb_hit *hit;

	if (!reach_of(x, advisory, &reach))
		return 0;
	/* The cause alone says little: version and chip must speak for it too. */
	if (!m && !(is_its_cause(x, advisory) && is_sure(&reach)))
		return 0;
	if (certain != (m && is_sure(&reach) && !advisory->n_marks))
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
