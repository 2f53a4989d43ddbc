/* SPDX-License-Identifier: MIT */
/*
 * A server as ABI 1 knew them, built against the headers beside it for ever: one
 * client, which says a line and gets one back, over TCP.
 *
 *	regs		PC and SP
 *	read ADDR LEN	bytes in hex
 *	flash ADDR HEX	that sector erased, then these bytes in its place
 *	stage FUNCTION	the next go calls it
 *	go, halt, end
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <stoker/module.h>

struct lines {
	struct stk_board *board;
	int listener, client;
	char where[64], line[512];
	size_t len;
};

static int lines_open(void *priv, struct stk_ctx *ctx, struct stk_board *board,
		      const char *address, const char *const *options, struct stk_error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	struct lines *s = priv;

	s->board = board;
	s->client = -1;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&at, len) ||
	    listen(s->listener, 1) ||
	    getsockname(s->listener, (struct sockaddr *)&at, &len)) {
		if (s->listener >= 0)
			close(s->listener);
		return stk_fail(err, STK_ORIGIN_TARGET, errno, "no-listen",
				"lines cannot listen on '%s'", address);
	}
	snprintf(s->where, sizeof(s->where), "127.0.0.1:%u", ntohs(at.sin_port));
	return 0;
}

static void lines_close(void *priv)
{
	struct lines *s = priv;

	if (s->client >= 0)
		close(s->client);
	close(s->listener);
}

static const char *lines_where(void *priv)
{
	const struct lines *s = priv;

	return s->where;
}

static size_t lines_poll(void *priv, struct pollfd *fds, size_t most)
{
	const struct lines *s = priv;

	if (!most)
		return 0;
	fds[0] = (struct pollfd){ .fd = s->client >= 0 ? s->client : s->listener,
				  .events = POLLIN };
	return 1;
}

static void answer(const struct lines *s, const char *text)
{
	dprintf(s->client, "%s\n", text);
}

static void tell_regs(const struct lines *s, struct stk_error *err)
{
	struct stk_target *target = stk_board_target(s->board);
	const struct stk_target_driver *drv = stk_inner_driver(target);
	struct stk_regs regs = { .valid = 0 };
	char text[80];

	if (drv->get_regs(stk_inner_priv(target), &regs, err)) {
		answer(s, err->msg);
		return;
	}
	snprintf(text, sizeof(text), "pc %08x sp %08x", regs.r[STK_REG_PC],
		 regs.r[STK_REG_SP]);
	answer(s, text);
}

static void tell_memory(const struct lines *s, const char *args, struct stk_error *err)
{
	struct stk_target *target = stk_board_target(s->board);
	char *rest, text[257] = "";
	uint64_t addr = strtoull(args, &rest, 16);
	size_t len = strtoul(rest, NULL, 0);
	uint8_t bytes[128];

	if (len > sizeof(bytes) ||
	    stk_inner_driver(target)->read(stk_inner_priv(target), addr, bytes, len, err)) {
		answer(s, err->code ? err->msg : "too long");
		return;
	}
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	answer(s, text);
}

/* The sector that holds @addr, by the board's own list. */
static struct stk_range sector(const struct lines *s, uint64_t addr)
{
	size_t n;
	const struct stk_board_region *r = stk_board_regions(s->board, &n);

	for (size_t i = 0; i < n; i++) {
		if (addr >= r[i].range.addr && addr - r[i].range.addr < r[i].range.len)
			return (struct stk_range){ addr - (addr - r[i].range.addr) % r[i].sector,
						   r[i].sector };
	}
	return (struct stk_range){ addr, 0 };
}

static void flash(const struct lines *s, const char *args, struct stk_error *err)
{
	uint8_t bytes[128];
	char *rest;
	struct stk_chunk chunk = { .addr = strtoull(args, &rest, 16), .data = bytes };
	struct stk_range erase = sector(s, chunk.addr);
	struct stk_board_write write = {
		.size = sizeof(write), .erase = &erase, .n_erase = 1, .chunks = &chunk,
		.n_chunks = 1,
	};
	const char *said = NULL;
	unsigned int byte;

	while (chunk.len < sizeof(bytes) && sscanf(rest, " %2x", &byte) == 1) {
		rest += strspn(rest, " ") + 2;
		bytes[chunk.len++] = (uint8_t)byte;
	}
	if (stk_board_flash(s->board, &write, &said, err))
		answer(s, err->msg);
	else
		answer(s, said ? said : "flashed");
}

static void stage(const struct lines *s, const char *function, struct stk_error *err)
{
	const uint32_t args[] = { 0, 0, 1 };
	const char *said = NULL;
	uint64_t trap;

	if (stk_board_stage(s->board, function, args, 3, &trap, &said, err))
		answer(s, err->msg);
	else
		answer(s, said);
}

static void go_or_halt(const struct lines *s, bool go, struct stk_error *err)
{
	struct stk_stop stop;
	int r = go ? stk_board_resume(s->board, err) : stk_board_halt(s->board, &stop, err);

	answer(s, r ? err->msg : stk_board_running(s->board) ? "running" : "halted");
}

static void obey(struct lines *s, const char *line)
{
	struct stk_error err = { 0 };

	stk_board_say(s->board, "lines: %s", line);
	if (!strcmp(line, "regs"))
		tell_regs(s, &err);
	else if (!strncmp(line, "read ", 5))
		tell_memory(s, line + 5, &err);
	else if (!strncmp(line, "flash ", 6))
		flash(s, line + 6, &err);
	else if (!strncmp(line, "stage ", 6))
		stage(s, line + 6, &err);
	else if (!strcmp(line, "go") || !strcmp(line, "halt"))
		go_or_halt(s, line[0] == 'g', &err);
	else if (!strcmp(line, "end"))
		stk_board_end(s->board);
	else
		answer(s, "what?");
}

static void hang_up(struct lines *s)
{
	close(s->client);
	s->client = -1;
	s->len = 0;
}

static int lines_ready(void *priv, const struct pollfd *fds, size_t n, struct stk_error *err)
{
	struct lines *s = priv;
	ssize_t got;
	char *end;

	if (!n || !fds[0].revents)
		return 0;
	if (s->client < 0) {
		s->client = accept(s->listener, NULL, NULL);
		return 0;
	}
	got = read(s->client, s->line + s->len, sizeof(s->line) - 1 - s->len);
	if (got <= 0) {
		hang_up(s);
		return 0;
	}
	s->len += (size_t)got;
	s->line[s->len] = '\0';
	while ((end = strchr(s->line, '\n')) != NULL) {
		*end = '\0';
		obey(s, s->line);
		s->len -= (size_t)(end + 1 - s->line);
		memmove(s->line, end + 1, s->len + 1);
	}
	return 0;
}

static int lines_stopped(void *priv, const struct stk_stop *stop, struct stk_error *err)
{
	const struct lines *s = priv;
	char text[64];

	snprintf(text, sizeof(text), "stopped %s at %08llx",
		 stop->reason == STK_STOP_BREAK ? "by a breakpoint" : "otherwise",
		 (unsigned long long)stop->pc);
	if (s->client >= 0)
		answer(s, text);
	return 0;
}

static const struct stk_server_driver lines_server = {
	.size = sizeof(lines_server),
	.name = "lines",
	.priv_size = sizeof(struct lines),
	.open = lines_open,
	.close = lines_close,
	.where = lines_where,
	.poll = lines_poll,
	.ready = lines_ready,
	.stopped = lines_stopped,
};

STK_MODULE(server, lines, "1.0", "MIT",
	.description = "one line asks, one answers",
	.server = &lines_server);
