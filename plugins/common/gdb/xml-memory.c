/* SPDX-License-Identifier: MIT */
/* Memory maps, read and written. */
#include <stdlib.h>
#include <string.h>

#include "xml-priv.h"

#define MOST_REGIONS 1024u

static const char *const kind_names[] = {
	[GDB_MEMORY_RAM] = "ram",
	[GDB_MEMORY_ROM] = "rom",
	[GDB_MEMORY_FLASH] = "flash",
};

static bool kind_of(const xmlNode *node, enum gdb_memory_kind *ret)
{
	xml_cleanup xmlChar *type = xmlGetNoNsProp((xmlNode *)node,
						   (const xmlChar *)"type");

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
		xml_cleanup xmlChar *text = NULL;
		char name[12];

		if (!xml_is(c, "property") || !xml_copy_name(c, name, sizeof(name)) ||
		    strcmp(name, "blocksize"))
			continue;
		text = xmlNodeGetContent(c);
		return text && xml_number((const char *)text, UINT64_MAX, ret) && *ret;
	}
	return false;
}

static int read_memory(const xmlNode *node, struct gdb_memory *ret, struct stk_error *err)
{
	static const char name[] = "memory map";

	if (!kind_of(node, &ret->kind))
		return xml_refuse(name, node, "a memory is neither ram, rom nor flash",
				  err);
	if (!xml_number_of(node, "start", UINT64_MAX, &ret->range.addr) ||
	    !xml_number_of(node, "length", UINT64_MAX, &ret->range.len))
		return xml_refuse(name, node, "start or length of a memory is no number",
				  err);
	if (!stk_range_valid(ret->range))
		return xml_refuse(name, node,
				  "a memory is empty, or goes on past the end of "
				  "the address space",
				  err);
	ret->block = 0;
	if (ret->kind == GDB_MEMORY_FLASH && !block_of(node, &ret->block))
		return xml_refuse(name, node, "blocksize of a flash is no number", err);
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

	if (!xml_is(root, "memory-map"))
		return xml_refuse("memory map", root, "it is no memory-map", err);
	for (const xmlNode *c = root->children; !r && c; c = c->next) {
		if (!xml_is(c, "memory"))
			continue;
		if (*count == MOST_REGIONS)
			return xml_refuse("memory map", c,
					  "it has more memories than are read", err);
		r = read_memory(c, &to[*count], err);
		*count += !r;
	}
	if (r)
		return r;
	qsort(to, *count, sizeof(*to), by_address);
	for (size_t i = 1; i < *count; i++)
		if (stk_range_overlaps(to[i - 1].range, to[i].range))
			return xml_refuse("memory map", root, "two memories overlap", err);
	return 0;
}

int gdb_memory_map_read(const char *text, size_t len, struct gdb_memory **ret,
			size_t *ret_count, struct stk_error *err)
{
	struct gdb_memory *to;
	size_t count = 0;
	xmlDoc *doc;
	int r;

	r = xml_parse("memory map", text, len, &doc, err);
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
	gdb_buf_printf(out, "<?xml version=\"1.0\"?>\n"
			    "<!DOCTYPE memory-map PUBLIC "
			    "\"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" "
			    "\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n"
			    "<memory-map>\n");
	for (size_t i = 0; i < count; i++) {
		const struct gdb_memory *m = &map[i];

		gdb_buf_printf(out,
			       "<memory type=\"%s\" start=\"0x%llx\" length=\"0x%llx\"",
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
