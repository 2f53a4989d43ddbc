/* SPDX-License-Identifier: MIT */
/*
 * What every line that a pattern matches must hold: looked for before the
 * regular expression, which takes a hundred times as long.
 */
#include <ctype.h>
#include <string.h>

#include "logs.h"

/* Behind the bracket expression that begins at @s. */
static const char *skip_bracket(const char *s)
{
	s++;
	if (*s == '^')
		s++;
	if (*s == ']')
		s++;
	while (*s && *s != ']') {
		if (*s == '[' && (s[1] == ':' || s[1] == '.' || s[1] == '=')) {
			const char end[] = { s[1], ']', '\0' };
			const char *close = strstr(s + 2, end);

			s = close ? close + 1 : s;
		}
		s++;
	}
	return *s ? s + 1 : s;
}

/* Behind the group that begins at @s. */
static const char *skip_group(const char *s)
{
	int depth = 0;

	do {
		if (*s == '[') {
			s = skip_bracket(s);
			continue;
		}
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')')
			depth--;
		s++;
	} while (*s && depth > 0);
	return s;
}

/* "a|b" on the outermost level: neither must be there. */
static bool has_choice(const char *s)
{
	while (*s && *s != '|') {
		if (*s == '[')
			s = skip_bracket(s);
		else if (*s == '(')
			s = skip_group(s);
		else
			s += *s == '\\' && s[1] ? 2 : 1;
	}
	return *s == '|';
}

struct run {
	char *key;
	size_t size;		/* of key */
	char text[400];
	size_t len;
};

static void end_run(struct run *run)
{
	if (run->len > strlen(run->key) && run->len < run->size) {
		memcpy(run->key, run->text, run->len);
		run->key[run->len] = '\0';
	}
	run->len = 0;
}

void log_pattern_key(const char *regex, char *key, size_t size)
{
	struct run run = { .key = key, .size = size };
	const char *s = regex;

	*key = '\0';
	if (has_choice(regex))
		return;
	while (*s) {
		const char *next = *s == '[' ? skip_bracket(s) : *s == '(' ? skip_group(s) :
				   s + (*s == '\\' && s[1] ? 2 : 1);
		/* "\." is a point; "\w" and the like are something else. */
		const bool escaped = *s == '\\' && s[1] && strchr(".[]()|*+?{}^$\\", s[1]);
		const bool plain = escaped || !strchr("[(.^$*+?{\\)", *s);

		if (plain && !strchr("*?{", *next ? *next : 'x') && run.len < sizeof(run.text))
			run.text[run.len++] = escaped ? s[1] : *s;
		else
			end_run(&run);
		if (*s == '{')
			next = strchr(s, '}') ? strchr(s, '}') + 1 : next;
		s = next;
	}
	end_run(&run);
	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}
