/* SPDX-License-Identifier: MIT */
/* session.h - one loader on one target: load it, call it, know how it ended */
#ifndef SESSION_H
#define SESSION_H

#include "keep.h"
#include "layout.h"
#include "loader.h"
#include "witness.h"

/* The stack is filled with it, to see how deep a call went. */
#define SESSION_STACK_PATTERN	0xA5

/* How one call went; plain evidence, judged by the format and by diagnose. */
struct outcome {
	struct stk_request request;
	struct stk_abi_call call;
	enum stk_end end;
	bool halted;			/* LOST: somebody else halted the core */
	bool ok;			/* returned, and that does not mean failure */
	bool overwrote;			/* what it must not: its stack was too small, or wild stores */
	bool doubtful;			/* the format cannot tell success from failure */
	char meaning[96];
	struct stk_regs regs;		/* when it ended */
	char stop[160];			/* the target's own words */
	uint64_t ns, budget_ns;
	bool guard_hit;			/* the pattern below the stack is gone */
	uint32_t stack_used;
};

/*
 * What calls that returned success left behind; told when something turns out
 * wrong later, perhaps in another session of the same loader.
 */
struct traces {
	bool doubtful;			/* the format could not judge one of them */
	char ignored[200];		/* error flags in the flash status */
	bool unmasked;			/* interrupts were to be masked, and were not */
	bool no_primask;		/* for a core as it was, and PRIMASK is not to be had */
	unsigned int exception;		/* that a core was in which was not reset; 0: none */
	bool crashed;			/* a call ended in a fault, or in an exception */
	char left[200];			/* what could not be undone in the end */
	bool overflow, wild, foreign_bank;
	struct witness_access wild_access, foreign_access;
};

struct session {
	struct stk_target *target;
	const struct stk_loader *loader;
	const struct stk_loader_info *info;
	const struct stk_format_driver *format;
	const struct stk_host *host;
	struct layout layout;
	const volatile int *cancel;	/* may be NULL */
	/*
	 * Set by whoever has the target left as it was: RAM goes there before it
	 * is first written. NULL: nobody.
	 */
	struct keep *keep;
	/*
	 * The core was not reset: what ran before may have interrupts on, whose
	 * handlers would run on RAM that is the loader's now.
	 */
	bool core_as_is;
	/*
	 * How deep a call went is nobody's business, only that it kept to its stack:
	 * a link carries 64 bytes and not 4 KiB for each call.
	 */
	bool guard_only;
	bool loaded;
	bool initialised;
	bool masked;			/* seen: a call ran with interrupts masked */
	/*
	 * What is not the host's to see is not looked at: a call that overwrote
	 * memory counts by what it returned.
	 */
	bool as_host;
	enum stk_phase phase;
	uint64_t calls;
	struct witness witness;		/* since the last call began */
	struct outcome last;
	struct traces traces;
};

/*
 * Lay the loader out; touches nothing. *s must not move in memory until
 * session_close(), which leaves the target halted.
 */
int session_open(struct session *s, struct stk_target *target,
		 const struct stk_loader *loader, const struct stk_host *host,
		 const volatile int *cancel, struct stk_error *err) stk_must_check;
void session_close(struct session *s);
/*
 * Patterns through the loader's buffer and back: "link-unreliable" where it is
 * right at one time and wrong at another. session_load() does it the first time.
 */
int session_check_link(struct session *s, struct stk_error *err) stk_must_check;
/* As many bytes of the buffer. */
size_t session_link_bytes(const struct session *s);
/* Write, read back, compare: RAM faults, a wrong RAM map, a bad link. */
int session_write_checked(struct session *s, uint64_t addr, const uint8_t *data, size_t len,
			  struct stk_error *err) stk_must_check;
/* The loader is about to write to the first @len bytes of its buffer. */
int session_use_buffer(struct session *s, uint64_t len, struct stk_error *err) stk_must_check;
/* Put @data there. */
int session_fill_buffer(struct session *s, const void *data, size_t len,
			struct stk_error *err) stk_must_check;
/* Its code and trap are in RAM, as session_load() left them: *ret. */
int session_intact(struct session *s, bool *ret, struct stk_error *err) stk_must_check;
/* Write the image into RAM and read it back; the core is halted. */
int session_load(struct session *s, struct stk_error *err) stk_must_check;
/*
 * Call one function. 0: the call came to an end, however it did: see s->last.
 * Negative: the target failed, or the loader has no such function.
 */
int session_call(struct session *s, const struct stk_request *req, struct stk_error *err)
	stk_must_check;
/*
 * The same with raw registers. A format that cannot tell what they amount to
 * judges nothing: then ok means that it returned.
 */
int session_call_raw(struct session *s, const struct stk_abi_call *call,
		     uint64_t budget_ns, struct stk_error *err) stk_must_check;
/* All that a call needs but to resume the core: for who wants to watch it run. */
int session_enter(struct session *s, const struct stk_abi_call *call,
		  struct stk_error *err) stk_must_check;
/*
 * As the host profile has it: Init before a phase (UnInit of another one
 * first), or nothing here and Init before each call. 0 with s->last.ok false:
 * Init or UnInit said no.
 */
int session_begin(struct session *s, enum stk_phase phase,
		  struct stk_error *err) stk_must_check;
int session_end(struct session *s, struct stk_error *err) stk_must_check;
/* Call Init now, whatever the profile says. */
int session_init(struct session *s, enum stk_phase phase,
		 struct stk_error *err) stk_must_check;
/* How long an operation may take: the host's limit, or the loader's own where it is longer. */
uint64_t session_limit_ns(const struct session *s, enum stk_op op);
/* The phase that an operation belongs to. */
enum stk_phase session_phase_of(enum stk_op op);
/* An operation as the host makes it, with Init before where it does that. */
int session_do(struct session *s, struct stk_request *req,
	       struct stk_error *err) stk_must_check;

/* session-traces.c: what the last call left behind, whatever it returned */
void session_note_traces(struct session *s);
/* As @s has the core to itself now: which exception it found it in. */
int session_note_exception(struct session *s, struct stk_error *err) stk_must_check;
/* Add what one loader's calls left, as far as traces_tell() tells of it. */
void traces_add(struct traces *all, const struct traces *one);
/* The @nth sentence of what people should know, "" if it is not so; false: no more. */
bool traces_tell(const struct traces *t, const struct stk_target *target,
		 const struct stk_host *host, unsigned int nth, char *buf, size_t len);
/* The last call was stopped, by a wake() or by others: says so. Else 0. */
int session_stopped(const struct session *s, struct stk_error *err);

/* "EraseSector(0x08010000)" */
void outcome_text(const struct outcome *o, char *buf, size_t len);

static inline bool session_has(const struct session *s, enum stk_op op)
{
	for (size_t i = 0; i < s->info->n_functions; i++) {
		if (s->info->functions[i].op == op)
			return true;
	}
	return false;
}

static inline bool session_cancelled(const struct session *s)
{
	return s->cancel && *s->cancel;
}

#endif
