/* SPDX-License-Identifier: MIT */
/* Streams to real sockets and commands. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/common/gdb/stream.h"
#include "unit.h"

/* Long for what must come; only what hangs meets it. */
#define PATIENCE 60000

/* ---- addresses ---------------------------------------------------------- */

static const struct {
	const char *address, *cause, *why;
} addresses[] = {
	{ "", "link-address", "it is empty" },
	{ "localhost", "link-address", "no port" },
	{ "localhost:", "link-address", "1 to 65535" },
	{ "localhost:0", "link-address", "1 to 65535" },
	{ "localhost:65536", "link-address", "1 to 65535" },
	{ "localhost:100000000000000000000", "link-address", "1 to 65535" },
	{ "localhost:gdb", "link-address", "1 to 65535" },
	{ "localhost:-1", "link-address", "1 to 65535" },
	{ "::1:3333", "link-address", "in brackets" },
	{ "[::1:3333", "link-address", "'[' and ']:'" },
	{ "[]:3333", "link-address", "'[' and ']:'" },
	{ "[:3333", "link-address", "'[' and ']:'" },
	{ "|", "link-address", "a command after '|'" },
	{ "|  ", "link-address", "a command after '|'" },
	{ "a b:3333", "no-such-host", "a b" },
	{ "/dev/null", "cannot-connect", "serial port '/dev/null'" },
	{ "/nowhere/at/all", "cannot-connect", "No such file" },
	{ "/01234567890123456789012345678901234567890123456789012345678901234567890123456"
	  "78901"
	  "234567890123456789012345678901234567890123456789",
	  "link-address", "at most 107 bytes" },
};

START_TEST(bad_address)
{
	const __typeof__(*addresses) *c = &addresses[_i];
	struct gdb_stream *s;
	struct stk_error err;
	int r = gdb_stream_open(c->address, PATIENCE, &s, &err);

	ck_assert_int_lt(r, 0);
	ck_assert_int_eq(r, -err.code);
	ck_assert_str_eq(err.cause, c->cause);
	ck_assert_msg(strstr(err.msg, c->why), "%s", err.msg);
}
END_TEST

/* ---- sockets ------------------------------------------------------------ */

