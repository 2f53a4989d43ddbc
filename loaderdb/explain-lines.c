/* SPDX-License-Identifier: MIT */
/* What the lines of a log tell: facts and messages, the first time each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "explain.h"

/* No log tells more that anybody would read. */
#define FACTS_MAX	256
#define VALUE_MAX	200

int explain_add_fact(struct explain *x, const char *kind, const char *tool,
		     const char *value, unsigned int line)
{
	struct ldb_log_fact *f;

	for (size_t i = 0; i < x->n_found; i++)
		if (!strcmp(x->found[i].kind, kind) && !strcmp(x->found[i].value, value) &&
		    !strcmp(x->found[i].tool ? x->found[i].tool : "", tool ? tool : ""))
			return 0;
	if (x->n_found == FACTS_MAX)
		return 0;
	f = answer_grow(x->arena, &x->found, &x->n_found, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->kind = kind;
	f->tool = tool;
	f->value = arena_strdup(x->arena, value);
	f->line = line;
	return f->value ? 0 : -ENOMEM;
}

const struct told_version *explain_version(const struct explain *x, const char *tool)
{
	for (size_t i = 0; i < x->n_versions; i++)
		if (!strcmp(x->versions[i].tool, tool))
			return &x->versions[i];
	return NULL;
}

const struct told_message *explain_message(const struct explain *x, const char *id)
{
	for (size_t i = 0; i < x->n_messages; i++)
		if (!strcmp(x->messages[i].message->id, id))
			return &x->messages[i];
	return NULL;
}

bool explain_is_writer(const struct explain *x, const char *tool)
{
	for (size_t i = 0; i < x->n_found; i++)
		if (!strcmp(x->found[i].kind, "tool") && !strcmp(x->found[i].value, tool))
			return true;
	return explain_version(x, tool) != NULL;
}

const char *explain_title(const struct explain *x, const char *tool)
{
	const struct log_writer *w = log_writer_find(x->logs, tool);

	return w ? w->title : tool;
}

/* How much of @len bytes fits into @max: whole characters of UTF-8. */
static int cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return (int)len;
	while (max && (text[max] & 0xC0) == 0x80)
		max--;
	return (int)max;
}

/* ---- facts ------------------------------------------------------------ */

/* Numbers of a log: "0x468", "0x0468", "134217728". False: none, or too large. */
static bool read_number(const char *text, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
	return end != text && !errno && *ret <= UINT32_MAX;
}

static int add_version(struct explain *x, const char *tool, const char *version,
		       unsigned int line)
{
	const struct log_writer *w = log_writer_find(x->logs, tool);
	struct told_version *v;

	if (!w || strlen(version) >= LDB_VERSION_MAX || !ldb_version_valid(w->order, version) ||
	    explain_version(x, tool))
		return 0;
	v = answer_grow(x->arena, &x->versions, &x->n_versions, sizeof(*v));
	if (!v)
		return -ENOMEM;
	v->tool = tool;
	v->version = arena_strdup(x->arena, version);
	v->line = line;
	return v->version ? 0 : -ENOMEM;
}

static int take_chip(struct explain *x, const struct log_fact *f, const char *value)
{
	if (x->chip && x->chip_rank <= f->rank)
		return 0;
	x->chip = arena_strdup(x->arena, value);
	x->chip_rank = f->rank;
	return x->chip ? 0 : -ENOMEM;
}

/* The fact is one that others go by. */
static int take_fact(struct explain *x, const struct log_fact *f, const char *value,
		     unsigned int line)
{
	uint64_t number;

	if (!strcmp(f->kind, "version") && f->tool)
		return add_version(x, f->tool, value, line);
	if (!strcmp(f->kind, "chip"))
		return take_chip(x, f, value);
	if (!strcmp(f->kind, "device-id") && read_number(value, &number) && !x->device_id)
		x->device_id = (uint32_t)number;
	if (!strcmp(f->kind, "loader") && !x->loader) {
		x->loader = arena_strdup(x->arena, value);
		if (!x->loader)
			return -ENOMEM;
	}
	return 0;
}

static int see_fact(struct explain *x, const struct log_fact *f, const struct logtext *t)
{
	regmatch_t groups[LOGS_GROUPS];
	char value[VALUE_MAX + 40];
	const char *at;
	size_t len;
	int r;

	if (!log_matches(&f->patterns, t, x->can_match, groups) || groups[f->group].rm_so < 0)
		return 0;
	at = t->line + groups[f->group].rm_so;
	len = (size_t)(groups[f->group].rm_eo - groups[f->group].rm_so);
	/* Patterns go by bytes: one may begin or end within a character. */
	for (; len && (*at & 0xC0) == 0x80; len--)
		at++;
	len = (size_t)cut(at, len + 1, len);
	snprintf(value, sizeof(value), "%.30s%.*s", f->prefix ? f->prefix : "",
		 cut(at, len, VALUE_MAX), at);
	r = f->tool ? explain_add_fact(x, "tool", NULL, f->tool, t->number) : 0;
	if (r < 0 || !strcmp(f->kind, "tool"))
		return r;
	r = explain_add_fact(x, f->kind, f->tool, value, t->number);
	return r < 0 ? r : take_fact(x, f, value, t->number);
}

