/* SPDX-License-Identifier: MIT */
/* module-file.h - a module's file, found and judged before it is mapped */
#ifndef MODULE_FILE_H
#define MODULE_FILE_H

#include <sys/stat.h>

#include "core.h"

struct module {
	struct stk_module_info info;
	char *path, *name;
	char *strings;			/* the note's "key=value" */
	char refused[512];
	char sha256[65];
	bool on_demand;			/* not mapped with the others of its class */
	int fd;				/* the bytes that were judged */
	struct stat st;
	void *handle;
	const struct stk_module *desc;
	const void *driver;
};

/* Find all of a class, once. Those that are refused are found as well. */
int module_scan(struct stk_ctx *ctx, enum stk_class c,
		struct stk_error *err) stk_must_check;
/* The first of that name among those that were found; NULL: none. */
struct module *module_find(const struct stk_ctx *ctx, enum stk_class c, const char *name);
void module_free(struct module *m);

#endif
