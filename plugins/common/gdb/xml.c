/* SPDX-License-Identifier: MIT */
/*
 * What servers say in XML. Their documents name a DTD (QEMU, gdbserver), which is
 * never loaded; what declares or uses entities is refused; includes are ours to
 * read. Nothing of a document is believed before it was checked.
 */
#include <ctype.h>
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "xml.h"

#define MOST_BYTES	(1u << 20)	/* of one document */
#define MOST_DOCUMENTS	64u		/* that a target description is made of */
#define MOST_DEPTH	8u		/* of includes */
#define MOST_NUMBER	0xffffu		/* of a register */
#define MOST_BITS	4096u
#define MOST_REGIONS	1024u

static int refuse(const char *name, const xmlNode *node, const char *why,
		  struct stk_error *err)
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
		return refuse(name, NULL, "it declares or uses entities, which are not read",
			      err);
	return stk_fail(err, STK_ORIGIN_TARGET, EPROTO, "server-xml",
			"the GDB server's '%.100s', line %d, is no XML: %.*s", name,
			e ? e->line : 1, (int)strcspn(what, "\n"), what);
}

/* Neither DTDLOAD, DTDATTR, NOENT, XINCLUDE nor HUGE: see the top. */
static int parse(const char *name, const char *text, size_t len, xmlDoc **ret,
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
		return refuse(name, NULL, "it has more than the 1 MiB that are read", err);
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
static bool is(const xmlNode *node, const char *name)
{
	const char *own = (const char *)node->name, *colon;

	if (node->type != XML_ELEMENT_NODE)
		return false;
	colon = strchr(own, ':');
	return !strcmp(colon ? colon + 1 : own, name);
}

/* Decimal, or hexadecimal after 0x, with blanks around it and nothing else. */
static bool number(const char *text, uint64_t most, uint64_t *ret)
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

static void xml_freep(xmlChar **s)
{
	xmlFree(*s);
}

/* False: it is not there, or is no such number. */
static bool number_of(const xmlNode *node, const char *name, uint64_t most, uint64_t *ret)
{
	__attribute__((cleanup(xml_freep)))
	xmlChar *value = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)name);

	return value && number((const char *)value, most, ret);
}

static bool has(const xmlNode *node, const char *name)
{
	return xmlHasProp((xmlNode *)node, (const xmlChar *)name);
}

/* ---- registers ---------------------------------------------------------- */

struct reading {
	gdb_annex_reader read;
	void *data;
	struct gdb_registers *to;
	unsigned int documents;
	uint64_t next;		/* number of the next register that has none */
	struct stk_error *err;
};

static bool copy_name(const xmlNode *node, char *ret, size_t size)
{
	__attribute__((cleanup(xml_freep)))
	xmlChar *value = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)"name");
	size_t n = 0;

	for (const xmlChar *c = value; c && *c && n + 1 < size; c++)
		ret[n++] = isgraph(*c) ? (char)tolower(*c) : '?';
	ret[n] = '\0';
	return n;
}

static int add_register(struct reading *r, const char *annex, const xmlNode *node)
{
	struct gdb_registers *to = r->to;
	struct gdb_register *reg = &to->item[to->count];
	uint64_t bits;

	if (to->count == GDB_REGISTERS_MOST)
		return refuse(annex, node, "it has more registers than are read", r->err);
	if (!copy_name(node, reg->name, sizeof(reg->name)))
		return refuse(annex, node, "a register has no name", r->err);
	if (!number_of(node, "bitsize", MOST_BITS, &bits) || !bits)
		return refuse(annex, node, "bitsize of a register is no number from 1 to "
			      "4096", r->err);
	if (has(node, "regnum") && !number_of(node, "regnum", MOST_NUMBER, &r->next))
		return refuse(annex, node, "regnum of a register is no number up to "
			      "65535", r->err);
	if (r->next > MOST_NUMBER)
		return refuse(annex, node, "a register has a number above 65535", r->err);
	reg->number = (unsigned int)r->next++;
	reg->bits = (unsigned int)bits;
	to->count++;
	return 0;
}

