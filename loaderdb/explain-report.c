/* SPDX-License-Identifier: MIT */
/* Reports of our own, as --json gives them: they name their cause themselves. */
#include <stdio.h>
#include <string.h>

#include "explain.h"

/* "SysTick counts: yes; PRIMASK: 1"; NULL: no evidence, or out of memory. */
static const char *read_evidence(const struct explain *x, const struct jval *error)
{
	const struct jval array = jval_get(error, "evidence");
	const size_t count = jval_count(&array);
	const char *text = NULL;

	for (size_t i = 0; i < count && i < 8; i++) {
		const struct jval v = jval_item(&array, i);
		const char *what = jval_text(&v, "what", JVAL_OPTIONAL);
		const struct jval value = jval_get(&v, "value");

		if (!what || !jval_is_text(&value))
			continue;
		text = arena_printf(x->arena, "%s%s%.100s: %.100s", text ? text : "",
				    text ? "; " : "", what, jval_as_text(&value));
		if (!text)
			break;
	}
	return text;
}

static void read_report(struct explain *x, const struct jval *root)
{
	const struct jval ok = jval_get(root, "ok");
	const struct jval error = jval_get(root, "error");
	const char *cause, *message;

	if (!jval_is(&ok) || jval_as_bool(&ok) || !jval_is(&error))
		return;
	cause = jval_text(&error, "cause", JVAL_OPTIONAL);
	message = jval_text(&error, "message", JVAL_OPTIONAL);
	if (!cause || !message)
		return;
	x->report_cause = arena_strdup(x->arena, cause);
	x->report_text = arena_strdup(x->arena, message);
	x->report_evidence = read_evidence(x, &error);
	if (!x->report_evidence)
		x->report_evidence = "the report names it";
}

/* No report of ours is so long; as a tree it would take ten times as much. */
#define REPORT_MAX	(8u << 20)

bool explain_report(struct explain *x, const char *log, size_t len)
{
	struct jdoc *doc;
	struct stk_error ignored;
	struct jval root, version;
	size_t skip = 0;
	bool is_ours;

	while (skip < len && strchr(" \t\r\n", log[skip]) && log[skip])
		skip++;
	if (skip == len || len > REPORT_MAX || log[skip] != '{' ||
	    jdoc_open("report", log + skip, len - skip, &doc, &ignored) < 0)
		return false;
	root = jdoc_root(doc);
	version = jval_get(&root, "stoker_json");
	is_ours = jval_is(&version);
	if (is_ours)
		read_report(x, &root);
	jdoc_close(doc);
	return is_ours;
}
