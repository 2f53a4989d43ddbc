/* SPDX-License-Identifier: MIT */
/* modules.h - finding and mapping modules, for the other rooms of the core */
#ifndef MODULES_H
#define MODULES_H

#include "core.h"

/* All drivers of a class, modules mapped. The array belongs to @ctx. */
int module_formats(struct stk_ctx *ctx, const struct stk_format_driver *const **ret,
		   size_t *ret_count, struct stk_error *err) stk_must_check;
int module_images(struct stk_ctx *ctx, const struct stk_image_driver *const **ret,
		  size_t *ret_count, struct stk_error *err) stk_must_check;
int module_chips(struct stk_ctx *ctx, const struct stk_chip_driver *const **ret,
		 size_t *ret_count, struct stk_error *err) stk_must_check;
/* The @nth chip driver that is mapped on demand; *ret NULL: no more of them. */
int module_chip_reader(struct stk_ctx *ctx, size_t nth, const struct stk_chip_driver **ret,
		       struct stk_error *err) stk_must_check;
int module_analyses(struct stk_ctx *ctx, const struct stk_analysis_driver *const **ret,
		    size_t *ret_count, struct stk_error *err) stk_must_check;
int module_containers(struct stk_ctx *ctx, const struct stk_container_driver *const **ret,
		      size_t *ret_count, struct stk_error *err) stk_must_check;
/* One driver by name. */
int module_target(struct stk_ctx *ctx, const char *name,
		  const struct stk_target_driver **ret,
		  struct stk_error *err) stk_must_check;
int module_server(struct stk_ctx *ctx, const char *name,
		  const struct stk_server_driver **ret,
		  struct stk_error *err) stk_must_check;

/* The module CLASS/NAME if it is mapped, with its digest; NULL: it is not. */
const struct stk_module_info *module_mapped(struct stk_ctx *ctx, enum stk_class c,
					    const char *name);
/* The module that @driver came from, with its digest; NULL: none. */
const struct stk_module_info *module_by_driver(struct stk_ctx *ctx, const void *driver);

void module_free_all(struct stk_ctx *ctx);

#endif
