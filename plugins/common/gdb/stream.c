/* SPDX-License-Identifier: MIT */
/* Bytes both ways over a descriptor, with a time limit, and woken by a signal handler. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "stream-priv.h"

/* ---- time --------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t gdb_deadline(int timeout_ms)
{
	return timeout_ms < 0 ? INT64_MAX : now_ms() + timeout_ms;
}

int gdb_left(int64_t deadline)
{
	int64_t left;

	if (deadline == INT64_MAX)
		return -1;
	left = deadline - now_ms();
	return left < 0 ? 0 : (int)left;
}

/* ---- a life ------------------------------------------------------------- */

static bool is_socket(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode);
}

/*
 * Packets are small and wait for their answers: nothing is held back to fill a
 * segment. And a host that is gone without a word is noticed after a minute.
 * Of what is no TCP connection all of this is refused, and not needed.
 */
static void tune(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 1 },   { SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 30 }, { IPPROTO_TCP, TCP_KEEPINTVL, 10 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 3 },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			   sizeof(options[i].value));
}

static int set_flags(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC))
		return -errno;
	return 0;
}

int gdb_stream_of(int fd, const char *peer, struct gdb_stream **ret, struct stk_error *err)
{
	struct gdb_stream *s = calloc(1, sizeof(*s));
	int r;

	if (!s) {
		close(fd);
		return stk_fail_nomem(err);
	}
	s->fd = fd;
	s->socket = is_socket(fd);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	snprintf(s->peer, sizeof(s->peer), "%s", peer);
	r = s->wake < 0 ? -errno : set_flags(fd);
	if (r) {
		gdb_stream_close(s);
		return stk_fail(err, STK_ORIGIN_TARGET, -r, "link-setup",
				"the connection to %s cannot be used: %s", peer,
				strerror(-r));
	}
	tune(fd);
	*ret = s;
	return 0;
}

/* Of @address after "|". */
static int open_child(const char *command, struct gdb_stream **ret, struct stk_error *err)
{
	char peer[sizeof((*ret)->peer)];
	struct gdb_child child;
	int fd, r;

	command += strspn(command, " \t");
	r = gdb_child_start(command, &fd, &child, err);
	if (r)
		return r;
	snprintf(peer, sizeof(peer), "the command '%.150s'", command);
	r = gdb_stream_of(fd, peer, ret, err);
	if (r)
		gdb_child_end(&child);
	else
		(*ret)->child = child;
	return r;
}

int gdb_stream_open(const char *address, int timeout_ms, struct gdb_stream **ret,
		    struct stk_error *err)
{
	char peer[sizeof((*ret)->peer)];
	int fd, r;

	if (address[0] == '|')
		return open_child(address + 1, ret, err);
	r = gdb_connect(address, timeout_ms, &fd, err);
	if (r)
		return r;
	snprintf(peer, sizeof(peer), "the GDB server at '%.150s'", address);
	return gdb_stream_of(fd, peer, ret, err);
}

void gdb_stream_close(struct gdb_stream *s)
{
	if (!s)
		return;
	close(s->fd);
	if (s->wake >= 0)
		close(s->wake);
	if (s->child.pid)
		gdb_child_end(&s->child);
	free(s);
}

int gdb_stream_fd(const struct gdb_stream *s)
{
	return s->fd;
}

const char *gdb_stream_peer(const struct gdb_stream *s)
{
	return s->peer;
}

/* ---- bytes -------------------------------------------------------------- */

void gdb_stream_wake(struct gdb_stream *s)
{
	const uint64_t one = 1;
	int saved = errno;

	/* It fails only where it is readable already. */
	if (write(s->wake, &one, sizeof(one)) < 0)
		errno = saved;
}

static bool woken(struct gdb_stream *s)
{
	uint64_t count;

	return read(s->wake, &count, sizeof(count)) > 0;
}

static int lost(struct gdb_stream *s, int code, struct stk_error *err)
{
	char how[120] = "";

	if (s->child.pid)
		gdb_child_ended(&s->child, how, sizeof(how));
	if (how[0])
		return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-lost", "%s %s",
				s->peer, how);
	return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-lost",
			"%s closed the connection%s%s", s->peer, code ? ": " : "",
			code ? strerror(code) : "");
}

/* As far as it can be had without waiting; -EAGAIN: nothing. */
static int receive(struct gdb_stream *s, void *buf, size_t size, size_t *ret_len,
		   struct stk_error *err)
{
	ssize_t n;

	do
		n = read(s->fd, buf, size);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return -EAGAIN;
	if (n <= 0)
		return lost(s, n ? errno : 0, err);
	*ret_len = (size_t)n;
	return 0;
}

int gdb_stream_read(struct gdb_stream *s, void *buf, size_t size, int timeout_ms,
		    size_t *ret_len, struct stk_error *err)
{
	int64_t deadline = gdb_deadline(timeout_ms);
	struct pollfd fds[2] = { { s->fd, POLLIN, 0 }, { s->wake, POLLIN, 0 } };
	int left, r;

	for (;;) {
		if (woken(s))
			return -EINTR;
		r = receive(s, buf, size, ret_len, err);
		if (r != -EAGAIN)
			return r;
		left = gdb_left(deadline);
		if (!left)
			return -ETIMEDOUT;
		poll(fds, 2, left);
	}
}

static ssize_t send_some(struct gdb_stream *s, const char *bytes, size_t len)
{
	return s->socket ? send(s->fd, bytes, len, MSG_NOSIGNAL) : write(s->fd, bytes, len);
}

int gdb_stream_write(struct gdb_stream *s, const void *bytes, size_t len, int timeout_ms,
		     struct stk_error *err)
{
	int64_t deadline = gdb_deadline(timeout_ms);
	const char *from = bytes;
	size_t done = 0;

	while (done < len) {
		int left = gdb_left(deadline);
		ssize_t n = send_some(s, from + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			return lost(s, errno == EPIPE ? 0 : errno, err);
		else if (!left)
			return stk_fail(err, STK_ORIGIN_TARGET, ETIMEDOUT, "link-blocked",
					"%s took only %zu of %zu bytes in %d ms", s->peer,
					done, len, timeout_ms);
		else if (errno != EINTR)
			poll(&(struct pollfd){ s->fd, POLLOUT, 0 }, 1, left);
	}
	return 0;
}
