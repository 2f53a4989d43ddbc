/* SPDX-License-Identifier: MIT */
/*
 * What servers say in XML. Their documents name a DTD (QEMU, gdbserver), which is
 * never loaded; what declares or uses entities is refused; includes are ours to
 * read. Nothing of a document is believed before it was checked.
 */
#include <ctype.h>
#include <errno.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <string.h>

#include "xml-priv.h"

#define MOST_BYTES (1u << 20) /* of one document */

int xml_refuse(const char *name, const xmlNode *node, const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EPROTO, "server-xml",
			"the GDB server's '%.100s', line %ld: %s", name,
			node ? xmlGetLineNo((xmlNode *)node) : 1L, why);
}

/* ---- documents ---------------------------------------------------------- */

static void stop(void *ctxt)
{
	*(bool *)((xmlParserCtxt *)ctxt)->_private = true;
	xmlStopParser(ctxt);
}

static void on_entity(void *ctxt, const xmlChar *name, int type, const xmlChar *id,
		      const xmlChar *system, xmlChar *content)
{
	stop(ctxt);
}

static void on_attribute(void *ctxt, const xmlChar *element, const xmlChar *name,
			 int type, int kind, const xmlChar *value, xmlEnumeration *tree)
{
	stop(ctxt);
	xmlFreeEnumeration(tree); /* it is the handler's */
}

static void on_reference(void *ctxt, const xmlChar *name)
{
	stop(ctxt);
}

static int no_document(const char *name, xmlParserCtxt *ctxt, bool declares,
		       struct stk_error *err)
{
	const xmlError *e = xmlCtxtGetLastError(ctxt);
	const char *what = e && e->message ? e->message : "it is empty";

	if (declares)
		return xml_refuse(name, NULL,
				  "it declares or uses entities, which are not read", err);
	return stk_fail(err, STK_ORIGIN_TARGET, EPROTO, "server-xml",
			"the GDB server's '%.100s', line %d, is no XML: %.*s", name,
			e ? e->line : 1, (int)strcspn(what, "\n"), what);
}

/* Neither DTDLOAD, DTDATTR, NOENT, XINCLUDE nor HUGE: see the top. */
int xml_parse(const char *name, const char *text, size_t len, xmlDoc **ret,
	      struct stk_error *err)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	/* libxml2 prepares itself when first used, but not for several threads. */
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	bool declares = false;
	xmlParserCtxt *ctxt;
	xmlDoc *doc;
	int r = 0;

	if (len > MOST_BYTES)
		return xml_refuse(name, NULL, "it has more than the 1 MiB that are read",
				  err);
	pthread_once(&once, xmlInitParser);
	ctxt = xmlNewParserCtxt();
	if (!ctxt)
		return stk_fail_nomem(err);
	ctxt->_private = &declares;
	ctxt->sax->entityDecl = on_entity;
	ctxt->sax->attributeDecl = on_attribute;
	ctxt->sax->reference = on_reference;
	doc = xmlCtxtReadMemory(ctxt, text, (int)len, NULL, NULL, options);
	if (declares || !doc || !xmlDocGetRootElement(doc)) {
		r = no_document(name, ctxt, declares, err);
		xmlFreeDoc(doc);
	} else {
		*ret = doc;
	}
	xmlFreeParserCtxt(ctxt);
	return r;
}

/* Servers do not care for namespaces: QEMU has "xi:include", and never declares xi. */
bool xml_is(const xmlNode *node, const char *name)
{
	const char *own = (const char *)node->name, *colon;

	if (node->type != XML_ELEMENT_NODE)
		return false;
	colon = strchr(own, ':');
	return !strcmp(colon ? colon + 1 : own, name);
}

bool xml_number(const char *text, uint64_t most, uint64_t *ret)
{
	unsigned int base = 10;
	uint64_t n = 0;
	bool any = false;

	text += strspn(text, " \t\r\n");
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		base = 16;
	}
	for (; gdb_digit(*text) >= 0 && gdb_digit(*text) < (int)base; text++, any = true)
		if (__builtin_mul_overflow(n, base, &n) ||
		    __builtin_add_overflow(n, (uint64_t)gdb_digit(*text), &n))
			return false;
	text += strspn(text, " \t\r\n");
	if (*text || !any || n > most)
		return false;
	*ret = n;
	return true;
}

void xml_freep(xmlChar **s)
{
	xmlFree(*s);
}

bool xml_number_of(const xmlNode *node, const char *name, uint64_t most, uint64_t *ret)
{
	xml_cleanup xmlChar *value = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)name);

	return value && xml_number((const char *)value, most, ret);
}

bool xml_has(const xmlNode *node, const char *name)
{
	return xmlHasProp((xmlNode *)node, (const xmlChar *)name);
}

bool xml_copy_name(const xmlNode *node, char *ret, size_t size)
{
	xml_cleanup xmlChar *value = xmlGetNoNsProp((xmlNode *)node,
						    (const xmlChar *)"name");
	size_t n = 0;

	for (const xmlChar *c = value; c && *c && n + 1 < size; c++)
		ret[n++] = isgraph(*c) ? (char)tolower(*c) : '?';
	ret[n] = '\0';
	return n;
}