/* ---- messages --------------------------------------------------------- */

static void see_address(struct explain *x, const struct log_message *m,
			const struct logtext *t, const regmatch_t *groups,
			struct told_message *told)
{
	char text[20];
	const regmatch_t *g = &groups[m->address];

	if (!m->address || g->rm_so < 0 || g->rm_eo - g->rm_so >= (int)sizeof(text))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(g->rm_eo - g->rm_so), t->line + g->rm_so);
	told->has_address = read_number(text, &told->address);
}

static int add_message(struct explain *x, const struct told_message *told)
{
	struct told_message *m = answer_grow(x->arena, &x->messages, &x->n_messages,
					     sizeof(*m));
	const char *text = told->text + strspn(told->text, " ");
	size_t len = strlen(text);

	if (!m)
		return -ENOMEM;
	*m = *told;
	x->has_passed |= told->message->outcome == LOG_PASSED;
	while (len && text[len - 1] == ' ')
		len--;
	m->text = arena_printf(x->arena, "%.*s", cut(text, len, VALUE_MAX), text);
	if (!m->text)
		return -ENOMEM;
	return explain_add_fact(x, "message", m->message->tool, m->text, m->line);
}

static int see_message(struct explain *x, const struct log_message *m,
		       const struct logtext *t)
{
	struct told_message told = { .message = m, .text = t->line, .line = t->number };
	regmatch_t groups[LOGS_GROUPS];
	const bool seen = explain_message(x, m->id) != NULL;
	int r = 0;

	/* Only where it is at work goes on: the last place counts. */
	if ((seen && !m->address) || !log_matches(&m->patterns, t, x->can_match, groups))
		return 0;
	told.column = (size_t)groups[0].rm_so;
	see_address(x, m, t, groups, &told);
	if (m->outcome == LOG_TOLD && told.has_address) {
		x->at = told.address;
		x->has_at = true;
	}
	if (seen)
		return 0;
	/* Where it was at work, if it was at work anywhere, is where it failed. */
	if (m->outcome == LOG_FAILED && !told.has_address && x->has_at) {
		told.has_address = true;
		told.address = x->at;
	}
	if (m->tool)
		r = explain_add_fact(x, "tool", NULL, m->tool, t->number);
	return r < 0 ? r : add_message(x, &told);
}

/*
 * What names a step says more than what does not. Several can be on one line, as
 * people paste it.
 */
static bool is_before(const struct told_message *a, const struct told_message *b)
{
	if (!a->message->step != !b->message->step)
		return a->message->step != NULL;
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

static void find_failed(struct explain *x)
{
	for (size_t i = 0; i < x->n_messages; i++)
		if (x->messages[i].message->outcome == LOG_FAILED &&
		    (!x->failed || is_before(&x->messages[i], x->failed)))
			x->failed = &x->messages[i];
}

/* Is it an error in words that are not known? */
static bool is_odd(const struct logtext *t)
{
	static const char *const words[] = { "error", "fail", "timeout", "timed out", "abort",
					     "not respond", "panic" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(t->small, words[i]))
			return true;
	return false;
}

static int see_line(struct explain *x, const struct logtext *t)
{
	int r = 0;

	/* Before anything is known to have gone well, it does not matter. */
	if (x->has_passed && is_odd(t))
		x->odd_line = t->number;
	if (!logs_look(x->logs, t, x->can_match))
		return 0;
	for (size_t i = 0; i < x->logs->n_facts && !r; i++)
		if (log_may_match(&x->logs->facts[i].patterns, x->can_match))
			r = see_fact(x, &x->logs->facts[i], t);
	for (size_t i = 0; i < x->logs->n_messages && !r; i++)
		if (log_may_match(&x->logs->messages[i].patterns, x->can_match))
			r = see_message(x, &x->logs->messages[i], t);
	memset(x->can_match, 0, x->logs->n_patterns * sizeof(*x->can_match));
	return r;
}

int explain_lines(struct explain *x, const char *log, size_t len)
{
	struct logtext t;
	int r = 0;

	x->can_match = arena_alloc(x->arena, (x->logs->n_patterns + 1) * sizeof(*x->can_match));
	if (!x->can_match)
		return -ENOMEM;
	logtext_start(&t, log, len);
	while (!r && logtext_next(&t))
		r = see_line(x, &t);
	find_failed(x);
	return r;
}
