/* SPDX-License-Identifier: MIT */
/* listen.c - the socket: HOST:PORT or the path of a UNIX socket */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

#define BACKLOG	8
#define NAP_MS	100

static int cannot(const char *address, const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_USAGE, EADDRNOTAVAIL, "cannot-listen",
			"cannot listen at '%s': %s", address, why);
}

/* ---- UNIX sockets ---- */

/* That path is the socket @dev and @ino still. */
static bool is_still(const char *path, dev_t dev, ino_t ino)
{
	struct stat st;

	return !lstat(path, &st) && S_ISSOCK(st.st_mode) && st.st_dev == dev &&
	       st.st_ino == ino;
}

/* A dead process left it: one that answers, or is too busy to, is somebody's. */
static bool left_behind(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool dead;

	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)at, sizeof(*at)) &&
	       errno == ECONNREFUSED;
	close(fd);
	return dead;
}

/* What is in the way is removed only if it is a socket, and nobody's. */
static int clear_way(const struct sockaddr_un *at, struct stk_error *err)
{
	const char *path = at->sun_path;
	struct stat st;

	if (lstat(path, &st))
		return cannot(path, strerror(errno), err);
	if (!S_ISSOCK(st.st_mode))
		return cannot(path,
			      "what is there is no socket, and stays; name another path",
			      err);
	if (!left_behind(at) || !is_still(path, st.st_dev, st.st_ino))
		return cannot(path, strerror(EADDRINUSE), err);
	if (unlink(path))
		return cannot(path, strerror(errno), err);
	return 0;
}

static int bind_unix(int fd, const struct sockaddr_un *at, struct stk_error *err)
{
	const struct sockaddr *address = (const struct sockaddr *)at;
	int r;

	/* Linux's bind() takes the socket's mode: it is nobody else's for not a moment. */
	if (fchmod(fd, S_IRUSR | S_IWUSR))
		return cannot(at->sun_path, strerror(errno), err);
	if (!bind(fd, address, sizeof(*at)))
		return 0;
	if (errno != EADDRINUSE)
		return cannot(at->sun_path, strerror(errno), err);
	r = clear_way(at, err);
	if (!r && bind(fd, address, sizeof(*at)))
		r = cannot(at->sun_path, strerror(errno), err);
	return r;
}

static int open_unix(struct server *s, const char *path, struct stk_error *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;
	int r;

	if (strlen(path) >= sizeof(at.sun_path))
		return cannot(path, "the path is too long for a socket", err);
	strcpy(at.sun_path, path);
	s->path = strdup(path);
	if (!s->path)
		return stk_fail_nomem(err);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listener < 0)
		return cannot(path, strerror(errno), err);
	r = bind_unix(s->listener, &at, err);
	if (r)
		return r;
	if (!lstat(path, &st)) {
		s->path_dev = st.st_dev;
		s->path_ino = st.st_ino;
	}
	if (listen(s->listener, BACKLOG))
		return cannot(path, strerror(errno), err);
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
	    !bind(fd, info->ai_addr, info->ai_addrlen) && !listen(fd, BACKLOG))
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
	uint64_t number;
	int r;

	if (!split(address, host, sizeof(host), &port))
		return cannot(address, "give HOST:PORT, or the path of a UNIX socket", err);
	/* getaddrinfo() lets them wrap. */
	if (stk_parse_u64(port, &number) || number > UINT16_MAX)
		return cannot(address, "a port is a number up to 65535", err);
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
	s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
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
	if (s->spare >= 0)
		close(s->spare);
	s->spare = -1;
	/* Somebody may have put theirs there since. */
	if (s->path && s->path_ino && is_still(s->path, s->path_dev, s->path_ino))
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

/*
 * Whom accept() has no descriptor for stays in the queue, and poll() would not
 * sleep any more: the one that was kept for this takes them, to send them away.
 */
static void send_away(struct server *s, int why)
{
	int fd;

	if (s->spare >= 0)
		close(s->spare);
	fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		stk_board_say(s->board, "a client was sent away: %s", strerror(why));
	} else {
		poll(NULL, 0, NAP_MS);
	}
	s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static bool out_of_room(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

int listen_accept(struct server *s, char *peer, size_t len)
{
	struct sockaddr_storage at;
	socklen_t at_len = sizeof(at);
	int fd = accept4(s->listener, (struct sockaddr *)&at, &at_len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		if (out_of_room(errno))
			send_away(s, errno);
		return -1;
	}
	if (s->path) {
		snprintf(peer, len, "%s", s->path);
		return fd;
	}
	tune(fd);
	text_of((struct sockaddr *)&at, at_len, peer, len);
	return fd;
}
