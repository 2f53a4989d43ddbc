/* SPDX-License-Identifier: MIT */
/* checks.h - all checks there are; what they do is in check-*.c */
#ifndef CHECKS_H
#define CHECKS_H

#include "trial.h"

struct check {
	uint32_t needs;			/* bit n: the loader has operation n */
	/* NULL: it applies; else why not. May be NULL. */
	const char *(*unfit)(const struct stk_qualify *q);
	int (*run)(struct trial *t, struct stk_error *err);
};

/* Number n runs what number n of stk_check_list() promises. */
extern const struct check check_table[];

int check_init_phases(struct trial *t, struct stk_error *err);
int check_init_each_time(struct trial *t, struct stk_error *err);
int check_init_repeated(struct trial *t, struct stk_error *err);
int check_without_init(struct trial *t, struct stk_error *err);
int check_after_failed_call(struct trial *t, struct stk_error *err);
int check_after_reset(struct trial *t, struct stk_error *err);

int check_device_fits(struct trial *t, struct stk_error *err);
int check_erase_sector(struct trial *t, struct stk_error *err);
int check_erase_only(struct trial *t, struct stk_error *err);
int check_erase_erased(struct trial *t, struct stk_error *err);
int check_erase_ends(struct trial *t, struct stk_error *err);
int check_erase_chip(struct trial *t, struct stk_error *err);
int check_erase_beyond(struct trial *t, struct stk_error *err);

int check_program_pages(struct trial *t, struct stk_error *err);
int check_program_short(struct trial *t, struct stk_error *err);
int check_program_any(struct trial *t, struct stk_error *err);
int check_program_borders(struct trial *t, struct stk_error *err);
int check_program_last(struct trial *t, struct stk_error *err);
int check_program_nothing(struct trial *t, struct stk_error *err);
int check_program_over(struct trial *t, struct stk_error *err);

int check_verify_equal(struct trial *t, struct stk_error *err);
int check_verify_different(struct trial *t, struct stk_error *err);
int check_verify_address(struct trial *t, struct stk_error *err);
int check_checksum(struct trial *t, struct stk_error *err);
int check_blank(struct trial *t, struct stk_error *err);
int check_not_blank(struct trial *t, struct stk_error *err);
int check_read(struct trial *t, struct stk_error *err);
int check_mapped(struct trial *t, struct stk_error *err);

int check_other_address(struct trial *t, struct stk_error *err);
int check_other_buffer(struct trial *t, struct stk_error *err);
int check_odd_buffer(struct trial *t, struct stk_error *err);

int check_leaves_lock(struct trial *t, struct stk_error *err);
int check_leaves_options(struct trial *t, struct stk_error *err);
int check_leaves_clocks(struct trial *t, struct stk_error *err);
int check_leaves_interrupts(struct trial *t, struct stk_error *err);
int check_leaves_watchdog(struct trial *t, struct stk_error *err);
int check_leaves_mapped(struct trial *t, struct stk_error *err);

int check_calls_return(struct trial *t, struct stk_error *err);
int check_returns_when_done(struct trial *t, struct stk_error *err);
int check_time(struct trial *t, struct stk_error *err);
int check_stack(struct trial *t, struct stk_error *err);
int check_ram_writes(struct trial *t, struct stk_error *err);
int check_exceptions(struct trial *t, struct stk_error *err);

int check_honesty(struct trial *t, struct stk_error *err);
int check_watchdog(struct trial *t, struct stk_error *err);
int check_refuses(struct trial *t, struct stk_error *err);

#endif