static int read_annex(struct reading *r, const char *annex, unsigned int depth);

/* It goes into a packet, between two colons. */
static bool is_annex(const char *s)
{
	size_t n = 0;

	while (isgraph((unsigned char)s[n]) && s[n] != ':')
		n++;
	return n && !s[n] && n <= 100;
}

static int include(struct reading *r, const char *annex, const xmlNode *node,
		   unsigned int depth)
{
	__attribute__((cleanup(xml_freep)))
	xmlChar *href = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)"href");

	if (!href || !is_annex((const char *)href))
		return refuse(annex, node, "an include names no document", r->err);
	if (depth == MOST_DEPTH)
		return refuse(annex, node, "documents include each other without end",
			      r->err);
	return read_annex(r, (const char *)href, depth + 1);
}

/* <target> has <feature>s, which have <reg>s; either may be in an include. */
static int read_element(struct reading *r, const char *annex, const xmlNode *node,
			unsigned int depth)
{
	int ret = 0;

	if (is(node, "reg"))
		return add_register(r, annex, node);
	if (is(node, "include"))
		return include(r, annex, node, depth);
	if (!is(node, "target") && !is(node, "feature"))
		return 0;
	for (const xmlNode *c = node->children; !ret && c; c = c->next)
		ret = read_element(r, annex, c, depth);
	return ret;
}

static int read_annex(struct reading *r, const char *annex, unsigned int depth)
{
	struct gdb_buf text = { NULL, 0, 0, false };
	xmlDoc *doc;
	int ret;

	if (r->documents++ == MOST_DOCUMENTS)
		return refuse(annex, NULL, "it is one of too many documents", r->err);
	ret = r->read(r->data, annex, &text, r->err);
	if (!ret && text.failed)
		ret = stk_fail_nomem(r->err);
	if (ret)
		goto out;
	ret = parse(annex, text.bytes ? text.bytes : "", text.len, &doc, r->err);
	if (ret)
		goto out;
	ret = read_element(r, annex, xmlDocGetRootElement(doc), depth);
	xmlFreeDoc(doc);
out:
	gdb_buf_free(&text);
	return ret;
}

static int by_number(const void *a, const void *b)
{
	const struct gdb_register *one = a, *two = b;

	return (one->number > two->number) - (one->number < two->number);
}

int gdb_registers_read(gdb_annex_reader read, void *data, struct gdb_registers *ret,
		       struct stk_error *err)
{
	struct gdb_registers *to = calloc(1, sizeof(*to));
	struct reading reading = { .read = read, .data = data, .to = to, .err = err };
	int r;

	if (!to)
		return stk_fail_nomem(err);
	r = read_annex(&reading, "target.xml", 0);
	if (!r)
		qsort(to->item, to->count, sizeof(to->item[0]), by_number);
	for (size_t i = 1; !r && i < to->count; i++)
		if (to->item[i].number == to->item[i - 1].number)
			r = refuse("target.xml", NULL, "two registers have one number",
				   err);
	if (!r)
		*ret = *to;
	free(to);
	return r;
}

/* ---- memory ------------------------------------------------------------- */

static const char *const kind_names[] = {
	[GDB_MEMORY_RAM] = "ram",
	[GDB_MEMORY_ROM] = "rom",
	[GDB_MEMORY_FLASH] = "flash",
};

static bool kind_of(const xmlNode *node, enum gdb_memory_kind *ret)
{
	__attribute__((cleanup(xml_freep)))
	xmlChar *type = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)"type");

	for (size_t i = 0; type && i < sizeof(kind_names) / sizeof(kind_names[0]); i++)
		if (!strcmp((const char *)type, kind_names[i])) {
			*ret = (enum gdb_memory_kind)i;
			return true;
		}
	return false;
}

