/* SPDX-License-Identifier: MIT */
/* stream-priv.h - what the files of a stream share */
#ifndef GDB_STREAM_PRIV_H
#define GDB_STREAM_PRIV_H

#include <sys/types.h>

#include "stream.h"

struct gdb_child {
	pid_t pid; /* of its keeper; 0: none */
	int leash; /* closed: the keeper is to end it */
};

struct gdb_stream {
	int fd;
	bool socket; /* or a serial port */
	int wake;    /* an eventfd; readable: a read is to end */
	struct gdb_child child;
	char peer[200];
};

/* A moment of CLOCK_MONOTONIC; what is left until then, as poll() takes it. */
int64_t gdb_deadline(int timeout_ms);
int gdb_left(int64_t deadline);

/*
 * A connected descriptor, close-on-exec, that does not block. Errors name
 * @address, which is as gdb_stream_open() has it.
 */
int gdb_connect(const char *address, int timeout_ms, int *ret,
		struct stk_error *err) stk_must_check;
/* The serial port @path, at 115200 baud, which USB does not care for. */
int gdb_serial_open(const char *path, int *ret, struct stk_error *err) stk_must_check;
/* Run @command; its standard input and output are the other end of *@ret_fd. */
int gdb_child_start(const char *command, int *ret_fd, struct gdb_child *ret,
		    struct stk_error *err) stk_must_check;
/* How it ended, if it has or does so at once: "ended with status 1"; else "". */
void gdb_child_ended(const struct gdb_child *child, char *buf, size_t len);
/* With all that it has started. Close its descriptor first: that tells it. */
void gdb_child_end(const struct gdb_child *child);

#endif
