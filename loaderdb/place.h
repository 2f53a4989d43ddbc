/* SPDX-License-Identifier: MIT */
/*
 * place.h - a name in a folder that is held open
 *
 * Between looking at a file and replacing it somebody may put a symbolic link
 * in the way. So the folder is reached step by step without following any, is
 * held open, and everything is done to names in it.
 */
#ifndef PLACE_H
#define PLACE_H

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <stoker/loaderdb.h>

struct place {
	int fd;		  /* of the folder */
	char *path;	  /* absolute, with the name */
	const char *name; /* the last part of path */
};

#define PLACE_NONE { .fd = -1 }

/* Open the folder of @path. The name need not be there. */
int place_open(const char *path, struct place *ret, struct stk_error *err) stk_must_check;
void place_close(struct place *p);

/*
 * Can something else be put where @name is, as it is or as nothing at all? -EACCES,
 * -EPERM, -EROFS, -EBUSY, ...: why not; nothing was touched. @owned: it keeps its
 * owner, so he must be us, or we are the one who may give files away.
 */
int place_check(const struct place *p, bool owned, struct stk_error *err) stk_must_check;
/* Is there room for @bytes more, beside what others must have left? */
int place_check_room(const struct place *p, uint64_t bytes,
		     struct stk_error *err) stk_must_check;

/* PATH.stoker-WHAT-ID, for free(); NULL: out of memory. */
char *place_beside(const char *path, const char *what, int64_t id);
/* The last part of a path. */
const char *place_name(const char *path);
/* Is @path the folder, or below it? Both absolute, without links. */
bool place_is_in(const char *folder, const char *path);

/*
 * Exchange two names of the folder. -EOPNOTSUPP, without a sentence: the file
 * system cannot.
 */
int place_exchange(const struct place *p, const char *a, const char *b,
		   struct stk_error *err) stk_must_check;
/* Rename where @to is free. */
int place_rename(const struct place *p, const char *from, const char *to,
		 struct stk_error *err) stk_must_check;
/* What was done to names is on the disk. */
int place_sync(const struct place *p, struct stk_error *err) stk_must_check;

/* Up to @size bytes of an open file; fewer only at its end. -1: errno. */
ssize_t place_read(int fd, char *to, size_t size);
/* The one sentence for what went wrong with a path, by errno. */
int place_fail(struct stk_error *err, const char *what, const char *path);

/* Scope clean-up of a descriptor; -1: none. */
static inline void place_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define cleanup_fd __attribute__((cleanup(place_close_fd)))

#endif
