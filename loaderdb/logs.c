/* SPDX-License-Identifier: MIT */
/* Patterns, and the lines that they are for: facts and messages. */
#include "logs-read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATTERN_MAX	400	/* characters of a regular expression */

static const struct {
	const char *name;
	enum ldb_order order;
} orders[] = {
	{ "cubeide", LDB_ORDER_CUBEIDE },
	{ "cubeprogrammer", LDB_ORDER_CUBEPROGRAMMER },
	{ "pack", LDB_ORDER_PACK },
};

static const struct {
	const char *name;
	enum log_outcome outcome;
} outcomes[] = {
	{ "failed", LOG_FAILED },
	{ "passed", LOG_PASSED },
	{ "told", LOG_TOLD },
};

static const char kinds[] =
	" tool version chip device-id address loader ";
static const char steps[] = " connect load init erase program verify ";

void logs_check_word(const struct jval *in, const char *member, const char *word,
		     const char *words)
{
	const struct jval v = jval_get(in, member);
	char padded[40];

	if (!word)
		return;
	snprintf(padded, sizeof(padded), " %.30s ", word);
	if (!strstr(words, padded))
		jval_fail(&v, "'%.30s' is none of:%.100s", word, words);
}

/* ---- patterns --------------------------------------------------------- */

static int keep_compiled(struct logs *logs, regex_t *regex)
{
	regex_t **all = realloc(logs->compiled, (logs->n_compiled + 1) * sizeof(*all));

	if (!all)
		return -ENOMEM;
	logs->compiled = all;
	all[logs->n_compiled++] = regex;
	return 0;
}

/* Back-references take time without bound: they are no part of these. */
static bool is_bounded(const char *text)
{
	for (; *text; text++)
		if (*text == '\\' && (*++text >= '1' && *text <= '9'))
			return false;
	return true;
}

static int compile(struct logs *logs, const struct jval *v, struct log_pattern *p)
{
	char key[PATTERN_MAX], why[100];
	int r;

	p->text = jval_as_text(v);
	if (!p->text)
		return 0;
	if (strlen(p->text) >= PATTERN_MAX || !is_bounded(p->text)) {
		jval_fail(v, "a regular expression has at most %d characters, and no "
			  "back-references", PATTERN_MAX - 1);
		return 0;
	}
	r = regcomp(&p->regex, p->text, REG_EXTENDED | REG_ICASE);
	if (r) {
		regerror(r, &p->regex, why, sizeof(why));
		jval_fail(v, "no POSIX extended regular expression: %s", why);
		return 0;
	}
	if (p->regex.re_nsub >= LOGS_GROUPS)
		jval_fail(v, "it has more than %d groups", LOGS_GROUPS - 1);
	r = keep_compiled(logs, &p->regex);
	if (r < 0) {
		regfree(&p->regex);
		return r;
	}
	log_pattern_key(p->text, key, sizeof(key));
	p->key = arena_strdup(&logs->arena, key);
	p->key_len = strlen(key);
	p->number = logs->n_patterns++;
	return p->key ? 0 : -ENOMEM;
}

static int read_patterns(struct logs *logs, const struct jval *in, struct log_patterns *ret)
{
	const struct jval array = jval_need(in, "match");
	const size_t count = jval_count(&array);

	if (jval_is(&array) && !count)
		jval_fail(&array, "there is no pattern in it");
	ret->item = arena_alloc(&logs->arena, (count ? count : 1) * sizeof(*ret->item));
	if (!ret->item)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct jval v = jval_item(&array, i);
		const int r = compile(logs, &v, &ret->item[ret->count]);

		if (r < 0)
			return r;
		ret->count += ret->item[ret->count].key != NULL;
	}
	return 0;
}

static unsigned int read_group(const struct jval *in, const char *name,
			       const struct log_patterns *patterns)
{
	const struct jval v = jval_get(in, name);
	const unsigned int group = (unsigned int)jval_number(in, name, LOGS_GROUPS - 1,
							     JVAL_OPTIONAL);

	for (size_t i = 0; i < patterns->count; i++)
		if (group > patterns->item[i].regex.re_nsub)
			jval_fail(&v, "a pattern has no group %u", group);
	return group;
}

bool log_may_match(const struct log_patterns *patterns, const bool *can_match)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (can_match[patterns->item[i].number])
			return true;
	return false;
}

