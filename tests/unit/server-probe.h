/* SPDX-License-Identifier: MIT */
/* server-probe.h - what a test and its server share */
#ifndef SERVER_PROBE_H
#define SERVER_PROBE_H

#include <errno.h>
#include <poll.h>
#include <stoker/module.h>

struct probe {
	int fd;				/* it waits for this one */
	int (*ready)(struct probe *probe, struct stk_error *err);
	void (*close)(struct probe *probe);
	bool end_on_stop;
	/* What happened. */
	struct stk_board *board;
	bool open;
	unsigned int polls, stops;
	struct stk_stop stop;		/* the last one */
};

#endif
