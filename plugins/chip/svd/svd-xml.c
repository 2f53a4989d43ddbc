/* SPDX-License-Identifier: MIT */
/*
 * From XML to elements of ours. No DTD is read, so there are no entities;
 * nothing is fetched; libxml2's own limits hold (depth 256).
 */
#include <ctype.h>
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <pthread.h>
#include <string.h>

#include "svd.h"

#define MAX_ELEMENTS 4000000u

struct parse {
	bool dtd;
	size_t n_elements;
};

static void refuse_dtd(void *data, const xmlChar *name, const xmlChar *id,
		       const xmlChar *system)
{
	xmlParserCtxt *ctxt = data;
	struct parse *p = ctxt->_private;

	p->dtd = true;
	xmlStopParser(ctxt);
}

static int xml_error(struct svd *s, xmlParserCtxt *ctxt, const struct parse *p)
{
	const xmlError *e = xmlCtxtGetLastError(ctxt);
	const char *what = e && e->message ? e->message : "not well-formed";

	if (p->dtd)
		return stk_fail(
			s->err, STK_ORIGIN_INPUT, EPERM, "svd-dtd",
			"'%.100s' has a DOCTYPE; an SVD file needs none, and entities "
			"are not read",
			s->file);
	return stk_fail(s->err, STK_ORIGIN_INPUT, ENOEXEC, "svd-xml",
			"'%.100s', line %d: %.*s", s->file, e ? e->line : 1,
			(int)strcspn(what, "\n"), what);
}

/* ---- elements --------------------------------------------------------- */

/* What makes up most of a file and names nothing. */
static bool is_skipped(const char *name)
{
	return !strcmp(name, "description") || !strcmp(name, "enumeratedValues") ||
	       !strcmp(name, "interrupt");
}

/* The text between the children of @from, trimmed. */
static char *copy_text(struct svd_pool *pool, const xmlNode *from)
{
	char text[SVD_TEXT + 1];
	size_t used = 0;

	for (; from; from = from->next) {
		const char *t = (const char *)from->content;

		if (from->type != XML_TEXT_NODE && from->type != XML_CDATA_SECTION_NODE)
			continue;
		for (; t && *t && used < SVD_TEXT; t++)
			if (used || !isspace((unsigned char)*t))
				text[used++] = *t;
	}
	while (used && isspace((unsigned char)text[used - 1]))
		used--;
	text[used] = '\0';
	return svd_strdup(pool, text);
}

static int copy_element(struct svd *s, struct parse *p, const xmlNode *from,
			const struct svd_node *parent, struct svd_node **ret);

static int copy_children(struct svd *s, struct parse *p, const xmlNode *from,
			 struct svd_node *node)
{
	const struct svd_node **link = &node->children;
	struct svd_node *child;
	int r = 0;

	for (const xmlNode *c = from->children; !r && c; c = c->next) {
		if (c->type != XML_ELEMENT_NODE || is_skipped((const char *)c->name))
			continue;
		r = copy_element(s, p, c, node, &child);
		if (r)
			break;
		*link = child;
		link = &child->next;
	}
	return r;
}

static int copy_element(struct svd *s, struct parse *p, const xmlNode *from,
			const struct svd_node *parent, struct svd_node **ret)
{
	struct svd_node *node = svd_alloc(&s->tree, sizeof(*node));

	if (!node)
		return stk_fail_nomem(s->err);
	node->line = xmlGetLineNo((xmlNode *)from);
	node->parent = parent;
	if (++p->n_elements > MAX_ELEMENTS)
		return svd_fail(s, node, E2BIG, "svd-elements", "more than %u elements",
				MAX_ELEMENTS);
	node->name = svd_strdup(&s->tree, (const char *)from->name);
	node->text = copy_text(&s->tree, from->children);
	for (const xmlAttr *a = from->properties; a; a = a->next)
		if (!strcmp((const char *)a->name, "derivedFrom"))
			node->derived_from = copy_text(&s->tree, a->children);
	if (!node->name || !node->text)
		return stk_fail_nomem(s->err);
	*ret = node;
	return copy_children(s, p, from, node);
}

int svd_parse_xml(struct svd *s, const uint8_t *bytes, size_t len,
		  const struct svd_node **ret)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_NOBLANKS | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES;
	/* libxml2 prepares itself when first used, but not for several threads. */
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	xmlParserCtxt *ctxt;
	struct parse p = { .dtd = false };
	struct svd_node *root = NULL;
	xmlDoc *doc;
	int r;

	if (len > SVD_MAX_BYTES)
		return stk_fail(
			s->err, STK_ORIGIN_INPUT, EFBIG, "svd-size",
			"'%.100s' has %zu bytes; SVD files of up to %u MiB are read",
			s->file, len, SVD_MAX_BYTES >> 20);
	pthread_once(&once, xmlInitParser);
	ctxt = xmlNewParserCtxt();
	if (!ctxt)
		return stk_fail_nomem(s->err);
	ctxt->_private = &p;
	ctxt->sax->internalSubset = refuse_dtd;
	doc = xmlCtxtReadMemory(ctxt, (const char *)bytes, (int)len, NULL, NULL, options);
	if (!doc || p.dtd || !xmlDocGetRootElement(doc))
		r = xml_error(s, ctxt, &p);
	else
		r = copy_element(s, &p, xmlDocGetRootElement(doc), NULL, &root);
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(ctxt);
	*ret = root;
	return r;
}
