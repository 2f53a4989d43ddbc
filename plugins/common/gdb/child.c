/* SPDX-License-Identifier: MIT */
/*
 * A server that is run as a command, and its keeper: a process of ours between
 * the two, which holds the reading end of a pipe, the leash. Once that ends,
 * because the stream was closed or because we were killed, the keeper sees to it
 * that the command and all it has started end, and then ends as the command did.
 * The command's processes are a group of their own: a key that interrupts us does
 * not end a server that may still have to put the chip in order.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stream-priv.h"

/* Time to end, once its input is at its end; then after SIGTERM, and SIGKILL. */
#define EOF_MS	300
#define TERM_MS 1000
#define KILL_MS 1000

/* ---- the command: after a fork, only what is safe in a process with threads ---- */

static void become(const char *command, int fd)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* should the keeper be killed */
	if (dup2(fd, 0) < 0 || dup2(fd, 1) < 0)
		_exit(126);
	/* Where fd was one of them, nothing was copied. */
	fcntl(0, F_SETFD, 0);
	fcntl(1, F_SETFD, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(126);
}

/* ---- the keeper: the same holds ----------------------------------------- */

static void on_child(int number)
{
	/* It is to end ppoll(), no more. */
}

/* A hangup that we ignore, the command shall, too. */
static void set_signals(void)
{
	struct sigaction act = { .sa_handler = on_child };
	sigset_t child;

	for (int i = 1; i < NSIG; i++)
		if (i != SIGHUP)
			signal(i, SIG_DFL);
	sigaction(SIGCHLD, &act, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_SETMASK, &child, NULL);
}

/* What has ended is taken; @status is of @child. False: there is nobody left. */
static bool reap(pid_t child, int *status)
{
	pid_t pid;
	int s;

	while ((pid = waitpid(-1, &s, WNOHANG)) > 0)
		if (pid == child)
			*status = s;
	return !pid;
}

/* Until @child and whatever it has started are gone; its status. */
static int keep(pid_t child, int leash)
{
	static const struct {
		int signal, ms;
	} steps[] = { { 0, EOF_MS }, { SIGTERM, TERM_MS }, { SIGKILL, KILL_MS } };
	const size_t n_steps = sizeof(steps) / sizeof(steps[0]);
	struct pollfd fd = { leash, POLLIN, 0 };
	int64_t deadline = INT64_MAX;
	int status = 126 << 8;
	size_t step = 0;
	sigset_t none;

	sigemptyset(&none);
	while (reap(child, &status)) {
		int left = gdb_left(deadline);
		struct timespec t = { left / 1000, left % 1000 * 1000000L };
		bool next = !left;

		if (left)
			next = ppoll(&fd, 1, left < 0 ? NULL : &t, &none) > 0;
		if (!next)
			continue;
		if (step == n_steps)
			break;
		fd.fd = -1;
		if (steps[step].signal)
			kill(-child, steps[step].signal);
		deadline = gdb_deadline(steps[step++].ms);
	}
	return status;
}

/* End as the command has; what a core file would hold is us. */
static void end_as(int status)
{
	const struct rlimit none = { 0, 0 };
	sigset_t empty;

	if (WIFSIGNALED(status)) {
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		sigemptyset(&empty);
		sigprocmask(SIG_SETMASK, &empty, NULL);
		kill(getpid(), WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

/* Nothing of ours may stay open because a command runs. Linux 5.9 has close_range(). */
static void close_all_but(int leash)
{
	for (int i = 0; i < leash; i++)
		close(i);
	if (close_range((unsigned int)leash + 1, ~0U, 0))
		for (int i = leash + 1; i < 1024; i++)
			close(i);
}

static void be_keeper(const char *command, int fd, const int leash[2])
{
	pid_t child;

	setpgid(0, 0);
	set_signals();
	/* What loses its parent is ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (!child)
		become(command, fd);
	if (child < 0)
		_exit(126);
	setpgid(child, child); /* whoever comes first */
	/* Above all not the leash's other end: it would never be at its end. */
	close(leash[1]);
	close_all_but(leash[0]);
	end_as(keep(child, leash[0]));
}

/* ---- our side ----------------------------------------------------------- */

static int fail_setup(const char *command, struct stk_error *err)
{
	int code = errno;

	return stk_fail(err, STK_ORIGIN_TARGET, code, "link-setup",
			"the command '%.200s' cannot be started: %s", command,
			strerror(code));
}

static void close_both(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

int gdb_child_start(const char *command, int *ret_fd, struct gdb_child *ret,
		    struct stk_error *err)
{
	int fds[2], leash[2], r = 0;
	pid_t pid;

	if (!command[0])
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "link-address",
				"expected a command after '|', as in gdb:|openocd -c "
				"'gdb_port pipe' ...");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return fail_setup(command, err);
	if (pipe2(leash, O_CLOEXEC)) {
		r = fail_setup(command, err);
		close_both(fds);
		return r;
	}
	pid = fork();
	if (!pid)
		be_keeper(command, fds[1], leash);
	if (pid < 0) {
		r = fail_setup(command, err);
		close_both(fds);
		close_both(leash);
		return r;
	}
	close(fds[1]);
	close(leash[0]);
	*ret_fd = fds[0];
	*ret = (struct gdb_child){ pid, leash[1] };
	return 0;
}

void gdb_child_ended(const struct gdb_child *child, char *buf, size_t len)
{
	const struct timespec nap = { 0, 2000000 };
	int64_t deadline = gdb_deadline(EOF_MS);
	siginfo_t info = { .si_pid = 0 };

	/* Looked at only: its number stays taken until it is waited for. */
	while (!waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       !info.si_pid && gdb_left(deadline))
		nanosleep(&nap, NULL);
	buf[0] = '\0';
	if (info.si_pid && info.si_code != CLD_EXITED)
		snprintf(buf, len, "was ended by signal %d (%s)", info.si_status,
			 strsignal(info.si_status));
	else if (info.si_pid)
		snprintf(buf, len, "ended with status %d%s", info.si_status,
			 info.si_status == 127	 ? ": the shell found no such command"
			 : info.si_status == 126 ? ": it cannot be executed"
						 : "");
}

void gdb_child_end(const struct gdb_child *child)
{
	close(child->leash);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
