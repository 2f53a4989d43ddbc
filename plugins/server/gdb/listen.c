/* SPDX-License-Identifier: MIT */
/* listen.c - the socket: HOST:PORT or the path of a UNIX socket */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

static int cannot(const char *address, const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_USAGE, EADDRNOTAVAIL, "cannot-listen",
			"cannot listen at '%s': %s", address, why);
}

/* ---- UNIX sockets ---- */

/* A socket that a dead process left is in the way; one that answers is somebody's. */
static bool left_behind(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool dead;

	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)at, sizeof(*at)) &&
	       errno == ECONNREFUSED;
	close(fd);
	return dead;
}

static int bind_unix(int fd, const struct sockaddr_un *at)
{
	if (!bind(fd, (const struct sockaddr *)at, sizeof(*at)))
		return 0;
	if (errno != EADDRINUSE || !left_behind(at))
		return -1;
	unlink(at->sun_path);
	return bind(fd, (const struct sockaddr *)at, sizeof(*at));
}

static int open_unix(struct server *s, const char *path, struct stk_error *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path))
		return cannot(path, "the path is too long for a socket", err);
	strcpy(at.sun_path, path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listener < 0 || bind_unix(s->listener, &at) || listen(s->listener, 8))
		return cannot(path, strerror(errno), err);
	s->path = strdup(path);
	if (!s->path)
		return stk_fail_nomem(err);
	snprintf(s->where, sizeof(s->where), "%s", path);
	return 0;
}

/* ---- TCP ---- */

/* "[::1]:3333", "host:3333", ":3333": cut in two; an empty host is loopback. */
static bool split(const char *address, char *host, size_t len, const char **ret_port)
{
	const char *colon = strrchr(address, ':'), *end = colon;

	if (!colon || !colon[1])
		return false;
	if (*address == '[') {
		if (end == address || end[-1] != ']')
			return false;
		address++;
		end--;
	}
	if ((size_t)(end - address) >= len)
		return false;
	memcpy(host, address, (size_t)(end - address));
	host[end - address] = '\0';
	if (!*host)
		snprintf(host, len, "127.0.0.1");
	*ret_port = colon + 1;
	return true;
}

static int listen_at(const struct addrinfo *info)
{
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, code;

	if (fd < 0)
		return -1;
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, info->ai_addr, info->ai_addrlen) && !listen(fd, 8))
		return fd;
	code = errno;
	close(fd);
	errno = code;
	return -1;
}

static void text_of(const struct sockaddr *at, socklen_t at_len, char *buf, size_t len)
{
	char host[64], port[8];

	if (getnameinfo(at, at_len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		snprintf(buf, len, "somewhere");
	else
		snprintf(buf, len, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static int open_tcp(struct server *s, const char *address, struct stk_error *err)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *info, *i;
	struct sockaddr_storage at;
	socklen_t at_len = sizeof(at);
	const char *port;
	char host[256];
	int r;

	if (!split(address, host, sizeof(host), &port))
		return cannot(address, "give HOST:PORT, or the path of a UNIX socket", err);
	r = getaddrinfo(host, port, &want, &info);
	if (r)
		return cannot(address, gai_strerror(r), err);
	s->listener = -1;
	for (i = info; i && s->listener < 0; i = i->ai_next)
		s->listener = listen_at(i);
	r = errno;
	freeaddrinfo(info);
	if (s->listener < 0)
		return cannot(address, strerror(r), err);
	if (getsockname(s->listener, (struct sockaddr *)&at, &at_len))
		return cannot(address, strerror(errno), err);
	text_of((struct sockaddr *)&at, at_len, s->where, sizeof(s->where));
	return 0;
}

int listen_open(struct server *s, const char *address, struct stk_error *err)
{
	int r;

	s->listener = -1;
	r = strchr(address, '/') ? open_unix(s, address, err) : open_tcp(s, address, err);
	if (r)
		listen_close(s);
	return r;
}

void listen_close(struct server *s)
{
	if (s->listener >= 0)
		close(s->listener);
	s->listener = -1;
	if (s->path)
		unlink(s->path);
	free(s->path);
	s->path = NULL;
}

/* A host that is gone without a word is noticed in a minute; small packets go at once. */
static void tune(int fd)
{
	int on = 1, seconds = 30, every = 10, times = 3;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int listen_accept(struct server *s, char *peer, size_t len)
{
	struct sockaddr_storage at;
	socklen_t at_len = sizeof(at);
	int fd = accept4(s->listener, (struct sockaddr *)&at, &at_len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -1;
	if (s->path) {
		snprintf(peer, len, "%s", s->path);
		return fd;
	}
	tune(fd);
	text_of((struct sockaddr *)&at, at_len, peer, len);
	return fd;
}
