/* SPDX-License-Identifier: MIT */
/* From an address to a connection: TCP, UNIX sockets, and whose file is a device. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stream-priv.h"

/* Of "host:port"; an empty host is this computer's own. */
struct place {
	char host[256], port[8];
};

/* ---- the address -------------------------------------------------------- */

static int bad(const char *address, const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "link-address",
			"'%.100s' is no address of a GDB server: %s; expected HOST:PORT, "
			"[IPV6]:PORT, :PORT, /unix/socket, /dev/ttyACM0 or |command",
			address, why);
}

static bool is_port(const char *s)
{
	size_t n = strspn(s, "0123456789");
	unsigned int port = 0;

	if (!n || n > 5 || s[n])
		return false;
	for (; *s; s++)
		port = port * 10 + (unsigned int)(*s - '0');
	return port && port <= UINT16_MAX;
}

static int parse(const char *address, struct place *ret, struct stk_error *err)
{
	const char *colon = strrchr(address, ':'), *from = address, *to = colon;

	if (!address[0])
		return bad(address, "it is empty", err);
	if (!colon)
		return bad(address, "it has no port", err);
	if (!is_port(colon + 1))
		return bad(address, "its port is no number from 1 to 65535", err);
	if (*from == '[') {
		from++;
		to--;
		if (to <= from || *to != ']')
			return bad(address, "'[' and ']:' go around an IPv6 address", err);
	} else if (memchr(from, ':', (size_t)(to - from))) {
		return bad(address, "an IPv6 address goes in brackets", err);
	}
	if ((size_t)(to - from) >= sizeof(ret->host))
		return bad(address, "no host has so long a name", err);
	snprintf(ret->host, sizeof(ret->host), "%.*s", (int)(to - from), from);
	snprintf(ret->port, sizeof(ret->port), "%s", colon + 1);
	return 0;
}

/* ---- the connection ----------------------------------------------------- */

static int wait_connected(int fd, int64_t deadline)
{
	struct pollfd p = { fd, POLLOUT, 0 };
	socklen_t len = sizeof(int);
	int left, code = 0;

	while (poll(&p, 1, left = gdb_left(deadline)) <= 0)
		if (!left)
			return -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len))
		return -errno;
	return -code;
}

/* A UNIX socket whose queue is full says EAGAIN, and nobody says when it is not. */
static int connect_fd(int fd, const struct sockaddr *to, socklen_t len, int64_t deadline)
{
	while (connect(fd, to, len)) {
		if (errno == EINPROGRESS || errno == EINTR)
			return wait_connected(fd, deadline);
		if (errno != EAGAIN)
			return -errno;
		if (!gdb_left(deadline))
			return -ETIMEDOUT;
		poll(NULL, 0, 10);
	}
	return 0;
}

static int connect_to(const struct sockaddr *to, socklen_t len, int64_t deadline, int *ret)
{
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return -errno;
	r = connect_fd(fd, to, len, deadline);
	if (r)
		close(fd);
	else
		*ret = fd;
	return r;
}

static int refused(const char *address, int r, int timeout_ms, struct stk_error *err)
{
	if (r == -ECONNREFUSED)
		return stk_fail(err, STK_ORIGIN_TARGET, ECONNREFUSED, "nothing-listens",
				"nothing listens at '%.200s': start the GDB server, or "
				"look for the port that it says it has",
				address);
	if (r == -ETIMEDOUT)
		return stk_fail(
			err, STK_ORIGIN_TARGET, ETIMEDOUT, "connect-timeout",
			"'%.200s' did not answer in %d ms: is the host up, and no "
			"firewall in between?",
			address, timeout_ms);
	return stk_fail(err, STK_ORIGIN_TARGET, -r, "cannot-connect",
			"no connection to '%.200s': %s", address, strerror(-r));
}

static bool lacks(int r)
{
	return r == -EADDRNOTAVAIL || r == -EAFNOSUPPORT || r == -ENETUNREACH;
}

/* Several addresses: one that refuses is no reason not to try the next. */
static int connect_tcp(const char *address, int timeout_ms, int *ret, struct stk_error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICSERV };
	int64_t deadline = gdb_deadline(timeout_ms);
	struct addrinfo *list;
	struct place place;
	int r;

	r = parse(address, &place, err);
	if (r)
		return r;
	r = getaddrinfo(place.host[0] ? place.host : NULL, place.port, &hints, &list);
	if (r)
		return stk_fail(err, STK_ORIGIN_TARGET, EHOSTUNREACH, "no-such-host",
				"there is no host '%.200s' as in '%.100s': %s",
				place.host, address, gai_strerror(r));
	r = -EADDRNOTAVAIL;
	for (const struct addrinfo *a = list; r && a; a = a->ai_next) {
		int now = connect_to(a->ai_addr, a->ai_addrlen, deadline, ret);

		/* That this computer lacks IPv6, say, is not what is amiss. */
		if (r == -EADDRNOTAVAIL || !lacks(now))
			r = now;
	}
	freeaddrinfo(list);
	return r ? refused(address, r, timeout_ms, err) : 0;
}

static int connect_unix(const char *path, int timeout_ms, int *ret, struct stk_error *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int r;

	if (strlen(path) >= sizeof(to.sun_path))
		return stk_fail(err, STK_ORIGIN_USAGE, ENAMETOOLONG, "link-address",
				"'%.150s' is no address of a GDB server: the path of a "
				"UNIX socket has at most %zu bytes",
				path, sizeof(to.sun_path) - 1);
	memcpy(to.sun_path, path, strlen(path) + 1);
	r = connect_to((const struct sockaddr *)&to, sizeof(to), gdb_deadline(timeout_ms),
		       ret);
	return r ? refused(path, r, timeout_ms, err) : 0;
}

int gdb_connect(const char *address, int timeout_ms, int *ret, struct stk_error *err)
{
	struct stat st;

	if (address[0] != '/')
		return connect_tcp(address, timeout_ms, ret, err);
	if (!stat(address, &st) && S_ISCHR(st.st_mode))
		return gdb_serial_open(address, ret, err);
	return connect_unix(address, timeout_ms, ret, err);
}
