/* SPDX-License-Identifier: MIT */
/* server.c - the module: a GDB stub with one client at a time */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "server.h"

#define SIGNAL_TRAP	5

static int check_options(const char *const *options, struct stk_error *err)
{
	if (!options || !*options)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"the server gdb takes no option '%s', and no other", *options);
}

static int gdb_server_open(void *priv, struct stk_ctx *ctx, struct stk_board *board,
			   const char *address, const char *const *options,
			   struct stk_error *err)
{
	struct server *s = priv;
	struct stk_target *target = stk_board_target(board);
	int r = check_options(options, err);

	if (r)
		return r;
	s->ctx = ctx;
	s->board = board;
	s->ops = stk_inner_driver(target);
	s->target = stk_inner_priv(target);
	s->client.fd = -1;
	s->signal = SIGNAL_TRAP;
	return listen_open(s, address, err);
}

static void gdb_server_close(void *priv)
{
	struct server *s = priv;

	/* A core that runs is not stopped to clear what goes with the target's link. */
	if (stk_board_running(s->board))
		s->n_breaks = 0;
	client_flush(s);
	client_end(s, NULL);
	flash_forget(s);
	gdb_buf_free(&s->untold);
	gdb_buf_free(&s->features);
	gdb_buf_free(&s->memory_map);
	listen_close(s);
}

static const char *gdb_server_where(void *priv)
{
	struct server *s = priv;

	return s->where;
}

static size_t gdb_server_poll(void *priv, struct pollfd *fds, size_t most)
{
	struct server *s = priv;
	size_t n = 0;

	if (n < most)
		fds[n++] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	if (n < most && s->client.fd >= 0)
		fds[n++] = (struct pollfd){ .fd = s->client.fd,
					    .events = client_events(s) };
	if (n < most && s->proxy.open && !client_backlog(s))
		fds[n++] = (struct pollfd){ .fd = proxy_fd(s), .events = POLLIN };
	return n;
}

/* One at a time: breakpoints, flash operations and the core are one client's. */
static void somebody_came(struct server *s)
{
	char peer[80];
	int fd = listen_accept(s, peer, sizeof(peer));

	if (fd < 0)
		return;
	client_hear_out(s);
	if (s->client.fd < 0) {
		client_begin(s, fd, peer);
		return;
	}
	stk_board_say(s->board, "%s was sent away: %s has the board", peer, s->client.peer);
	close(fd);
}

/* The board cannot be served without its target. */
static int still_there(const struct server *s, struct stk_error *err)
{
	if (!s->lost)
		return 0;
	if (err)
		*err = s->why;
	return -ENOTCONN;
}

static int gdb_server_ready(void *priv, const struct pollfd *fds, size_t n,
			    struct stk_error *err)
{
	struct server *s = priv;
	size_t i;

	/* The client first: who goes makes room for who comes. */
	for (i = 0; i < n; i++)
		if (fds[i].revents && fds[i].fd == s->client.fd)
			client_ready(s, fds[i].revents);
	if (s->proxy.open) {
		proxy_ready(s);
		client_flush(s);
	}
	for (i = 0; i < n; i++)
		if (fds[i].revents && fds[i].fd == s->listener)
			somebody_came(s);
	return still_there(s, err);
}

static int gdb_server_stopped(void *priv, const struct stk_stop *stop,
			      struct stk_error *err)
{
	struct server *s = priv;

	run_stopped(s, stop);
	client_flush(s);
	return still_there(s, err);
}

static const struct stk_server_driver gdb_server = {
	.size      = sizeof(gdb_server),
	.name      = "gdb",
	.priv_size = sizeof(struct server),
	.open      = gdb_server_open,
	.close     = gdb_server_close,
	.where     = gdb_server_where,
	.poll      = gdb_server_poll,
	.ready     = gdb_server_ready,
	.stopped   = gdb_server_stopped,
};

STK_MODULE(server, gdb, PACKAGE_VERSION, "MIT",
	   .description = "GDB remote protocol: gdb and IDEs attach, debug and load",
	   .server = &gdb_server);
