/* SPDX-License-Identifier: MIT */
/* ctx.h - what a context holds; the modules are module.c's */
#ifndef CTX_H
#define CTX_H

#include "core.h"

struct module;

struct stk_ctx {
	char *module_dir, *module_path;
	char **params;			/* "module.name=value", NULL-ended */
	void (*log)(void *data, const char *line);
	void *log_data;

	struct module **modules;	/* in search order */
	size_t n_modules;
	bool scanned[STK_CLASS_COUNT];
	/* Drivers of a class, once all its modules are loaded; NULL before. */
	const void **drivers[STK_CLASS_COUNT];
	size_t n_drivers[STK_CLASS_COUNT];
	const struct stk_module_info **infos;	/* stk_module_list()'s answer */
	const struct stk_chip **chips;		/* stk_chip_list()'s answer */
};

#endif
