/* SPDX-License-Identifier: MIT */
/* target.h - an open target and its wrappers */
#ifndef TARGET_H
#define TARGET_H

#include "core.h"

struct stk_target {
	struct stk_ctx *ctx;
	const struct stk_target_driver *driver;	/* as the module has it */
	/*
	 * What this target offers: the driver's operations, absent ones NULL;
	 * for a wrapper without those that the target inside does not offer.
	 */
	struct stk_target_driver ops;
	void *priv;
	struct stk_target *inner;		/* NULL: no wrapper */
	struct stk_target_facts facts;
	struct stk_target_info info;
	char *address;
	struct stk_range *ram;			/* the caller's own word; NULL: none */
	size_t n_ram;
};

static inline uint64_t target_now(struct stk_target *t)
{
	return t->ops.now(t->priv);
}

/* What went over the link since @before was taken; false: nothing counts it. */
bool target_link_since(const struct stk_target *t, const struct stk_link_stats *before,
		       struct stk_link_stats *ret);

/*
 * RAM for loaders: the caller's word, else the chip's as chip_ram() has it, else
 * the target's. The caller frees *ret.
 */
int target_ram(const struct stk_target *t, bool all, struct stk_range **ret,
	       size_t *ret_count, struct stk_error *err) stk_must_check;

#endif
