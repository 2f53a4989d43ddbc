/* SPDX-License-Identifier: MIT */
/* A server module without a protocol: its operations are the test's functions. */
#include <stdio.h>

#include "server-probe.h"

static int probe_open(void *priv, struct stk_ctx *ctx, struct stk_board *board,
		      const char *address, const char *const *options, struct stk_error *err)
{
	struct probe **probe = priv;
	void *p;

	if (!options[0] || sscanf(options[0], "probe=%p", &p) != 1)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option", "no probe");
	*probe = p;
	(*probe)->board = board;
	(*probe)->open = true;
	return 0;
}

static void probe_close(void *priv)
{
	struct probe **probe = priv;

	if ((*probe)->close)
		(*probe)->close(*probe);
	(*probe)->open = false;
}

static const char *probe_where(void *priv)
{
	return "here";
}

static size_t probe_poll(void *priv, struct pollfd *fds, size_t most)
{
	struct probe *probe = *(struct probe **)priv;

	fds[0] = (struct pollfd){ .fd = probe->fd, .events = POLLIN };
	probe->polls++;
	return 1;
}

static int probe_ready(void *priv, const struct pollfd *fds, size_t n, struct stk_error *err)
{
	struct probe *probe = *(struct probe **)priv;

	return probe->ready(probe, err);
}

static int probe_stopped(void *priv, const struct stk_stop *stop, struct stk_error *err)
{
	struct probe *probe = *(struct probe **)priv;

	probe->stop = *stop;
	probe->stops++;
	if (probe->end_on_stop)
		stk_board_end(probe->board);
	return 0;
}

static const struct stk_server_driver driver = {
	.size = sizeof(driver),
	.name = "probe",
	.priv_size = sizeof(struct probe *),
	.open = probe_open,
	.close = probe_close,
	.where = probe_where,
	.poll = probe_poll,
	.ready = probe_ready,
	.stopped = probe_stopped,
};

STK_MODULE(server, probe, "1", "MIT", .description = "a test's own server",
	   .server = &driver);
