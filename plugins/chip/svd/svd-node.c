/* SPDX-License-Identifier: MIT */
/* Elements of an SVD file: children, texts, numbers, sentences with a line. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "svd.h"

int svd_fail(struct svd *s, const struct svd_node *at, int code, const char *cause,
	     const char *fmt, ...)
{
	char text[320];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return stk_fail(s->err, STK_ORIGIN_INPUT, code, cause, "'%.100s', line %ld: %s",
			s->file, at ? at->line : 1, text);
}

bool svd_is(const struct svd_node *node, const char *name)
{
	return !strcmp(node->name, name);
}

/* A file that is out to keep us busy runs out of steps: then nothing is found. */
const struct svd_node *svd_child(struct svd *s, const struct svd_node *parent,
				 const char *name, const struct svd_node *after)
{
	const struct svd_node *node = after    ? after->next
				      : parent ? parent->children
					       : NULL;

	for (; node && s->n_steps < SVD_MAX_STEPS; node = node->next) {
		s->n_steps++;
		if (svd_is(node, name))
			return node;
	}
	return NULL;
}

const char *svd_text(const struct svd_node *node)
{
	return node ? node->text : "";
}

const struct svd_node *svd_get(struct svd *s, const struct svd_chain *chain,
			       const char *name)
{
	const struct svd_node *found = NULL;

	for (size_t i = 0; i < chain->count && !found; i++)
		found = svd_child(s, chain->node[i], name, NULL);
	return found;
}

static int digit(char c, unsigned int base)
{
	int d = isdigit((unsigned char)c)   ? c - '0'
		: isalpha((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : 99;

	return d < (int)base ? d : -1;
}

/* "k", "M", "G" at the end; 0: something else. */
static uint64_t unit(const char *text)
{
	switch (*text ? text[1] ? 'x' : tolower((unsigned char)*text) : '\0') {
	case '\0':
		return 1;
	case 'k':
		return 1u << 10;
	case 'm':
		return 1u << 20;
	case 'g':
		return 1u << 30;
	}
	return 0;
}

bool svd_parse(const char *text, uint64_t *ret)
{
	unsigned int base = 10;
	uint64_t value = 0, scale;
	const char *start;

	text += *text == '+';
	if (*text == '#') {
		base = 2;
		text++;
	} else if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	for (start = text; *text; text++) {
		int d = base == 2 && tolower((unsigned char)*text) == 'x'
				? 0
				: digit(*text, base);

		if (d < 0)
			break;
		if (value > (UINT64_MAX - (unsigned int)d) / base)
			return false;
		value = value * base + (unsigned int)d;
	}
	scale = unit(text);
	if (text == start || !scale || value > UINT64_MAX / scale)
		return false;
	*ret = value * scale;
	return true;
}

int svd_number(struct svd *s, const struct svd_chain *chain, const char *name,
	       uint64_t fallback, uint64_t *ret)
{
	const struct svd_node *node = svd_get(s, chain, name);

	if (!node) {
		*ret = fallback;
		return 0;
	}
	if (svd_parse(node->text, ret))
		return 0;
	return svd_fail(s, node, EINVAL, "svd-number", "<%s> '%.40s' is not a number",
			name, node->text);
}

int svd_name(struct svd *s, const struct svd_chain *chain, char ret[SVD_NAME + 1])
{
	const struct svd_node *node = svd_get(s, chain, "name");

	snprintf(ret, SVD_NAME + 1, "%s", svd_text(node));
	if (!ret[0])
		return svd_fail(s, chain->node[0], EINVAL, "svd-name",
				"<%s> has no <name>", chain->node[0]->name);
	for (char *c = ret; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_%[]", *c))
			*c = '_';
	return 0;
}
