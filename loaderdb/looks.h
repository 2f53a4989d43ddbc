/* SPDX-License-Identifier: MIT */
/* looks.h - what a file has beside its bytes: mode, owner, times, attributes */
#ifndef LOOKS_H
#define LOOKS_H

#include <sys/stat.h>
#include <time.h>

#include <stoker/loaderdb.h>

struct looks {
	mode_t mode; /* permissions alone */
	uid_t uid;
	gid_t gid;
	struct timespec times[2]; /* access, modification: as futimens() takes them */
	/* Extended attributes, ACLs among them: "NAME=VALUE ...", both in hex. */
	char *attributes;
};

/* Of an open file. */
int looks_get(int fd, const char *path, struct looks *ret,
	      struct stk_error *err) stk_must_check;
/*
 * Give an open file these looks; last of all, for writing it changes the times.
 * One that cannot be had is an error.
 */
int looks_set(int fd, const char *path, const struct looks *l,
	      struct stk_error *err) stk_must_check;
/* A new file's: those that its folder suggests. */
void looks_new(int folder, struct looks *ret);
void looks_free(struct looks *l);

/* As the database keeps them; for free(), NULL: out of memory. */
char *looks_json(const struct looks *l);
/* False: that is no such text. */
bool looks_parse(const char *json, struct looks *ret);

#endif
