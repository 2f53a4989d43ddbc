/* SPDX-License-Identifier: MIT */
/* derivedFrom: which element it names, in the same place or by a path. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "svd.h"

#define ATTRIBUTE 200

/* The attribute's text; "": there is none. */
static const char *derived_from(const xmlNode *node, char buf[ATTRIBUTE])
{
	const xmlAttr *a = node->properties;

	buf[0] = '\0';
	for (; a; a = a->next)
		if (!strcmp((const char *)a->name, "derivedFrom"))
			return svd_text((const xmlNode *)a, buf, ATTRIBUTE);
	return buf;
}

static bool is_called(struct svd *s, const xmlNode *node, const char *name, size_t len)
{
	char text[SVD_NAME + 1];

	svd_text(svd_child(s, node, "name", NULL), text, sizeof(text));
	return strlen(text) == len && !memcmp(text, name, len);
}

/* The child of @parent that is an @element (NULL: any) and called @name. */
static const xmlNode *named_child(struct svd *s, const xmlNode *parent, const char *element,
				  const char *name, size_t len, const xmlNode *but)
{
	const xmlNode *node = parent ? parent->children : NULL;

	for (; node && s->n_steps < SVD_MAX_STEPS; node = node->next) {
		s->n_steps++;
		if (node != but && node->type == XML_ELEMENT_NODE &&
		    (!element || svd_is(node, element)) && is_called(s, node, name, len))
			return node;
	}
	return NULL;
}

/* What holds the parts of @node: its <registers>, its <fields>, or itself. */
static const xmlNode *inside(struct svd *s, const xmlNode *node)
{
	const xmlNode *part = svd_child(s, node, "registers", NULL);

	if (!part)
		part = svd_child(s, node, "fields", NULL);
	return part ? part : node;
}

/* "TIM2.CR1.CEN" from the peripherals on; NULL: no such thing. */
static const xmlNode *by_path(struct svd *s, const char *path)
{
	const xmlNode *node = s->peripherals;

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

int svd_derive(struct svd *s, const xmlNode *node, struct svd_chain *ret)
{
	const xmlNode *base;
	char name[ATTRIBUTE];

	ret->node[0] = node;
	ret->count = 1;
	while (derived_from(node, name)[0]) {
		base = named_child(s, node->parent, (const char *)node->name, name,
				   strlen(name), node);
		if (!base)
			base = by_path(s, name);
		if (!base || !svd_is(base, (const char *)node->name))
			return svd_fail(s, node, ENOENT, "svd-base",
					"<%s> derives from '%.60s', which is not in this file",
					(const char *)node->name, name);
		if (ret->count > SVD_MAX_DERIVED)
			return svd_fail(s, ret->node[0], ELOOP, "svd-loop",
					"<%s> derives from '%.60s' over more than %d others, "
					"or from itself", (const char *)node->name, name,
					SVD_MAX_DERIVED);
		ret->node[ret->count++] = base;
		node = base;
	}
	return 0;
}
