/* SPDX-License-Identifier: MIT */
/* Serial ports: a Black Magic Probe is one, over USB. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "stream-priv.h"

/* Bytes as they are, and a read that finds none does not look like an end. */
static int set_up(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return -errno;
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	/* Two debuggers on one port read half of every answer each. */
	if (tcsetattr(fd, TCSANOW, &t) || ioctl(fd, TIOCEXCL))
		return -errno;
	tcflush(fd, TCIOFLUSH);
	return 0;
}

int gdb_serial_open(const char *path, int *ret, struct stk_error *err)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int r = fd < 0 ? -errno : set_up(fd);

	if (!r) {
		*ret = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return stk_fail(err, STK_ORIGIN_TARGET, -r, "cannot-connect",
			"no connection to the serial port '%.200s': %s", path,
			r == -EBUSY ? "another program has it" : strerror(-r));
}
