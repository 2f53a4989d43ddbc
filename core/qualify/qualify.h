/* SPDX-License-Identifier: MIT */
/*
 * qualify.h - the bench on which loaders are tried
 *
 * qualify.c runs the checks (check-*.c) one after the other, each on a chip
 * that was just opened, so that none depends on what another left behind.
 * matrix.c runs the loader as each host would, what-if.c looks for what would
 * give a symptom, behaviour.c sets two loaders side by side. What the cells
 * hold is asked of the chip itself (the target's cells()), never of the loader.
 */
#ifndef QUALIFY_H
#define QUALIFY_H

#include "arena.h"
#include "diagnose.h"
#include "places.h"
#include "session.h"
#include "tape.h"

struct stk_qualify {
	struct stk_ctx *ctx;
	struct stk_loader *loader;
	const struct stk_loader_info *info;
	const struct stk_qualify_options *opt;	/* during stk_qualify_run() only */
	const struct stk_host *host;
	struct arena arena;		/* all that the report points to */
	const struct stk_format_driver *format;
	struct places places;
	struct stk_sector_trial *sectors;	/* one each of places.sectors */
	uint8_t *want, *found;		/* as long as places.area; the checks' */
	bool external;			/* the device is no flash of the chip's own */
	const char *init_failed;	/* the check in which Init did, on a healthy chip; or NULL */
	const char *hung;		/* a function that timed out on a healthy chip; or NULL */
	struct stk_qualify_report report;
};

/* What the caller knows of the options, the rest as if not given. */
struct stk_qualify_options qualify_options(const struct stk_qualify_options *given);
/* *opt must stay until qualify_done(); then what is left is the report. */
int qualify_new(struct stk_ctx *ctx, struct stk_loader *loader,
		const struct stk_qualify_options *opt, struct stk_qualify **ret,
		struct stk_error *err) stk_must_check;
void qualify_done(struct stk_qualify *q);
/* What is the same for every trial: read off a chip that nothing is done to. */
int qualify_prepare(struct stk_qualify *q, struct stk_error *err) stk_must_check;

/* A chip on the bench, with the loader in its RAM. */
struct bench {
	struct stk_qualify *q;
	struct stk_target *target;
	struct session session;
	struct tape tape;		/* of the call in progress, or of the last one */
	const char *basis;		/* the weakest of the rules that took effect; NULL: none */
	uint64_t opened_ns;
	bool moved;			/* the loader is not where the host would put it */
	/* Of all calls made so far. */
	uint32_t stack_used;
	uint64_t exceptions;
	const char *watchdog;		/* the one that was started; NULL: none */
	/* Asked for: a call returned while this flag of the flash was set; NULL: none did. */
	bool ask_busy;
	const char *left_busy;
	char busy_call[128];
	stk_observer tape_in;		/* who gets what we have seen */
	void *tape_data;
};

/*
 * Open the target anew and load the loader under @host. *b must not move until
 * bench_close(), which may be called on a *b that is all zero.
 */
int bench_open(struct bench *b, struct stk_qualify *q, const struct stk_host *host,
	       struct stk_error *err) stk_must_check;
void bench_close(struct bench *b);
/* Reset the chip and load the loader again; external memories keep their state. */
int bench_restart(struct bench *b, struct stk_error *err) stk_must_check;
/* The same with the loader laid out in these ranges of RAM. */
int bench_move(struct bench *b, const struct stk_range *ram, size_t n,
	       struct stk_error *err) stk_must_check;
/* The cells behind @range. */
int bench_cells(struct bench *b, struct stk_range range, uint8_t *buf,
		struct stk_error *err) stk_must_check;
int bench_put_cells(struct bench *b, struct stk_range range, const uint8_t *buf,
		    struct stk_error *err) stk_must_check;
/*
 * What session_call(), session_init(), session_begin(), session_end() and
 * session_do() do, on tape; -EINTR where the run was cancelled meanwhile.
 */
int bench_call(struct bench *b, const struct stk_request *req,
	       struct stk_error *err) stk_must_check;
int bench_init(struct bench *b, enum stk_phase phase, struct stk_error *err) stk_must_check;
int bench_end(struct bench *b, struct stk_error *err) stk_must_check;
int bench_do(struct bench *b, struct stk_request *req, struct stk_error *err) stk_must_check;
/* The last call, in words and with its traffic, kept in @q's arena; NULL: no memory. */
const struct stk_trial_call *bench_last_call(struct bench *b);
/* Why, kept in @q's arena; NULL: no memory. @c needs no session. */
const struct stk_diagnosis *bench_diagnose(struct bench *b, struct symptom_case c);

/* The weaker of two bases, either of which may be NULL. */
const char *weaker_basis(const char *a, const char *b);

/* Parts of a run; each fills its part of q->report. (matrix.c, what-if.c) */
int qualify_matrix(struct stk_qualify *q, struct stk_error *err) stk_must_check;
int qualify_what_if(struct stk_qualify *q, struct stk_error *err) stk_must_check;
/* Before anything is tried: is the symptom one that can be looked for? */
int qualify_check_symptom(struct stk_qualify *q, struct stk_error *err) stk_must_check;

#endif