/* <property name="blocksize">0x800</property> */
static bool block_of(const xmlNode *memory, uint64_t *ret)
{
	for (const xmlNode *c = memory->children; c; c = c->next) {
		__attribute__((cleanup(xml_freep)))
		xmlChar *text = NULL;
		char name[12];

		if (!is(c, "property") || !copy_name(c, name, sizeof(name)) ||
		    strcmp(name, "blocksize"))
			continue;
		text = xmlNodeGetContent(c);
		return text && number((const char *)text, UINT64_MAX, ret) && *ret;
	}
	return false;
}

static int read_memory(const xmlNode *node, struct gdb_memory *ret, struct stk_error *err)
{
	static const char name[] = "memory map";

	if (!kind_of(node, &ret->kind))
		return refuse(name, node, "a memory is neither ram, rom nor flash", err);
	if (!number_of(node, "start", UINT64_MAX, &ret->range.addr) ||
	    !number_of(node, "length", UINT64_MAX, &ret->range.len))
		return refuse(name, node, "start or length of a memory is no number", err);
	if (!stk_range_valid(ret->range))
		return refuse(name, node, "a memory is empty, or goes on past the end of "
			      "the address space", err);
	ret->block = 0;
	if (ret->kind == GDB_MEMORY_FLASH && !block_of(node, &ret->block))
		return refuse(name, node, "blocksize of a flash is no number", err);
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct gdb_memory *one = a, *two = b;

	return (one->range.addr > two->range.addr) - (one->range.addr < two->range.addr);
}

static int read_memories(const xmlNode *root, struct gdb_memory *to, size_t *count,
			 struct stk_error *err)
{
	int r = 0;

	if (!is(root, "memory-map"))
		return refuse("memory map", root, "it is no memory-map", err);
	for (const xmlNode *c = root->children; !r && c; c = c->next) {
		if (!is(c, "memory"))
			continue;
		if (*count == MOST_REGIONS)
			return refuse("memory map", c, "it has more memories than are read",
				      err);
		r = read_memory(c, &to[*count], err);
		*count += !r;
	}
	if (r)
		return r;
	qsort(to, *count, sizeof(*to), by_address);
	for (size_t i = 1; i < *count; i++)
		if (stk_range_overlaps(to[i - 1].range, to[i].range))
			return refuse("memory map", root, "two memories overlap", err);
	return 0;
}

int gdb_memory_map_read(const char *text, size_t len, struct gdb_memory **ret,
			size_t *ret_count, struct stk_error *err)
{
	struct gdb_memory *to;
	size_t count = 0;
	xmlDoc *doc;
	int r;

	r = parse("memory map", text, len, &doc, err);
	if (r)
		return r;
	to = calloc(MOST_REGIONS, sizeof(*to));
	r = to ? read_memories(xmlDocGetRootElement(doc), to, &count, err)
	       : stk_fail_nomem(err);
	xmlFreeDoc(doc);
	if (r) {
		free(to);
		return r;
	}
	*ret = to;
	*ret_count = count;
	return 0;
}

void gdb_memory_map_write(struct gdb_buf *out, const struct gdb_memory *map, size_t count)
{
	gdb_buf_printf(out,
		       "<?xml version=\"1.0\"?>\n"
		       "<!DOCTYPE memory-map PUBLIC "
		       "\"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" "
		       "\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n"
		       "<memory-map>\n");
	for (size_t i = 0; i < count; i++) {
		const struct gdb_memory *m = &map[i];

		gdb_buf_printf(out, "<memory type=\"%s\" start=\"0x%llx\" length=\"0x%llx\"",
			       kind_names[m->kind], (unsigned long long)m->range.addr,
			       (unsigned long long)m->range.len);
		if (m->kind == GDB_MEMORY_FLASH)
			gdb_buf_printf(out,
				       "><property name=\"blocksize\">0x%llx</property>"
				       "</memory>\n",
				       (unsigned long long)m->block);
		else
			gdb_buf_printf(out, "/>\n");
	}
	gdb_buf_printf(out, "</memory-map>\n");
}
