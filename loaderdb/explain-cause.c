/* SPDX-License-Identifier: MIT */
/* Which rules hold for what a log told: causes, the likeliest first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"

#define PROGRAMMER	"cubeprogrammer"
#define PLUGIN		"cubeprogrammer-plugin"
#define GDB_SERVER	"stlink-gdb-server"
#define CAUSES_MAX	6	/* more would be no answer */

/* ---- versions that follow from others --------------------------------- */

static int derive(struct explain *x, const char *tool, const char *version,
		  const struct told_version *from)
{
	struct told_version *v;
	const unsigned int line = from->line;
	const char *why = arena_printf(x->arena, "%s %s", explain_title(x, from->tool),
				       from->version);

	if (!why)
		return -ENOMEM;
	v = answer_grow(x->arena, &x->versions, &x->n_versions, sizeof(*v));
	if (!v)
		return -ENOMEM;
	*v = (struct told_version){ .tool = tool, .version = version, .line = line, .from = why };
	return 0;
}

/* The release that tells which programmer goes with @v; NULL: none. */
static const struct ldb_release *release_of(const struct explain *x,
					    const struct told_version *v)
{
	const struct ldb_release *all;
	size_t count;

	if (!strcmp(v->tool, PLUGIN))
		return ldb_release_of_plugin(x->facts, v->version);
	if (strcmp(v->tool, GDB_SERVER) != 0)
		return ldb_release_find(x->facts, v->tool, v->version);
	all = ldb_facts_releases(x->facts, &count);
	for (size_t i = 0; i < count; i++)
		if (all[i].gdb_server && !strcmp(all[i].gdb_server, v->version))
			return &all[i];
	return NULL;
}

/* A plug-in's stamp is surest; the name of a folder can lie. */
int explain_versions(struct explain *x)
{
	static const char *const tools[] = { PLUGIN, GDB_SERVER, "cubeide", "cubeclt" };

	for (size_t i = 0; i < ARRAY_SIZE(tools) && !explain_version(x, PROGRAMMER); i++) {
		const struct told_version *v = explain_version(x, tools[i]);
		const struct ldb_release *release = v ? release_of(x, v) : NULL;

		if (release && release->programmer) {
			const int r = derive(x, PROGRAMMER, release->programmer, v);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* ---- what a rule asks for --------------------------------------------- */

static const struct told_message *first_of(const struct explain *x,
					   const struct log_texts *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		const struct told_message *m = explain_message(x, ids->item[i]);

		if (m)
			return m;
	}
	return NULL;
}

static bool all_of(const struct explain *x, const struct log_texts *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		if (!explain_message(x, ids->item[i]))
			return false;
	return true;
}

static bool version_fits(const struct explain *x, const struct log_rule *rule)
{
	const struct told_version *v;
	const struct log_writer *w;
	struct ldb_range range;
	struct stk_error ignored;

	if (!rule->tool)
		return true;
	if (!rule->range)
		return explain_is_writer(x, rule->tool);
	v = explain_version(x, rule->tool);
	if (!v)
		return rule->unversioned;
	/* Both were looked at when the rule was read. */
	w = log_writer_find(x->logs, rule->tool);
	return w && ldb_range_parse(w->order, rule->range, &range, &ignored) == 0 &&
	       ldb_range_has(&range, v->version);
}

static bool chip_fits(const struct explain *x, const struct log_rule *rule)
{
	for (size_t i = 0; i < rule->devices.count; i++) {
		const enum chip_fit fit = explain_chip_fits(x, rule->devices.item[i]);

		if (fit == CHIP_IS || (fit == CHIP_MAY_BE && !rule->needs_chip))
			return true;
	}
	return !rule->devices.count;
}

/* The message that speaks for @rule, where all else holds; NULL: it does not. */
static const struct told_message *applies(const struct explain *x,
					  const struct log_rule *rule)
{
	const struct told_message *m = first_of(x, &rule->messages);

	if (!m || !all_of(x, &rule->with) || first_of(x, &rule->without) ||
	    !version_fits(x, rule) || !chip_fits(x, rule))
		return NULL;
	if (!rule->has_addresses)
		return m;
	return m->has_address && m->address >= rule->low && m->address <= rule->high ? m : NULL;
}

/* ---- causes ----------------------------------------------------------- */

/* "'...' (line 3); STM32CubeProgrammer 2.9.0 (line 1); ..." NULL: out of memory. */
static const char *say_why(const struct explain *x, const struct log_rule *rule,
			   const struct told_message *m)
{
	const struct told_version *v = rule->range ? explain_version(x, rule->tool) : NULL;
	const char *why = arena_printf(x->arena, "'%s' (line %u)", m->text, m->line);

	for (size_t i = 0; why && i < rule->with.count; i++) {
		const struct told_message *w = explain_message(x, rule->with.item[i]);

		why = arena_printf(x->arena, "%s, '%s' (line %u)", why, w->text, w->line);
	}
	if (why && v)
		why = arena_printf(x->arena, "%s; %s %s (%s%sline %u)", why,
				   explain_title(x, v->tool), v->version,
				   v->from ? v->from : "", v->from ? ", " : "", v->line);
	else if (why && rule->range)
		why = arena_printf(x->arena, "%s; the log does not say which version of %s",
				   why, explain_title(x, rule->tool));
	if (why && rule->has_addresses)
		why = arena_printf(x->arena, "%s; at 0x%08llX", why,
				   (unsigned long long)m->address);
	if (why && rule->devices.count)
		why = arena_printf(x->arena, "%s; %s%s", why, x->chip ? "chip " : "the log does "
				   "not say the chip", x->chip ? x->chip : "");
	return why;
}

struct candidate {
	const struct log_rule *rule;
	const struct told_message *message;
};

/*
 * The likeliest that is not in @done yet, of those that tell why or of those that
 * cannot; by order of the facts where alike.
 */
static struct candidate best_of(const struct explain *x, const bool *done, bool tells_why)
{
	struct candidate best = { NULL, NULL };

	for (size_t i = 0; i < x->logs->n_rules; i++) {
		const struct log_rule *rule = &x->logs->rules[i];
		const struct told_message *m;

		if (done[i] || !rule->cause == tells_why ||
		    (best.rule && best.rule->rank >= rule->rank))
			continue;
		m = applies(x, rule);
		if (m)
			best = (struct candidate){ rule, m };
	}
	return best;
}

static bool has_cause(const struct ldb_log_cause *causes, size_t count, const char *cause)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(causes[i].cause, cause))
			return true;
	return false;
}

