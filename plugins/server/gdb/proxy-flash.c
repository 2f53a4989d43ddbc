/* SPDX-License-Identifier: MIT */
/*
 * proxy-flash.c - flash packets: to the server behind, or for a loader of ours
 *
 * GDB joins what it erases and writes, so that one packet may be for both.
 */
#include <string.h>

#include "server.h"

/* Erasing a whole chip there may take minutes. */
#define FLASH_MS	600000

/* How far from @addr on all is ours, or nothing is; at most @len. */
static uint64_t alike(struct server *s, uint64_t addr, uint64_t len, bool *ret_ours)
{
	size_t n;
	const struct stk_board_region *r = stk_board_regions(s->board, &n);

	*ret_ours = false;
	for (size_t i = 0; i < n; i++) {
		uint64_t end = stk_range_end(r[i].range);

		if (addr >= r[i].range.addr && addr < end) {
			*ret_ours = true;
			return len < end - addr ? len : end - addr;
		}
		if (r[i].range.addr > addr && len > r[i].range.addr - addr)
			len = r[i].range.addr - addr;
	}
	return len;
}

/* A part of a packet that is for both; false: it was replied. */
static bool pass_part(struct server *s, const struct gdb_buf *packet)
{
	const char *answer;
	size_t len;

	if (packet->failed) {
		reply_refused(s, "out of memory");
		return false;
	}
	if (!proxy_ask(s, packet->bytes, packet->len, FLASH_MS, &answer, &len))
		return false;
	if (len == 2 && !memcmp(answer, "OK", 2))
		return true;
	flash_refuse(s);
	reply_bytes(s, answer, len);
	return false;
}

/* All of the packet is theirs. Where flash is ours too we look at the answer. */
static void pass_whole(struct server *s, const char *packet, const struct args *a)
{
	size_t n;

	stk_board_regions(s->board, &n);
	if (s->flash.refused) {
		flash_refused_before(s);
		return;
	}
	s->proxy.theirs = true;
	s->proxy.flashing = n > 0;
	proxy_pass(s, packet, (size_t)(a->end - packet));
}

static bool erase_part(struct server *s, struct stk_range part, bool ours)
{
	struct gdb_buf packet = { 0 };
	bool done;

	if (ours)
		return flash_collect_erase(s, part);
	if (s->flash.refused)
		return flash_refused_before(s);
	s->proxy.theirs = true;
	gdb_buf_printf(&packet, "vFlashErase:%llx,%llx", (unsigned long long)part.addr,
		       (unsigned long long)part.len);
	done = pass_part(s, &packet);
	gdb_buf_free(&packet);
	return done;
}

static bool write_part(struct server *s, struct stk_range part, const char *bytes,
		       bool ours)
{
	struct gdb_buf packet = { 0 };
	bool done;

	if (ours)
		return flash_collect_write(s, part.addr, bytes, (size_t)part.len);
	if (s->flash.refused)
		return flash_refused_before(s);
	s->proxy.theirs = true;
	gdb_buf_printf(&packet, "vFlashWrite:%llx:", (unsigned long long)part.addr);
	gdb_buf_put(&packet, bytes, (size_t)part.len);
	done = pass_part(s, &packet);
	gdb_buf_free(&packet);
	return done;
}

/* All of it is theirs: nothing of ours is to be known, nor to be split. */
static bool all_theirs(struct server *s, struct stk_range range)
{
	bool ours;

	return alike(s, range.addr, range.len, &ours) == range.len && !ours;
}

void proxy_flash_erase(struct server *s, const char *packet, struct args *a)
{
	struct stk_range left, part;
	bool ours;

	if (!args_range(a, &left) || a->at != a->end || !stk_range_valid(left)) {
		flash_malformed(s);
		return;
	}
	if (all_theirs(s, left)) {
		pass_whole(s, packet, a);
		return;
	}
	for (; left.len; left.addr += part.len, left.len -= part.len) {
		part = (struct stk_range){ left.addr, alike(s, left.addr, left.len, &ours) };
		if (!erase_part(s, part, ours))
			return;
	}
	reply(s, "OK");
}

void proxy_flash_write(struct server *s, const char *packet, struct args *a)
{
	struct stk_range left, part;
	bool ours;

	if (!args_number(a, &left.addr) || !args_char(a, ':')) {
		flash_malformed(s);
		return;
	}
	left.len = (uint64_t)(a->end - a->at);
	if (left.len && !stk_range_valid(left)) {
		flash_malformed(s);
		return;
	}
	if (left.len && all_theirs(s, left)) {
		pass_whole(s, packet, a);
		return;
	}
	for (; left.len; left.addr += part.len, left.len -= part.len) {
		part = (struct stk_range){ left.addr, alike(s, left.addr, left.len, &ours) };
		if (!write_part(s, part, a->at, ours))
			return;
		a->at += part.len;
	}
	reply(s, "OK");
}

/* First theirs, then ours: a loader of ours resets the chip. */
void proxy_flash_done(struct server *s, const char *packet, struct args *a)
{
	const bool ours = s->flash.n_erase || s->flash.n_chunks || s->flash.refused;
	const struct gdb_buf done = { .bytes = (char *)packet,
				      .len = (size_t)(a->end - packet) };

	if (s->proxy.theirs && !ours)
		proxy_pass(s, packet, (size_t)(a->end - packet));
	else if (!s->proxy.theirs || pass_part(s, &done))
		flash_done(s, a);
	else
		flash_forget(s);
	s->proxy.theirs = false;
}
