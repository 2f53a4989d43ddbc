/* SPDX-License-Identifier: MIT */
/* The next command to run, with what the log told filled in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"

/* "cubeprogrammer@2.9.0", or the name alone. */
static const char *tool_ref(const struct explain *x, const char *tool)
{
	const struct told_version *v = explain_version(x, tool);

	return v ? arena_printf(x->arena, "%s@%s", tool, v->version) : tool;
}

/* What stands for @name in a template; NULL: the log does not tell it. */
static const char *value_of(const struct explain *x, const char *name)
{
	if (!strcmp(name, "chip"))
		return x->known ? x->known->name : NULL;
	if (!strcmp(name, "loader"))
		return x->loader;
	if (!strcmp(name, "tool"))
		return x->e->tool ? tool_ref(x, x->e->tool) : NULL;
	return tool_ref(x, name);
}

/* Put one "{name}"; what is not told becomes NAME. Returns what follows. */
static const char *put_value(const struct explain *x, FILE *out, const char *s)
{
	char name[40];
	const size_t len = strcspn(s + 1, "}");
	const char *value;

	snprintf(name, sizeof(name), "%.*s", len < sizeof(name) ? (int)len : 0, s + 1);
	value = value_of(x, name);
	/* For a shell, whatever is in it: a log is written by others. */
	if (value)
		value = answer_word(x->arena, value);
	if (value)
		fputs(value, out);
	else
		for (const char *c = name; *c; c++)
			fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
	return s + 1 + len + (s[1 + len] == '}');
}

/* "[ -t emu:{chip}]" is left out where the log does not tell it. */
static bool is_told(const struct explain *x, const char *s)
{
	char name[40];
	const char *brace = strchr(s, '{');
	const char *end = strchr(s, ']');

	if (!brace || !end || brace > end)
		return true;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(brace + 1, "}"), brace + 1);
	return value_of(x, name) != NULL;
}

static void put_template(const struct explain *x, FILE *out, const char *s)
{
	while (*s) {
		if (*s == '[' && !is_told(x, s))
			s = strchr(s, ']') + 1;
		else if (*s == '[' || *s == ']')
			s++;
		else if (*s == '{')
			s = put_value(x, out, s);
		else
			fputc(*s++, out);
	}
}

int explain_next(struct explain *x)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!x->rule || !x->rule->next)
		return 0;
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	put_template(x, out, x->rule->next);
	if (fclose(out) == 0)
		x->e->next = arena_strdup(x->arena, text);
	free(text);
	x->e->next_why = x->rule->next_why;
	return x->e->next ? 0 : -ENOMEM;
}
