/* SPDX-License-Identifier: MIT */
/* Ctrl-C during a job: the job ends in order, the program says how. */
#include "cmd.h"

#include <signal.h>

/* A signal handler has no argument of its own; one process runs one job. */
static struct stk_target *volatile cancel_target;
static struct stk_board *volatile cancel_board;
static volatile int cancel_asked;

static void on_signal(int signo)
{
	int saved = errno;
	struct stk_target *target = cancel_target;
	struct stk_board *board = cancel_board;

	(void)signo;
	cancel_asked = 1;
	if (board)
		stk_board_wake(board);
	if (target)
		stk_target_wake(target);
	errno = saved;
}

static const int cancel_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* Replace @from; a signal that the caller had ignored (nohup) stays ignored. */
static void replace_handlers(void (*from)(int), void (*to)(int))
{
	/* Without SA_RESTART, so that a blocking read of a link ends too. */
	struct sigaction sa = { .sa_handler = to }, old;

	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(cancel_signals); i++)
		if (!sigaction(cancel_signals[i], NULL, &old) && old.sa_handler == from)
			sigaction(cancel_signals[i], &sa, NULL);
}

void cancel_arm(struct stk_target *target)
{
	cancel_target = target;
	replace_handlers(SIG_DFL, on_signal);
}

void cancel_arm_board(struct stk_board *board)
{
	cancel_board = board;
	replace_handlers(SIG_DFL, on_signal);
}

void cancel_disarm(void)
{
	replace_handlers(on_signal, SIG_DFL);
	cancel_target = NULL;
	cancel_board = NULL;
}

void cancel_watch(struct stk_target *target)
{
	cancel_target = target;
}

const volatile int *cancel_flag(void)
{
	return &cancel_asked;
}
