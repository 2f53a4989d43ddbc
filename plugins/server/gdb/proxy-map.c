/* SPDX-License-Identifier: MIT */
/*
 * proxy-map.c - the memory map of the server behind, with our flash in it
 */
#include <stdio.h>
#include <stdlib.h>

#include "server.h"

#define ASK_MS		20000
#define MAP_MOST	(1024u * 1024u)
/* The longest map in parts that are asked for; servers may give less at a time. */
#define PARTS_MOST	(2 * MAP_MOST / 0x3c0)
/* Less than the PacketSize of any server. */
#define PART		"3c0"

/* The other server's map as text; false: it was replied. An empty one: it has none. */
static bool fetch_map(struct server *s, struct gdb_buf *text)
{
	char last = s->proxy.has_map ? 'm' : 'l';
	unsigned int parts = 0;

	while (last == 'm') {
		char packet[64];
		const char *part;
		size_t len;
		int n = snprintf(packet, sizeof(packet), "qXfer:memory-map:read::%zx," PART,
				 text->len);

		if (!proxy_ask(s, packet, (size_t)n, ASK_MS, &part, &len))
			return false;
		last = len ? part[0] : 'E';
		if ((last != 'm' && last != 'l') || (last == 'm' && len == 1) ||
		    text->len + len > MAP_MOST || text->failed || ++parts > PARTS_MOST) {
			gdb_buf_clear(text);
			return true;
		}
		gdb_buf_put(text, part + 1, len - 1);
	}
	return true;
}

/* Without a map GDB takes all there is for RAM: so the rest stays RAM. */
static const struct gdb_memory everything = {
	.kind = GDB_MEMORY_RAM, .range = { 0, UINT64_C(1) << 32 },
};

static bool build_map(struct server *s, const struct gdb_memory *theirs, size_t count)
{
	struct memory_map m = { 0 };

	map_regions(&m, s->board);
	for (size_t i = 0; i < count; i++)
		map_fill(&m, theirs[i]);
	if (!m.failed)
		gdb_memory_map_write(&s->proxy.map, m.item, m.count);
	free(m.item);
	return !m.failed && !s->proxy.map.failed;
}

/* False: it was replied. */
static bool make_map(struct server *s)
{
	struct gdb_memory *theirs = NULL;
	struct gdb_buf text = { 0 };
	struct stk_error err = { 0 };
	size_t n = 0;
	bool made;

	if (s->proxy.map.len)
		return true;
	if (!fetch_map(s, &text))
		return false;
	if (text.len && gdb_memory_map_read(text.bytes, text.len, &theirs, &n, &err))
		stk_board_say(s->board, "the memory map of the server behind is of no use: %s",
			      err.msg);
	made = n ? build_map(s, theirs, n) : build_map(s, &everything, 1);
	free(theirs);
	gdb_buf_free(&text);
	if (!made)
		reply_error(s, "out of memory");
	return made;
}

void proxy_memory_map(struct server *s, const char *packet, struct args *a)
{
	if (!args_char(a, ':'))
		reply(s, "E00");
	else if (make_map(s))
		reply_part(s, a, &s->proxy.map);
}
