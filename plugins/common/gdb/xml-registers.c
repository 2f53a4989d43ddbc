/* SPDX-License-Identifier: MIT */
/* Target descriptions: the registers, out of documents that include others. */
#include <ctype.h>
#include <stdlib.h>

#include "xml-priv.h"

#define MOST_DOCUMENTS 64u     /* that a target description is made of */
#define MOST_DEPTH     8u      /* of includes */
#define MOST_NUMBER    0xffffu /* of a register */
#define MOST_BITS      4096u

struct reading {
	gdb_annex_reader read;
	void *data;
	struct gdb_registers *to;
	unsigned int documents;
	uint64_t next; /* number of the next register that has none */
	struct stk_error *err;
};

static int add_register(struct reading *r, const char *annex, const xmlNode *node)
{
	struct gdb_registers *to = r->to;
	struct gdb_register *reg = &to->item[to->count];
	uint64_t bits;

	if (to->count == GDB_REGISTERS_MOST)
		return xml_refuse(annex, node, "it has more registers than are read",
				  r->err);
	if (!xml_copy_name(node, reg->name, sizeof(reg->name)))
		return xml_refuse(annex, node, "a register has no name", r->err);
	if (!xml_number_of(node, "bitsize", MOST_BITS, &bits) || !bits)
		return xml_refuse(annex, node,
				  "bitsize of a register is no number from 1 to "
				  "4096",
				  r->err);
	if (xml_has(node, "regnum") && !xml_number_of(node, "regnum", MOST_NUMBER, &r->next))
		return xml_refuse(annex, node,
				  "regnum of a register is no number up to "
				  "65535",
				  r->err);
	if (r->next > MOST_NUMBER)
		return xml_refuse(annex, node, "a register has a number above 65535",
				  r->err);
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
	xml_cleanup xmlChar *href = xmlGetNoNsProp((xmlNode *)node,
						   (const xmlChar *)"href");

	if (!href || !is_annex((const char *)href))
		return xml_refuse(annex, node, "an include names no document", r->err);
	if (depth == MOST_DEPTH)
		return xml_refuse(annex, node, "documents include each other without end",
				  r->err);
	return read_annex(r, (const char *)href, depth + 1);
}

/* <target> has <feature>s, which have <reg>s; either may be in an include. */
static int read_element(struct reading *r, const char *annex, const xmlNode *node,
			unsigned int depth)
{
	int ret = 0;

	if (xml_is(node, "reg"))
		return add_register(r, annex, node);
	if (xml_is(node, "include"))
		return include(r, annex, node, depth);
	if (!xml_is(node, "target") && !xml_is(node, "feature"))
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
		return xml_refuse(annex, NULL, "it is one of too many documents", r->err);
	ret = r->read(r->data, annex, &text, r->err);
	if (!ret && text.failed)
		ret = stk_fail_nomem(r->err);
	if (ret)
		goto out;
	ret = xml_parse(annex, text.bytes ? text.bytes : "", text.len, &doc, r->err);
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
			r = xml_refuse("target.xml", NULL,
				       "two registers have one number", err);
	if (!r)
		*ret = *to;
	free(to);
	return r;
}
