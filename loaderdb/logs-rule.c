/* SPDX-License-Identifier: MIT */
/* Rules: which messages speak for which cause, and what else must hold. */
#include <string.h>
#include <errno.h>

#include "logs-read.h"

static int read_texts(struct logs *logs, const struct jval *in, const char *name,
		      struct log_texts *ret)
{
	const struct jval array = jval_get(in, name);
	const size_t count = jval_count(&array);

	ret->item = arena_alloc(&logs->arena, (count ? count : 1) * sizeof(*ret->item));
	if (!ret->item)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct jval v = jval_item(&array, i);

		ret->item[i] = jval_as_text(&v);
		ret->count += ret->item[i] != NULL;
	}
	return 0;
}

static void read_addresses(const struct jval *in, struct log_rule *rule)
{
	const struct jval array = jval_get(in, "addresses");
	const struct jval low = jval_item(&array, 0), high = jval_item(&array, 1);

	if (!jval_is(&array))
		return;
	if (jval_count(&array) != 2)
		jval_fail(&array, "two addresses are expected, the first and the last");
	rule->has_addresses = true;
	rule->low = jval_as_address(&low);
	rule->high = jval_as_address(&high);
}

static int read_rule_texts(struct logs *logs, const struct jval *in, struct log_rule *rule)
{
	int r = read_texts(logs, in, "messages", &rule->messages);

	if (!r)
		r = read_texts(logs, in, "with", &rule->with);
	if (!r)
		r = read_texts(logs, in, "without", &rule->without);
	if (!r)
		r = read_texts(logs, in, "devices", &rule->devices);
	return r;
}

int logs_read_rule(struct logs *logs, const struct jval *in)
{
	struct log_rule rule = {
		.id = jval_text(in, "id", JVAL_NEEDED),
		.cause = jval_text(in, "cause", JVAL_OPTIONAL),
		.text = jval_text(in, "text", JVAL_NEEDED),
		.tool = jval_text(in, "tool", JVAL_OPTIONAL),
		.range = jval_text(in, "range", JVAL_OPTIONAL),
		.unversioned = jval_bool(in, "unversioned", JVAL_OPTIONAL),
		.needs_chip = jval_bool(in, "needs_chip", JVAL_OPTIONAL),
		.rank = (unsigned int)jval_number(in, "rank", 100, JVAL_NEEDED),
		.next = jval_text(in, "next", JVAL_OPTIONAL),
		.next_why = jval_text(in, "next_why", JVAL_OPTIONAL),
		.source = jval_text(in, "source", JVAL_NEEDED),
		.basis = jval_text(in, "basis", JVAL_NEEDED),
	};
	struct log_rule *row;
	int r = read_rule_texts(logs, in, &rule);

	if (r < 0)
		return r;
	jval_only(in, "id cause text messages with without tool range unversioned devices "
		      "needs_chip addresses rank next next_why source basis");
	read_addresses(in, &rule);
	logs_check_word(in, "basis", rule.basis, " manual observed reported assumed ");
	if (rule.range && !rule.tool)
		jval_fail(in, "a range of versions needs a tool");
	if (!rule.id)
		return 0;
	row = row_of(logs, rules, n_rules, rule.id);
	if (!row)
		return -ENOMEM;
	*row = rule;
	return 0;
}

/* A rule about a message that nobody can give would never speak. */
static void check_texts(const struct logs *logs, const struct jval *root,
			const struct log_rule *rule, const struct log_texts *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		if (!log_message_find(logs, ids->item[i]))
			jval_fail(root, "rule '%.60s': there is no message '%.60s'", rule->id,
				  ids->item[i]);
}

void logs_check_rules(const struct logs *logs, const struct jval *root)
{
	for (size_t i = 0; i < logs->n_rules; i++) {
		const struct log_rule *rule = &logs->rules[i];
		struct ldb_range range;
		struct stk_error why;
		const struct log_writer *w = rule->tool ? log_writer_find(logs, rule->tool) : NULL;

		check_texts(logs, root, rule, &rule->messages);
		check_texts(logs, root, rule, &rule->with);
		check_texts(logs, root, rule, &rule->without);
		if (rule->tool && !w)
			jval_fail(root, "rule '%.60s': nobody called '%.40s' writes logs",
				  rule->id, rule->tool);
		if (w && rule->range && ldb_range_parse(w->order, rule->range, &range, &why) < 0)
			jval_fail(root, "rule '%.60s': %.120s", rule->id, why.msg);
	}
}
