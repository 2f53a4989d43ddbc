/* SPDX-License-Identifier: MIT */
/* inject.h - which operation is spoiled, and how */
#ifndef FAULT_INJECT_H
#define FAULT_INJECT_H

#include <stoker/module.h>

enum kind {
	KIND_READ,
	KIND_WRITE,
	KIND_GET_REGS,
	KIND_SET_REGS,
	KIND_BREAK_SET,
	KIND_BREAK_CLEAR,
	KIND_RESUME,
	KIND_WAIT,
	KIND_HALT,
	KIND_RESET,
	KIND_STEP,
	KIND_CALL,
	KIND_MEM_WHILE_RUNNING,
	KIND_COUNT,
	KIND_ANY = KIND_COUNT
};

enum mode { MODE_FAIL, MODE_DELAY, MODE_CORRUPT, MODE_CUT, MODE_SIGNAL, MODE_COUNT };

struct injector {
	uint64_t op, ns, seed;
	uint64_t every; /* from op on, each such one as well; 0: op alone */
	unsigned int mode, kind, signal;
	uint64_t seen; /* operations of that kind so far */
	bool cut;
	bool virtual_time; /* a delay is added to the clock, else slept */
	uint64_t delayed_ns;
	struct stk_range blind; /* the debugger cannot read here; len 0: it can */
	uint64_t real; /* a virtual chip is said to be none */
	struct stk_range dead; /* reads 0 and keeps nothing; len 0: all is well */
};

/* As if no option was given: count, and spoil nothing. */
void inject_init(struct injector *f);
/* "op=12" */
int inject_option(struct injector *f, const char *option,
		  struct stk_error *err) stk_must_check;
/*
 * Count an operation, which fails here if it is to. 0: it goes ahead; a signal
 * was taken and a delay has passed already, save that of wait(), whose budget
 * pays for it.
 */
int inject_begin(struct injector *f, enum kind kind, bool *ret_hit,
		 struct stk_error *err) stk_must_check;
void inject_pass_time(struct injector *f, uint64_t ns);

static inline bool inject_corrupts(const struct injector *f, bool hit)
{
	return hit && f->mode == MODE_CORRUPT;
}

/* Flip the one bit that the seed says. */
void inject_flip_bytes(const struct injector *f, void *buf, size_t len);
void inject_flip_regs(const struct injector *f, struct stk_regs *regs);
void inject_flip_stop(const struct injector *f, struct stk_stop *stop);

#endif
