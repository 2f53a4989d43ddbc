/* SPDX-License-Identifier: MIT */
/*
 * flash.c - vFlashErase, vFlashWrite, vFlashDone
 *
 * A client erases and writes in many packets. They are checked at once and
 * only collected, as what the flash would hold then; vFlashDone makes one
 * verified job of it. So a client that dies before leaves the flash as it was.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* No image has as many pieces. */
#define CHUNKS_MOST	0x10000u

void flash_forget(struct server *s)
{
	struct collected *f = &s->flash;
	size_t i;

	for (i = 0; i < f->n_chunks; i++)
		free((void *)f->chunks[i].data);
	free(f->chunks);
	free(f->erase);
	*f = (struct collected){ 0 };
}

void flash_abandon(struct server *s)
{
	if (s->flash.n_erase)
		stk_board_say(s->board, "%s had begun to flash: nothing was erased or written",
			      s->client.peer);
	flash_forget(s);
}

/*
 * Nothing of it is written any more, and vFlashDone says so: a client that does
 * not look at this reply shall not be told that all went well.
 */
void flash_refuse(struct server *s)
{
	flash_forget(s);
	s->flash.refused = true;
}

bool flash_refused_before(struct server *s)
{
	flash_refuse(s);
	reply_error(s, "a part of it was refused before; to begin anew connect again, or give "
		    "any monitor command");
	return false;
}

void flash_malformed(struct server *s)
{
	flash_refuse(s);
	reply_malformed(s);
}

/*
 * GDB gives up a load without vFlashDone. Its user can begin anew by "monitor why",
 * which is no part of any load.
 */
void flash_look(struct server *s, const char *packet, size_t len)
{
	if (s->flash.refused && (packet_is(packet, len, "?") ||
				 packet_is(packet, len, "qSupported") ||
				 packet_is(packet, len, "qRcmd,")))
		flash_forget(s);
}

static bool refuse(struct server *s, const char *fmt, ...) stk_printf(2, 3);
static bool refuse(struct server *s, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	flash_refuse(s);
	reply_refused(s, "%s", text);
	return false;
}

const struct stk_board_region *flash_region_at(struct server *s, uint64_t addr)
{
	size_t i, n;
	const struct stk_board_region *r = stk_board_regions(s->board, &n);

	for (i = 0; i < n; i++)
		if (stk_range_contains(r[i].range, (struct stk_range){ addr, 1 }))
			return &r[i];
	return NULL;
}

/* Room for one more; the capacity is the next power of two. */
static bool grow(void **list, size_t n, size_t size)
{
	void *p;

	if (n & (n - 1))
		return true;
	p = realloc(*list, (n ? 2 * n : 1) * size);
	if (p)
		*list = p;
	return p != NULL;
}

/* ---- erase ---- */

/* The range that holds @addr; NULL: it is not to be erased. */
static const struct stk_range *erased_at(const struct collected *f, uint64_t addr)
{
	size_t i;

	for (i = 0; i < f->n_erase; i++)
		if (addr >= f->erase[i].addr && addr < stk_range_end(f->erase[i]))
			return &f->erase[i];
	return NULL;
}

static bool append_chunk(struct collected *f, uint64_t addr, const void *bytes, size_t len)
{
	uint8_t *data;

	if (f->n_chunks == CHUNKS_MOST)
		return false;
	if (!grow((void **)&f->chunks, f->n_chunks, sizeof(*f->chunks)))
		return false;
	data = malloc(len);
	if (!data)
		return false;
	memcpy(data, bytes, len);
	f->chunks[f->n_chunks++] = (struct stk_chunk){ addr, data, len };
	return true;
}

/* Chunk @i without what lies in @range. */
static bool cut_chunk(struct collected *f, size_t i, struct stk_range range)
{
	struct stk_chunk c = f->chunks[i];
	uint64_t end = c.addr + c.len, from = stk_range_end(range);

	if (end > from && !append_chunk(f, from, c.data + (from - c.addr), end - from))
		return false;
	if (c.addr < range.addr) {
		f->chunks[i].len = range.addr - c.addr;
		return true;
	}
	free((void *)c.data);
	f->chunks[i] = f->chunks[--f->n_chunks];
	return true;
}

/* What was to be written there is erased again. */
static bool drop_chunks(struct collected *f, struct stk_range range)
{
	size_t i = f->n_chunks;

	/* From the end: what is cut puts the last one, which was looked at, in its place. */
	while (i--) {
		struct stk_range c = { f->chunks[i].addr, f->chunks[i].len };

		if (stk_range_overlaps(c, range) && !cut_chunk(f, i, range))
			return false;
	}
	return true;
}

/* Sectors of one region, without those that were named before. */
static bool add_erase(struct collected *f, struct stk_range range, uint32_t sector)
{
	struct stk_range *mine = NULL;
	uint64_t at;

	for (at = range.addr; at - range.addr < range.len; at += sector) {
		if (erased_at(f, at)) {
			mine = NULL;
			continue;
		}
		if (!mine) {
			if (!grow((void **)&f->erase, f->n_erase, sizeof(*f->erase)))
				return false;
			mine = &f->erase[f->n_erase++];
			*mine = (struct stk_range){ at, 0 };
		}
		mine->len += sector;
	}
	return true;
}

