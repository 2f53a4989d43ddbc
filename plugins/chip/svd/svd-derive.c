/* SPDX-License-Identifier: MIT */
/* derivedFrom: which element it names, in the same place or by a path. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "svd.h"

static bool is_called(struct svd *s, const struct svd_node *node, const char *name,
		      size_t len)
{
	const char *text = svd_text(svd_child(s, node, "name", NULL));

	return strlen(text) == len && !memcmp(text, name, len);
}

/* The child of @parent that is an @element (NULL: any) and called @name. */
static const struct svd_node *named_child(struct svd *s, const struct svd_node *parent,
					  const char *element, const char *name,
					  size_t len, const struct svd_node *but)
{
	const struct svd_node *node = parent ? parent->children : NULL;

	for (; node && s->n_steps < SVD_MAX_STEPS; node = node->next) {
		s->n_steps++;
		if (node != but && (!element || svd_is(node, element)) &&
		    is_called(s, node, name, len))
			return node;
	}
	return NULL;
}

/* What holds the parts of @node: its <registers>, its <fields>, or itself. */
static const struct svd_node *inside(struct svd *s, const struct svd_node *node)
{
	const struct svd_node *part = svd_child(s, node, "registers", NULL);

	if (!part)
		part = svd_child(s, node, "fields", NULL);
	return part ? part : node;
}

/* "TIM2.CR1.CEN" from the peripherals on; NULL: no such thing. */
static const struct svd_node *by_path(struct svd *s, const char *path)
{
	const struct svd_node *node = s->peripherals;

	while (node) {
		size_t len = strcspn(path, ".");

		node = named_child(s, node, NULL, path, len, NULL);
		if (!node || !path[len])
			return node;
		path += len + 1;
		node = inside(s, node);
	}
	return NULL;
}

int svd_derive(struct svd *s, const struct svd_node *node, struct svd_chain *ret)
{
	const struct svd_node *base;
	const char *name;

	ret->node[0] = node;
	ret->count = 1;
	while ((name = node->derived_from) != NULL) {
		base = named_child(s, node->parent, node->name, name, strlen(name), node);
		if (!base)
			base = by_path(s, name);
		if (!base || !svd_is(base, node->name))
			return svd_fail(
				s, node, ENOENT, "svd-base",
				"<%s> derives from '%.60s', which is not in this file",
				node->name, name);
		if (ret->count > SVD_MAX_DERIVED)
			return svd_fail(
				s, ret->node[0], ELOOP, "svd-loop",
				"<%s> derives from '%.60s' over more than %d others, "
				"or from itself",
				node->name, name, SVD_MAX_DERIVED);
		ret->node[ret->count++] = base;
		node = base;
	}
	return 0;
}