static int listen_on(const struct sockaddr *at, socklen_t len)
{
	int fd = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, at, len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

static int listen_tcp(unsigned int *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = listen_on((struct sockaddr *)&at, sizeof(at));

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static struct gdb_stream *open_stream(const char *address)
{
	struct gdb_stream *s;
	struct stk_error err;

	ck_assert_msg(!gdb_stream_open(address, PATIENCE, &s, &err), "%s", err.msg);
	return s;
}

static void read_exactly(struct gdb_stream *s, const char *text)
{
	char buf[64];
	struct stk_error err;
	size_t len, done = 0;

	while (done < strlen(text)) {
		ck_assert_int_eq(gdb_stream_read(s, buf + done, strlen(text) - done,
						 PATIENCE, &len, &err),
				 0);
		done += len;
	}
	ck_assert_mem_eq(buf, text, done);
}

static void talk(struct gdb_stream *s, int listener)
{
	int peer = accept(listener, NULL, NULL);
	char buf[8];
	struct stk_error err;
	size_t len;

	ck_assert_int_ge(peer, 0);
	ck_assert_int_eq(fcntl(gdb_stream_fd(s), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(gdb_stream_read(s, buf, sizeof(buf), 0, &len, &err), -ETIMEDOUT);
	ck_assert_int_eq(gdb_stream_write(s, "hello", 5, PATIENCE, &err), 0);
	ck_assert_int_eq(recv(peer, buf, 5, MSG_WAITALL), 5);
	ck_assert_mem_eq(buf, "hello", 5);
	ck_assert_int_eq(write(peer, "you", 3), 3);
	read_exactly(s, "you");
	close(peer);
	ck_assert_int_eq(gdb_stream_read(s, buf, 8, PATIENCE, &len, &err), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-lost");
	gdb_stream_close(s);
}

START_TEST(tcp)
{
	static const char *const forms[] = { "127.0.0.1:%u", "localhost:%u", ":%u" };
	struct gdb_stream *s;
	char address[64];
	unsigned int port;
	int fd = listen_tcp(&port), at_once = 0;
	socklen_t len = sizeof(at_once);

	snprintf(address, sizeof(address), forms[_i], port);
	s = open_stream(address);
	ck_assert_int_eq(
		getsockopt(gdb_stream_fd(s), IPPROTO_TCP, TCP_NODELAY, &at_once, &len), 0);
	ck_assert_int_eq(at_once, 1);
	talk(s, fd);
	close(fd);
}
END_TEST

/* Where there is no IPv6 the address cannot be had. */
START_TEST(tcp6)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	socklen_t len = sizeof(at);
	char address[64];
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return;
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(address, sizeof(address), "[::1]:%u", ntohs(at.sin6_port));
	talk(open_stream(address), fd);
	close(fd);
}
END_TEST

START_TEST(unix_socket)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd;

	snprintf(at.sun_path, sizeof(at.sun_path), "/tmp/test-gdb-stream-%d",
		 (int)getpid());
	fd = listen_on((struct sockaddr *)&at, sizeof(at));
	talk(open_stream(at.sun_path), fd);
	close(fd);
	unlink(at.sun_path);
}
END_TEST

START_TEST(nothing_listens)
{
	char address[64];
	struct gdb_stream *s;
	struct stk_error err;
	unsigned int port;

	close(listen_tcp(&port));
	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	ck_assert_int_eq(gdb_stream_open(address, PATIENCE, &s, &err), -ECONNREFUSED);
	ck_assert_str_eq(err.cause, "nothing-listens");
	ck_assert_ptr_nonnull(strstr(err.msg, address));
}
END_TEST

/* Nobody accepts, and the queue is full. */
START_TEST(nobody_answers)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct gdb_stream *first, *second, *third;
	struct stk_error err;
	int fd;

	snprintf(at.sun_path, sizeof(at.sun_path), "/tmp/test-gdb-stream-%d",
		 (int)getpid());
	fd = listen_on((struct sockaddr *)&at, sizeof(at));
	first = open_stream(at.sun_path);
	second = open_stream(at.sun_path);
	ck_assert_int_eq(gdb_stream_open(at.sun_path, 30, &third, &err), -ETIMEDOUT);
	ck_assert_str_eq(err.cause, "connect-timeout");
	gdb_stream_close(first);
	gdb_stream_close(second);
	close(fd);
	unlink(at.sun_path);
}
END_TEST

/* Every byte passes, both ways: a terminal would make something of half of them. */
START_TEST(serial_port)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char bytes[256], got[256];
	struct gdb_stream *s, *second;
	struct stk_error err;
	size_t done = 0, len;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	s = open_stream(ptsname(master));
	ck_assert_int_eq(gdb_stream_read(s, got, 1, 0, &len, &err), -ETIMEDOUT);
	ck_assert_int_eq(gdb_stream_write(s, bytes, 256, PATIENCE, &err), 0);
	for (ssize_t n = 0; done < 256 && n >= 0; done += (size_t)n)
		n = read(master, got + done, 256 - done);
	ck_assert_mem_eq(got, bytes, 256);
	ck_assert_int_eq(write(master, bytes, 256), 256);
	for (done = 0; done < 256; done += len)
		ck_assert_int_eq(gdb_stream_read(s, got + done, 256 - done, PATIENCE,
						 &len, &err),
				 0);
	ck_assert_mem_eq(got, bytes, 256);
	if (geteuid() && gdb_stream_open(ptsname(master), PATIENCE, &second, &err) != -EBUSY)
		ck_abort_msg("two have one port");
	close(master);
	ck_assert_int_eq(gdb_stream_read(s, got, 1, PATIENCE, &len, &err), -ENOTCONN);
	gdb_stream_close(s);
}
END_TEST

/* ---- both ends ---------------------------------------------------------- */

static struct gdb_stream *pair(int *ret_peer)
{
	int fds[2];
	struct gdb_stream *s;
	struct stk_error err;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(gdb_stream_of(fds[0], "the peer", &s, &err), 0);
	ck_assert_str_eq(gdb_stream_peer(s), "the peer");
	*ret_peer = fds[1];
	return s;
}

/* More than the sockets hold, while the other end takes it in small pieces. */
START_TEST(more_than_fits)
{
	enum { SIZE = 4 << 20 };
	char *bytes = calloc(1, SIZE), buf[4096];
	struct stk_error err;
	struct gdb_stream *s;
	size_t got = 0;
	ssize_t n;
	pid_t child;
	int peer, status;

	s = pair(&peer);
	child = fork();
	if (!child) {
		gdb_stream_close(s);
		while ((n = read(peer, buf, sizeof(buf))) > 0)
			got += (size_t)n;
		_exit(got != SIZE);
	}
	close(peer);
	ck_assert_int_eq(gdb_stream_write(s, bytes, SIZE, PATIENCE, &err), 0);
	gdb_stream_close(s);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	free(bytes);
}
END_TEST

START_TEST(nobody_takes_it)
{
	enum { SIZE = 4 << 20 };
	char *bytes = calloc(1, SIZE);
	struct stk_error err;
	struct gdb_stream *s;
	int peer;

	s = pair(&peer);
	ck_assert_int_eq(gdb_stream_write(s, bytes, SIZE, 10, &err), -ETIMEDOUT);
	ck_assert_str_eq(err.cause, "link-blocked");
	ck_assert_ptr_nonnull(strstr(err.msg, "the peer took only"));
	gdb_stream_close(s);
	close(peer);
	free(bytes);
}
END_TEST

/* And no signal. */
START_TEST(nobody_is_there)
{
	struct stk_error err;
	struct gdb_stream *s;
	int peer;

	s = pair(&peer);
	close(peer);
	ck_assert_int_eq(gdb_stream_write(s, "x", 1, PATIENCE, &err), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-lost");
	gdb_stream_close(s);
}
END_TEST

/* ---- woken -------------------------------------------------------------- */

static struct gdb_stream *to_wake;

static void wake(int number)
{
	if (number == SIGUSR1)
		gdb_stream_wake(to_wake);
}

static void on(int number)
{
	struct sigaction act = { .sa_handler = wake };

	ck_assert_int_eq(sigaction(number, &act, NULL), 0);
}

/* A signal that says nothing ends no wait; one that wakes does, and once. */
START_TEST(woken)
{
	char buf[8];
	struct stk_error err;
	size_t len;
	pid_t parent = getpid(), child;
	int peer;

	to_wake = pair(&peer);
	on(SIGUSR1);
	on(SIGUSR2);
	child = fork();
	if (!child) {
		for (int i = 0; i < 20; i++) {
			kill(parent, i < 10 ? SIGUSR2 : SIGUSR1);
			usleep(2000);
		}
		_exit(0);
	}
	ck_assert_int_eq(gdb_stream_read(to_wake, buf, 8, PATIENCE, &len, &err), -EINTR);
	while (waitpid(child, NULL, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	gdb_stream_wake(to_wake);
	gdb_stream_wake(to_wake);
	ck_assert_int_eq(write(peer, "x", 1), 1);
	/* Before, however often, and although there is something to read. */
	ck_assert_int_eq(gdb_stream_read(to_wake, buf, 8, 0, &len, &err), -EINTR);
	read_exactly(to_wake, "x");
	gdb_stream_close(to_wake);
	close(peer);
}
END_TEST

/* ---- commands ----------------------------------------------------------- */

/* No child of ours, ended or not. */
static void no_child_is_left(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

START_TEST(command)
{
	struct gdb_stream *s = open_stream("| cat");
	struct stk_error err;

	ck_assert_str_eq(gdb_stream_peer(s), "the command 'cat'");
	ck_assert_int_eq(gdb_stream_write(s, "echo", 4, PATIENCE, &err), 0);
	read_exactly(s, "echo");
	gdb_stream_close(s);
	no_child_is_left();
}
END_TEST

static const struct {
	const char *command, *how;
} endings[] = {
	{ "|exit 3", "ended with status 3" },
	{ "|no-such-command-anywhere 2>/dev/null", "the shell found no such command" },
	{ "|kill -9 $$", "was ended by signal 9" },
	{ "|exec <&- >&-; sleep 100", "closed the connection" },
};

START_TEST(command_ends)
{
	struct gdb_stream *s = open_stream(endings[_i].command);
	struct stk_error err;
	char buf[8];
	size_t len;

	ck_assert_int_eq(gdb_stream_read(s, buf, 8, PATIENCE, &len, &err), -ENOTCONN);
	ck_assert_str_eq(err.cause, "link-lost");
	ck_assert_msg(strstr(err.msg, endings[_i].how), "%s", err.msg);
	gdb_stream_close(s);
	no_child_is_left();
}
END_TEST

static bool is_gone(pid_t pid)
{
	char path[64], state[256] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return true;
	if (!fgets(state, sizeof(state), f))
		state[0] = '\0';
	fclose(f);
	return !state[0] || strstr(state, ") Z ");
}

static pid_t read_pid(int fd)
{
	char buf[32] = "";

	for (size_t i = 0; i < sizeof(buf) - 1; i++)
		if (read(fd, buf + i, 1) != 1 || buf[i] == '\n')
			break;
	return (pid_t)atoi(buf);
}

/* They hear neither the end of their input nor SIGTERM. */
#define STAYS "|trap '' TERM; sleep 1000 & echo $! >&%d; sleep 1000; wait"

static struct gdb_stream *open_stubborn(int fds[2])
{
	char stays[80];

	/* The pipe has no CLOEXEC, so that the command has it. */
	ck_assert_int_eq(pipe(fds), 0);
	snprintf(stays, sizeof(stays), STAYS, fds[1]);
	return open_stream(stays);
}

START_TEST(command_that_stays)
{
	int fds[2];
	struct gdb_stream *s = open_stubborn(fds);
	pid_t grandchild = read_pid(fds[0]);

	ck_assert_int_gt(grandchild, 1);
	gdb_stream_close(s);
	ck_assert(is_gone(grandchild));
	no_child_is_left();
	close(fds[0]);
	close(fds[1]);
}
END_TEST

/* Nobody closes the stream: who has it is killed. */
START_TEST(killed)
{
	int fds[2], status;
	pid_t grandchild, holder;

	ck_assert_int_eq(pipe(fds), 0);
	holder = fork();
	if (!holder) {
		int own[2];

		open_stubborn(own);
		grandchild = read_pid(own[0]);
		dprintf(fds[1], "%d\n", (int)grandchild);
		pause();
	}
	grandchild = read_pid(fds[0]);
	ck_assert_int_gt(grandchild, 1);
	ck_assert(!is_gone(grandchild));
	kill(holder, SIGKILL);
	ck_assert_int_eq(waitpid(holder, &status, 0), holder);
	while (!is_gone(grandchild))
		usleep(10000);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

/* It is in the background, and the shell has ended: the stream is not at its end. */
START_TEST(background)
{
	struct gdb_stream *s = open_stream("|exec 3<&0; cat <&3 & exit 0");
	struct stk_error err;

	ck_assert_int_eq(gdb_stream_write(s, "echo", 4, PATIENCE, &err), 0);
	read_exactly(s, "echo");
	gdb_stream_close(s);
	no_child_is_left();
}
END_TEST

/* What we have open is closed when we close it, whoever runs. */
START_TEST(nothing_is_inherited)
{
	struct gdb_stream *s, *other;
	struct stk_error err;
	char buf[8];
	size_t len;
	int peer;

	other = pair(&peer);
	s = open_stream("|sleep 1000");
	gdb_stream_close(other);
	ck_assert_int_eq(recv(peer, buf, sizeof(buf), 0), 0);
	ck_assert_int_eq(gdb_stream_read(s, buf, sizeof(buf), 0, &len, &err), -ETIMEDOUT);
	gdb_stream_close(s);
	close(peer);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gdb-stream");
	TCase *t = tcase_create("streams");

	tcase_add_loop_test(t, bad_address, 0, sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_loop_test(t, tcp, 0, 3);
	tcase_add_test(t, tcp6);
	tcase_add_test(t, unix_socket);
	tcase_add_test(t, serial_port);
	tcase_add_test(t, nothing_listens);
	tcase_add_test(t, nobody_answers);
	tcase_add_test(t, more_than_fits);
	tcase_add_test(t, nobody_takes_it);
	tcase_add_test(t, nobody_is_there);
	tcase_add_test(t, woken);
	tcase_add_test(t, command);
	tcase_add_loop_test(t, command_ends, 0, sizeof(endings) / sizeof(endings[0]));
	tcase_add_test(t, command_that_stays);
	tcase_add_test(t, killed);
	tcase_add_test(t, background);
	tcase_add_test(t, nothing_is_inherited);
	suite_add_tcase(s, t);
	return unit_run(s);
}
