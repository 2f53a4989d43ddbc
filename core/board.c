/* SPDX-License-Identifier: MIT */
/*
 * A board: one target and who stands in front of it. Servers come and go; the
 * core, its flash and the loaders are the board's alone (board-loop.c,
 * board-flash.c, board-stage.c).
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "modules.h"

static void board_freep(struct stk_board **b)
{
	stk_board_free(*b);
}

static int copy_loaders(struct stk_board *b, struct stk_error *err)
{
	b->loaders = calloc(b->opt.n_loaders + 1, sizeof(struct stk_loader *));
	if (!b->loaders)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < b->opt.n_loaders; i++) {
		const struct stk_loader_info *info = stk_loader_info(b->opt.loaders[i]);

		if (info->error.code || !info->device) {
			if (err)
				*err = info->error;
			return -EINVAL;
		}
		b->loaders[i] = b->opt.loaders[i];
	}
	b->n_loaders = b->opt.n_loaders;
	return 0;
}

/* A target of which no RAM is known serves all the same, without flash. */
static int find_ram(struct stk_board *b, struct stk_error *err)
{
	struct stk_error why = { 0 };
	int r = target_ram(b->target, true, &b->ram, &b->n_ram, &why);

	if (r && (r == -ENOMEM || b->n_loaders)) {
		if (err)
			*err = why;
		return r;
	}
	return 0;
}

int stk_board_new(struct stk_target *target, const struct stk_board_options *opt,
		  struct stk_board **ret, struct stk_error *err)
{
	stk_cleanup(board_freep) struct stk_board *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return stk_fail_nomem(err);
	b->wake[0] = b->wake[1] = -1;
	b->target = target;
	if (opt)
		memcpy(&b->opt, opt, opt->size < sizeof(b->opt) ? opt->size : sizeof(b->opt));
	b->host = b->opt.host;
	if (pipe2(b->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return stk_fail(err, STK_ORIGIN_INTERNAL, errno, "cannot-wait",
				"cannot make a pipe: %s", strerror(errno));
	b->fds = calloc(1, sizeof(*b->fds));
	if (!b->fds)
		return stk_fail_nomem(err);
	r = b->host ? 0 : stk_host_find(NULL, &b->host, err);
	if (!r)
		r = copy_loaders(b, err);
	if (!r)
		r = find_ram(b, err);
	if (!r)
		r = board_find_regions(b, err);
	if (!r)
		r = board_check_loaders(b, err);
	if (r)
		return r;
	*ret = take_ptr(b);
	return 0;
}

/* A client that goes may stop the core, which those that are still open are told. */
static void close_servers(struct stk_board *b)
{
	const size_t n = b->n_servers;

	while (b->n_servers) {
		struct board_server *s = b->servers[--b->n_servers];

		s->driver->close(s->priv);
	}
	for (size_t i = 0; i < n; i++) {
		free(b->servers[i]->priv);
		free(b->servers[i]);
	}
}

void stk_board_free(struct stk_board *b)
{
	if (!b)
		return;
	close_servers(b);
	board_unstage(b);
	for (int i = 0; i < 2; i++) {
		if (b->wake[i] >= 0)
			close(b->wake[i]);
	}
	free(b->servers);
	free(b->fds);
	free(b->loaders);
	free(b->ram);
	free(b->regions);
	free(b);
}

/* ---- servers ---------------------------------------------------------- */

static int check_server(const struct stk_server_driver *d, struct stk_error *err)
{
	if (stk_offers(d, open) && stk_offers(d, close) && stk_offers(d, where) &&
	    stk_offers(d, poll) && stk_offers(d, ready) && stk_offers(d, stopped))
		return 0;
	return stk_fail(
		err, STK_ORIGIN_TARGET, EPROTO, "module-incomplete",
		"server module '%s' lacks a mandatory operation (module.h lists them)",
		d->name);
}

/* Room for one server more, and for what it will wait for. */
static int make_room(struct stk_board *b, struct stk_error *err)
{
	struct board_server **servers =
		reallocarray(b->servers, b->n_servers + 1, sizeof(struct board_server *));
	struct pollfd *fds;

	if (!servers)
		return stk_fail_nomem(err);
	b->servers = servers;
	fds = reallocarray(b->fds, 1 + (b->n_servers + 1) * BOARD_FDS_MOST, sizeof(*fds));
	if (!fds)
		return stk_fail_nomem(err);
	b->fds = fds;
	return 0;
}

int stk_board_listen(struct stk_board *b, const char *server, const char *address,
		     const char *const *options, const char **ret_where,
		     struct stk_error *err)
{
	static const char *const none[] = { NULL };
	stk_cleanup(freep) struct board_server *s = calloc(1, sizeof(*s));
	stk_cleanup(freep) void *priv = NULL;
	int r;

	if (!s)
		return stk_fail_nomem(err);
	r = module_server(b->target->ctx, server, &s->driver, err);
	if (!r)
		r = check_server(s->driver, err);
	if (!r)
		r = make_room(b, err);
	if (r)
		return r;
	priv = calloc(1, s->driver->priv_size ? s->driver->priv_size : 1);
	if (!priv)
		return stk_fail_nomem(err);
	r = s->driver->open(priv, b->target->ctx, b, address, options ? options : none, err);
	if (r)
		return r;
	*ret_where = s->driver->where(priv);
	s->priv = take_ptr(priv);
	b->servers[b->n_servers++] = take_ptr(s);
	return 0;
}

/* ---- what servers see of it -------------------------------------------- */

struct stk_target *stk_board_target(struct stk_board *b)
{
	return b->target;
}

const struct stk_target_facts *stk_board_facts(struct stk_board *b)
{
	return &b->target->facts;
}

const struct stk_range *stk_board_ram(struct stk_board *b, size_t *ret_count)
{
	*ret_count = b->n_ram;
	return b->ram;
}

const struct stk_board_region *stk_board_regions(struct stk_board *b, size_t *ret_count)
{
	*ret_count = b->n_regions;
	return b->regions;
}

/* ---- what people and programs hear -------------------------------------- */

void board_tell(struct stk_board *b, const struct stk_board_event *event)
{
	if (b->opt.event)
		b->opt.event(b->opt.data, event);
}

void stk_board_say(struct stk_board *b, const char *fmt, ...)
{
	char line[640];
	struct stk_board_event event = { .kind = STK_BOARD_LINE, .text = line };
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (b->opt.say)
		b->opt.say(b->opt.data, line);
	board_tell(b, &event);
}

void stk_board_client(struct stk_board *b, const char *peer, bool came)
{
	struct stk_board_event event = {
		.kind = came ? STK_BOARD_CLIENT_CAME : STK_BOARD_CLIENT_WENT,
		.text = peer,
	};
	char line[160];

	snprintf(line, sizeof(line), "%s %s", peer, came ? "connected" : "disconnected");
	if (b->opt.say)
		b->opt.say(b->opt.data, line);
	board_tell(b, &event);
}
