/* SPDX-License-Identifier: MIT */
/* stream.h - bytes to and from the other end: a socket, a serial port, a command */
#ifndef GDB_STREAM_H
#define GDB_STREAM_H

#include <stoker/module.h>

struct gdb_stream;

/*
 * "host:port", "[::1]:port", ":port" (loopback), "/unix/socket", "/dev/ttyACM0" (a
 * character device: a serial port), "|command" (run by sh; its standard input and
 * output are the stream; it and all that it has started end with the stream, or
 * with us if we are killed). Connecting takes at most @timeout_ms. Errors name the
 * address and what to do: nothing listens there, no such host, the command ended.
 */
int gdb_stream_open(const char *address, int timeout_ms, struct gdb_stream **ret,
		    struct stk_error *err) stk_must_check;
/*
 * An accepted connection; takes @fd over, also on failure. @peer is for sentences
 * ("gdb at 127.0.0.1:4242"), and copied.
 */
int gdb_stream_of(int fd, const char *peer, struct gdb_stream **ret,
		  struct stk_error *err) stk_must_check;
void gdb_stream_close(struct gdb_stream *s);
/*
 * Some bytes, as soon as there are any: 0 and *ret_len > 0. -ETIMEDOUT (no
 * error filled; @timeout_ms 0 only looks, negative waits for ever); -EINTR (no
 * error filled): gdb_stream_wake(); -ENOTCONN: the other end closed or died.
 */
int gdb_stream_read(struct gdb_stream *s, void *buf, size_t size, int timeout_ms,
		    size_t *ret_len, struct stk_error *err) stk_must_check;
/* All of them, or -ENOTCONN, or -ETIMEDOUT (with an error): it does not take them. */
int gdb_stream_write(struct gdb_stream *s, const void *bytes, size_t len, int timeout_ms,
		     struct stk_error *err) stk_must_check;
/* For poll(): readable when gdb_stream_read() has something. */
int gdb_stream_fd(const struct gdb_stream *s);
/* For sentences: "the GDB server at 'localhost:3333'", "the command 'openocd'". */
const char *gdb_stream_peer(const struct gdb_stream *s);
/* A read that waits now, or the next one, ends with -EINTR. Async-signal-safe. */
void gdb_stream_wake(struct gdb_stream *s);

#endif
