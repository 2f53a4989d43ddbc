/* SPDX-License-Identifier: MIT */
/* board.h - an open target, its loaders, and the servers in front of it */
#ifndef BOARD_H
#define BOARD_H

#include <poll.h>

#include "host.h"
#include "session.h"
#include "target.h"

/* Descriptors that one server may wait for. */
#define BOARD_FDS_MOST	16

struct board_server {
	const struct stk_server_driver *driver;
	void *priv;
	size_t first, n_fds;		/* its part of the board's fds */
};

/* Keeps virtual time from running ahead of ours (board-loop.c). */
struct board_pace {
	uint64_t since;			/* when the core was resumed, on our clock */
	bool on;
	uint64_t ours, theirs;		/* both clocks at one moment */
};

struct stk_board {
	struct stk_target *target;
	struct stk_board_options opt;	/* what the caller knows of them */
	struct stk_loader **loaders;
	size_t n_loaders;
	const struct stk_host *host;
	struct board_server **servers;
	size_t n_servers;
	const struct board_server *active;	/* its ready() is running; or NULL */
	struct pollfd *fds;		/* the end of wake[] first */
	int wake[2];			/* a pipe: stk_board_wake() ends poll() */
	bool running, ended;
	bool untold;			/* others do not know yet of the halt at: */
	struct stk_stop halted;
	struct board_pace pace;
	struct stk_range *ram;
	size_t n_ram;
	struct stk_board_region *regions;
	size_t n_regions;
	struct session staged;		/* of the loader that people debug */
	bool is_staged;
	bool awaited;			/* the staged call has not ended yet */
	char said[720];			/* the last job or staged call in one line */
};

/* Which flash the board's loaders write (board-region.c). */
int board_find_regions(struct stk_board *b, struct stk_error *err) stk_must_check;
/* Refuse at once what every job would be refused for. */
int board_check_loaders(struct stk_board *b, struct stk_error *err) stk_must_check;

/* A plan's options as the board's own say. */
struct stk_plan_options board_plan_options(const struct stk_board *b,
					   enum stk_action action);
/* To event() alone. */
void board_tell(struct stk_board *b, const struct stk_board_event *event);
/* Halt the core if it runs. */
int board_stop(struct stk_board *b, struct stk_error *err) stk_must_check;
/* What was staged is so no more. */
void board_unstage(struct stk_board *b);
/* The same, if the core is elsewhere by now. */
void board_leave_staged(struct stk_board *b);
/* Say what a staged call returned, if this is its end. */
void board_note_return(struct stk_board *b, const struct stk_stop *stop);

static inline bool board_cancelled(const struct stk_board *b)
{
	return b->opt.cancel && *b->opt.cancel;
}

#endif
