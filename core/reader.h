/* SPDX-License-Identifier: MIT */
/* reader.h - what is in the flash, and by whose word */
#ifndef READER_H
#define READER_H

#include "session.h"

/*
 * The best method for @range on this target: the debugger reads internal flash
 * and mapped windows; else the loader's Read; else its Verify; else none.
 * May call Init. 0 with s->last.ok false: Init said no.
 */
int reader_choose(struct session *s, struct stk_range range, enum stk_verify_method *ret,
		  struct stk_error *err) stk_must_check;
/* READBACK and LOADER_READ only. 0 with s->last.ok false: Read said no. */
int reader_read(struct session *s, enum stk_verify_method method, uint64_t addr,
		uint8_t *buf, uint64_t len, struct stk_error *err) stk_must_check;
/*
 * LOADER_VERIFY: Verify must accept @want, and refuse it with one bit changed.
 * *ret: it did both. 0 with s->last.ok false: it refused @want, or did not
 * return.
 */
int reader_loader_verify(struct session *s, uint64_t addr, const uint8_t *want,
			 uint64_t len, bool *ret, struct stk_error *err) stk_must_check;

#endif
