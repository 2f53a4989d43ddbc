/* SPDX-License-Identifier: MIT */
/*
 * proxy-map.c - the memory map of the server behind, with our flash in it
 */
#include <stdio.h>
#include <stdlib.h>

#include "plugins/common/gdb/xml.h"
#include "server.h"

#define ASK_MS		20000
#define MAP_MOST	(1024u * 1024u)
/* Less than the PacketSize of any server. */
#define PART		"3c0"

/* The other server's map as text; false: it was replied. An empty one: it has none. */
static bool fetch_map(struct server *s, struct gdb_buf *text)
{
	char last = s->proxy.has_map ? 'm' : 'l';

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
		    text->len + len > MAP_MOST) {
			gdb_buf_clear(text);
			return true;
		}
		gdb_buf_put(text, part + 1, len - 1);
	}
	return true;
}

struct map {
	struct gdb_memory *item;
	size_t count, room;
};

static bool map_add(struct map *m, struct gdb_memory item)
{
	if (m->count == m->room) {
		size_t room = m->room ? 2 * m->room : 16;
		struct gdb_memory *p = realloc(m->item, room * sizeof(*p));

		if (!p)
			return false;
		m->item = p;
		m->room = room;
	}
	m->item[m->count++] = item;
	return true;
}

/* @item without what is ours. */
static bool map_add_rest(struct map *m, struct gdb_memory item,
			 const struct stk_board_region *ours, size_t n)
{
	uint64_t at = item.range.addr, end = stk_range_end(item.range);

	for (size_t i = 0; i < n && at < end; i++) {
		struct stk_range r = ours[i].range;

		if (stk_range_end(r) <= at || r.addr >= end)
			continue;
		item.range = (struct stk_range){ at, r.addr - at };
		if (r.addr > at && !map_add(m, item))
			return false;
		at = stk_range_end(r);
	}
	item.range = (struct stk_range){ at, end - at };
	return at >= end || map_add(m, item);
}

/* Without a map GDB takes all there is for RAM: so the rest stays RAM. */
static const struct gdb_memory everything = {
	.kind = GDB_MEMORY_RAM, .range = { 0, UINT64_C(1) << 32 },
};

static bool build_map(struct server *s, const struct gdb_memory *theirs, size_t count)
{
	size_t n;
	const struct stk_board_region *ours = stk_board_regions(s->board, &n);
	struct map m = { 0 };
	bool fits = true;

	for (size_t i = 0; i < count && fits; i++)
		fits = map_add_rest(&m, theirs[i], ours, n);
	for (size_t i = 0; i < n && fits; i++)
		fits = map_add(&m, (struct gdb_memory){ GDB_MEMORY_FLASH, ours[i].range,
							ours[i].sector });
	if (fits)
		gdb_memory_map_write(&s->proxy.map, m.item, m.count);
	free(m.item);
	return fits && !s->proxy.map.failed;
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
