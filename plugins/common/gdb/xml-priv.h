/* SPDX-License-Identifier: MIT */
/* xml-priv.h - what the readers of registers and of memory share */
#ifndef GDB_XML_PRIV_H
#define GDB_XML_PRIV_H

#include <libxml/tree.h>

#include "xml.h"

#define xml_cleanup __attribute__((cleanup(xml_freep)))

void xml_freep(xmlChar **s);

/* The document, or @node of it, cannot be believed. */
int xml_refuse(const char *name, const xmlNode *node, const char *why,
	       struct stk_error *err);
/* xmlFreeDoc() *ret, which has a root element. */
int xml_parse(const char *name, const char *text, size_t len, xmlDoc **ret,
	      struct stk_error *err);

/* An element of that name, in whatever namespace. */
bool xml_is(const xmlNode *node, const char *name);
bool xml_has(const xmlNode *node, const char *name);
/* Decimal, or hexadecimal after 0x, with blanks around it and nothing else. */
bool xml_number(const char *text, uint64_t most, uint64_t *ret);
/* Of an attribute. False: it is not there, or is no such number. */
bool xml_number_of(const xmlNode *node, const char *name, uint64_t most, uint64_t *ret);
/* Its attribute "name", in lower case, cut to @size; false: it has none. */
bool xml_copy_name(const xmlNode *node, char *ret, size_t size);

#endif
