/* SPDX-License-Identifier: MIT */
/*
 * A server that is run as a command. It has a process group of its own: a key
 * that interrupts us does not end it, which may still have to put the chip in
 * order, and whatever it has started is ended with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stream-priv.h"

/* Time to go in order once its input is closed, and once more after SIGTERM. */
#define GRACE_MS	500

/* In the child: only what is safe after a fork of a process with threads. */
static void become(const char *command, int fd, pid_t parent)
{
	sigset_t none;

	setpgid(0, 0);
	/* Should we be killed: a server may take no notice of a closed input. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || dup2(fd, 0) < 0 || dup2(fd, 1) < 0)
		_exit(126);
	/* Where fd was one of them, nothing was copied. */
	fcntl(0, F_SETFD, 0);
	fcntl(1, F_SETFD, 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(126);
}

int gdb_child_start(const char *command, int *ret_fd, pid_t *ret, struct stk_error *err)
{
	pid_t parent = getpid(), child;
	int fds[2], code;

	if (!command[0])
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "link-address",
				"expected a command after '|', as in gdb:|openocd -c "
				"'gdb_port pipe' ...");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return stk_fail(err, STK_ORIGIN_TARGET, errno, "link-setup",
				"no socket for '%.200s': %s", command, strerror(errno));
	child = fork();
	if (!child)
		become(command, fds[1], parent);
	code = errno;
	close(fds[1]);
	if (child < 0) {
		close(fds[0]);
		return stk_fail(err, STK_ORIGIN_TARGET, code, "link-setup",
				"'%.200s' cannot be started: %s", command, strerror(code));
	}
	setpgid(child, child); /* whoever comes first */
	*ret_fd = fds[0];
	*ret = child;
	return 0;
}

/* Wait for its end, but leave it: its number, and its group's, stay taken. */
static bool wait_end(pid_t child, int timeout_ms, siginfo_t *info)
{
	const struct timespec nap = { 0, 2000000 };
	int64_t deadline = gdb_deadline(timeout_ms);

	for (;;) {
		memset(info, 0, sizeof(*info));
		if (waitid(P_PID, (id_t)child, info, WEXITED | WNOHANG | WNOWAIT))
			return errno != EINTR; /* somebody else has waited for it */
		if (info->si_pid)
			return true;
		if (!gdb_left(deadline))
			return false;
		nanosleep(&nap, NULL);
	}
}

void gdb_child_ended(pid_t child, char *buf, size_t len)
{
	siginfo_t info;

	buf[0] = '\0';
	if (!wait_end(child, GRACE_MS, &info) || !info.si_pid)
		return;
	if (info.si_code != CLD_EXITED)
		snprintf(buf, len, "was ended by signal %d (%s)", info.si_status,
			 strsignal(info.si_status));
	else
		snprintf(buf, len, "ended with status %d%s", info.si_status,
			 info.si_status == 127 ? ": the shell found no such command" :
			 info.si_status == 126 ? ": it cannot be executed" : "");
}

void gdb_child_end(pid_t child)
{
	siginfo_t info;
	int r;

	if (!wait_end(child, GRACE_MS, &info)) {
		kill(-child, SIGTERM);
		wait_end(child, GRACE_MS, &info);
	}
	/* What it has started may be left, though it has gone itself. */
	kill(-child, SIGKILL);
	do
		r = waitpid(child, NULL, 0);
	while (r < 0 && errno == EINTR);
}