bool log_matches(const struct log_patterns *patterns, const struct logtext *t,
		 const bool *can_match, regmatch_t *groups)
{
	for (size_t i = 0; i < patterns->count; i++) {
		const struct log_pattern *p = &patterns->item[i];

		if (can_match[p->number] &&
		    !regexec(&p->regex, t->line, LOGS_GROUPS, groups, 0))
			return true;
	}
	return false;
}

/* ---- rows ------------------------------------------------------------- */

int logs_read_writer(struct logs *logs, const struct jval *in)
{
	const char *name = jval_text(in, "name", JVAL_NEEDED);
	const char *order = jval_text(in, "order", JVAL_NEEDED);
	struct log_writer w = { .name = name, .title = jval_text(in, "title", JVAL_NEEDED) };
	struct log_writer *row;
	size_t i;

	jval_only(in, "name title order");
	for (i = 0; order && i < ARRAY_SIZE(orders) && strcmp(orders[i].name, order); i++)
		;
	if (order && i == ARRAY_SIZE(orders))
		jval_fail(in, "'%.30s' is no order of versions", order);
	if (!name || !order || i == ARRAY_SIZE(orders))
		return 0;
	w.order = orders[i].order;
	row = (struct log_writer *)log_writer_find(logs, name);
	if (!row)
		row = answer_grow(&logs->arena, &logs->writers, &logs->n_writers, sizeof(w));
	if (!row)
		return -ENOMEM;
	*row = w;
	return 0;
}

int logs_read_fact(struct logs *logs, const struct jval *in)
{
	struct log_fact f = {
		.id = jval_text(in, "id", JVAL_NEEDED),
		.kind = jval_text(in, "kind", JVAL_NEEDED),
		.tool = jval_text(in, "tool", JVAL_OPTIONAL),
		.prefix = jval_text(in, "prefix", JVAL_OPTIONAL),
		.rank = (unsigned int)jval_number(in, "rank", 99, JVAL_OPTIONAL),
	};
	struct log_fact *row;
	int r = read_patterns(logs, in, &f.patterns);

	if (r < 0)
		return r;
	jval_only(in, "id kind tool prefix rank match group");
	logs_check_word(in, "kind", f.kind, kinds);
	f.group = read_group(in, "group", &f.patterns);
	if (!f.id || !f.kind)
		return 0;
	row = row_of(logs, facts, n_facts, f.id);
	if (!row)
		return -ENOMEM;
	*row = f;
	return 0;
}

int logs_read_message(struct logs *logs, const struct jval *in)
{
	const char *outcome = jval_text(in, "outcome", JVAL_NEEDED);
	struct log_message m = {
		.id = jval_text(in, "id", JVAL_NEEDED),
		.tool = jval_text(in, "tool", JVAL_OPTIONAL),
		.step = jval_text(in, "step", JVAL_OPTIONAL),
	};
	struct log_message *row;
	size_t i;
	int r = read_patterns(logs, in, &m.patterns);

	if (r < 0)
		return r;
	jval_only(in, "id tool step outcome match address");
	logs_check_word(in, "step", m.step, steps);
	for (i = 0; outcome && i < ARRAY_SIZE(outcomes); i++)
		if (!strcmp(outcomes[i].name, outcome))
			break;
	if (outcome && i == ARRAY_SIZE(outcomes))
		jval_fail(in, "outcome '%.30s' is none of failed, passed, told", outcome);
	m.address = read_group(in, "address", &m.patterns);
	if (!m.id || !outcome || i == ARRAY_SIZE(outcomes))
		return 0;
	m.outcome = outcomes[i].outcome;
	row = row_of(logs, messages, n_messages, m.id);
	if (!row)
		return -ENOMEM;
	*row = m;
	return 0;
}

/* ---- looking it up ----------------------------------------------------- */

const struct log_message *log_message_find(const struct logs *logs, const char *id)
{
	for (size_t i = 0; i < logs->n_messages; i++)
		if (!strcmp(logs->messages[i].id, id))
			return &logs->messages[i];
	return NULL;
}

const struct log_writer *log_writer_find(const struct logs *logs, const char *name)
{
	for (size_t i = 0; i < logs->n_writers; i++)
		if (!strcasecmp(logs->writers[i].name, name))
			return &logs->writers[i];
	return NULL;
}
