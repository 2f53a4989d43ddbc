/* SPDX-License-Identifier: MIT */
/* file.h - input files, read whole */
#ifndef FILE_H
#define FILE_H

#include "core.h"

/*
 * Read all of the regular file @path. A directory, a FIFO, a device, and a
 * file of more than @max bytes are refused with STK_ORIGIN_INPUT. An empty
 * file is read: *ret is never NULL. The caller frees *ret.
 */
int file_read(const char *path, uint64_t max, uint8_t **ret, size_t *ret_len,
	      struct stk_error *err) stk_must_check;
/* The same for what is open as @fd, of any kind; @what names it in sentences. */
int file_read_fd(int fd, const char *what, uint64_t max, uint8_t **ret, size_t *ret_len,
		 struct stk_error *err) stk_must_check;

#endif