static int add_cause(struct explain *x, struct ldb_log_cause **causes, size_t *count,
		     const struct candidate *c)
{
	struct ldb_log_cause *row;

	if (has_cause(*causes, *count, c->rule->cause))
		return 0;
	row = answer_grow(x->arena, causes, count, sizeof(*row));
	if (!row)
		return -ENOMEM;
	row->cause = c->rule->cause;
	row->text = c->rule->text;
	row->why = say_why(x, c->rule, c->message);
	row->source = arena_printf(x->arena, "%s (%s)", c->rule->source, c->rule->basis);
	return row->why && row->source ? 0 : -ENOMEM;
}

static void go_by(struct explain *x, const struct candidate *c)
{
	if (x->rule)
		return;
	x->rule = c->rule;
	x->rule_message = c->message;
}

static int add_report(struct explain *x, struct ldb_log_cause **causes, size_t *count)
{
	struct ldb_log_cause *row = answer_grow(x->arena, causes, count, sizeof(*row));

	if (!row)
		return -ENOMEM;
	row->cause = x->report_cause;
	row->text = x->report_text;
	row->why = x->report_evidence;
	row->source = "Stoker's own report (docs/causes.md)";
	return 0;
}

int explain_causes(struct explain *x)
{
	stk_cleanup(freep) bool *done = calloc(x->logs->n_rules + 1, sizeof(*done));
	struct ldb_log_cause *causes = NULL;
	size_t count = 0;
	int r = done ? 0 : -ENOMEM;

	if (!r && x->report_cause)
		r = add_report(x, &causes, &count);
	while (!r && count < CAUSES_MAX) {
		const struct candidate c = best_of(x, done, true);

		if (!c.rule)
			break;
		done[c.rule - x->logs->rules] = true;
		go_by(x, &c);
		r = add_cause(x, &causes, &count, &c);
	}
	if (!r && !count) {
		const struct candidate c = best_of(x, done, false);

		go_by(x, &c);
	}
	x->e->causes = causes;
	x->e->n_causes = count;
	return r;
}