/* The first part of @range that one loader has; false: it was refused. */
static bool erase_part(struct server *s, struct stk_range range, uint64_t *ret_len)
{
	const struct stk_board_region *r = flash_region_at(s, range.addr);

	if (!r)
		return refuse(s, "no loader of this board writes 0x%08llx: start the server "
			      "with one (-l) whose device has that address, or link the "
			      "image elsewhere", (unsigned long long)range.addr);
	if (range.len > stk_range_end(r->range) - range.addr)
		range.len = stk_range_end(r->range) - range.addr;
	if ((range.addr - r->range.addr) % r->sector || range.len % r->sector)
		return refuse(s, "0x%llx bytes at 0x%08llx are not whole sectors: these "
			      "have 0x%x bytes there", (unsigned long long)range.len,
			      (unsigned long long)range.addr, r->sector);
	if (!drop_chunks(&s->flash, range) || !add_erase(&s->flash, range, r->sector))
		return refuse(s, "out of memory");
	*ret_len = range.len;
	return true;
}

bool flash_collect_erase(struct server *s, struct stk_range left)
{
	const bool refused = s->flash.refused;
	uint64_t n = 0;

	/* What is wrong with this one is told first. */
	for (; left.len; left.addr += n, left.len -= n)
		if (!erase_part(s, left, &n))
			return false;
	return !refused || flash_refused_before(s);
}

void flash_erase(struct server *s, struct args *a)
{
	struct stk_range range;

	if (!args_range(a, &range) || a->at != a->end || !stk_range_valid(range))
		flash_malformed(s);
	else if (flash_collect_erase(s, range))
		reply(s, "OK");
}

/* ---- write ---- */

/* What follows the last one lengthens it: few chunks of many packets. */
static bool add_chunk(struct collected *f, uint64_t addr, const void *bytes, size_t len)
{
	struct stk_chunk *last = f->n_chunks ? &f->chunks[f->n_chunks - 1] : NULL;
	uint8_t *data;

	if (!last || last->addr + last->len != addr)
		return append_chunk(f, addr, bytes, len);
	data = realloc((void *)last->data, last->len + len);
	if (!data)
		return false;
	memcpy(data + last->len, bytes, len);
	last->data = data;
	last->len += len;
	return true;
}

static bool may_write(struct server *s, struct stk_range range)
{
	struct collected *f = &s->flash;
	size_t i;

	for (i = 0; i < f->n_chunks; i++)
		if (stk_range_overlaps(range, (struct stk_range){ f->chunks[i].addr,
								  f->chunks[i].len }))
			return refuse(s, "0x%08llx was written twice and not erased between",
				      (unsigned long long)range.addr);
	while (range.len) {
		const struct stk_range *e = erased_at(f, range.addr);
		uint64_t n;

		if (!e)
			return refuse(s, "0x%08llx was written and not erased before",
				      (unsigned long long)range.addr);
		n = stk_range_end(*e) - range.addr;
		n = n < range.len ? n : range.len;
		range.addr += n;
		range.len -= n;
	}
	return true;
}

bool flash_collect_write(struct server *s, uint64_t addr, const char *bytes, size_t len)
{
	struct stk_range range = { addr, len };

	if (s->flash.refused)
		return flash_refused_before(s);
	if (!may_write(s, range))
		return false;
	if (!add_chunk(&s->flash, addr, bytes, len))
		return refuse(s, "out of memory, or in too many pieces");
	return true;
}

void flash_write(struct server *s, struct args *a)
{
	struct stk_range range;

	if (!args_number(a, &range.addr) || !args_char(a, ':')) {
		flash_malformed(s);
		return;
	}
	range.len = (uint64_t)(a->end - a->at);
	if (range.len && !stk_range_valid(range))
		flash_malformed(s);
	else if (!range.len || flash_collect_write(s, range.addr, a->at, (size_t)range.len))
		reply(s, "OK");
}

/* ---- done ---- */

static void run_job(struct server *s)
{
	const struct stk_board_write write = {
		.size = sizeof(write),
		.erase = s->flash.erase,
		.n_erase = s->flash.n_erase,
		.chunks = s->flash.chunks,
		.n_chunks = s->flash.n_chunks,
	};
	struct stk_error err = { 0 };
	const char *said = NULL;
	int r;

	breaks_out(s);
	s->staged[0] = '\0';
	r = target_result(s, stk_board_flash(s->board, &write, &said, &err), &err);
	breaks_in(s);
	if (r) {
		reply_job_failed(s, &err);
		return;
	}
	if (said)
		untold(s, "%s\n", said);
	reply(s, "OK");
}

void flash_done(struct server *s, struct args *a)
{
	if (s->flash.refused)
		reply_error(s, "a part of it was refused, so nothing was written");
	else if (!s->flash.n_erase)
		reply(s, "OK");
	else
		run_job(s);
	flash_forget(s);
}
