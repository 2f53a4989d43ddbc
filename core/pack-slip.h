/* SPDX-License-Identifier: MIT */
/* pack-slip.h - what is wrong with a pack, while it is being found */
#ifndef PACK_SLIP_H
#define PACK_SLIP_H

#include <errno.h>

#include "pack.h"

#define SLIP_TEXT	640
/* A power of two, well above how many there can be: one more than is told. */
#define SLIP_SLOTS	1024
#define SLIP_MAX	(PACK_MAX_FINDINGS + 1)

/* One slip, about one or two algorithms by value, over all devices. */
struct slip {
	enum pack_rule rule;
	const char *a, *b;		/* names, one pointer each; b may be NULL */
	struct stk_range range;
	/* Filled by pack_slip(). */
	const char *device;		/* the first; NULL: about no device */
	size_t n_devices;
	char text[SLIP_TEXT];
};

struct slips {
	struct stk_pack *pack;
	const struct stk_pack_device *device;	/* looked at now; NULL: none */
	struct stk_error *err;
	struct slip *slips;
	size_t count, room;
	uint16_t slot[SLIP_SLOTS];	/* by slip_hash(): its number + 1; 0: free */
};

/* Note one, with its text, or that one more device has it. -ENOMEM. */
int pack_slip(struct slips *c, struct slip s, const char *fmt, ...) stk_printf(3, 4);
/*
 * Nothing new: it was noted before, and counts for one more device, or there are
 * more than are told. For where most are, to save their text.
 */
bool pack_slip_again(struct slips *c, const struct slip *s);
/* Make findings of them all, and free them. */
int pack_tell_slips(struct slips *c, struct pack_list *findings) stk_must_check;

#endif
