/* SPDX-License-Identifier: MIT */
/* params.h - parameters of modules: is there anybody who reads them? */
#ifndef PARAMS_H
#define PARAMS_H

#include "core.h"

/* Is there a module for each of @ctx's parameters? Reads notes, maps nothing. */
int params_known(struct stk_ctx *ctx, struct stk_error *err) stk_must_check;
/*
 * Does @module, which was mapped and has the parameters @declared (NULL-ended;
 * may be NULL), take those that were given for it?
 */
int params_taken(struct stk_ctx *ctx, const struct stk_module_info *module,
		 const struct stk_param_info *const *declared,
		 struct stk_error *err) stk_must_check;

#endif
