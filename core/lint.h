/* SPDX-License-Identifier: MIT */
/*
 * lint.h - what the files of rules share
 *
 * A rule has an id that never changes its meaning; one that goes leaves its
 * number unused. STK-L0xx need the file alone, L1xx facts about chips and
 * memories, L2xx the code. Those of one format are in its module.
 */
#ifndef LINT_H
#define LINT_H

#include "loader-priv.h"

/* Room for what a rule has to say after its title. */
#define LINT_DETAIL	320

/* What a rule goes by. */
struct lint {
	const struct stk_loader *loader;
	const struct stk_loader_info *info;
	const struct stk_device *device;	/* NULL: not known */
	const struct stk_format_driver *const *drivers;	/* of formats; file rules only */
	size_t n_drivers;
	/* The rest is stk_loader_check()'s. */
	const struct stk_chip *chip;		/* the very one; NULL: not known */
	const struct stk_chip_guess *guess; /* all that it may be; NULL: nothing known */
	const struct stk_chip_driver *const *facts;	/* signatures and parts */
	size_t n_facts;
	const struct stk_code_info *code;	/* NULL: not taken apart */
	const bool *reached;		/* of its functions: a host's calls get there */
	/* lint-part.c: the parts in the device's and the file's name; NULL: none. */
	struct stk_part_match device_part, file_part;
	char detail[LINT_DETAIL];
};

struct lint_rule {
	struct stk_rule rule;
	bool (*check)(struct lint *l);	/* true: it applies, and detail says how */
};

struct lint_rules {
	const struct lint_rule *rule;
	size_t n;
};

/* lint-file.c, lint-table.c, lint-name.c: by loader_lint(). */
extern const struct lint_rules lint_file, lint_table, lint_name;
/* lint-chip.c, lint-part.c, lint-code.c: by stk_loader_check(). */
extern const struct lint_rules lint_chip, lint_part, lint_code;

/* lint-part.c: find the parts that the names give away. */
void lint_find_parts(struct lint *l);

/*
 * lint-reach.c: which functions are entries or called from one, one value a
 * function. Allocated; NULL: out of memory.
 */
bool *lint_reach(const struct stk_code_info *code);
/* Does it call through a register, to where cannot be told? */
bool lint_calls_blindly(const struct stk_code_function *f);
/*
 * Such a call may get to any function, and so may one to where no function
 * begins: if one of @reach makes one, count them all, and return true. There may
 * be functions then that nobody found.
 */
bool lint_reach_blindly(const struct stk_code_info *code, bool *reach);

/*
 * lint-option.c: is the device option bytes or one-time programmable, by its
 * name, the file's, or where it lies?
 */
bool lint_is_option_loader(const struct lint *l);
/* A constant of reached code that opens the option bytes; NULL: none. */
const struct stk_code_constant *lint_option_key(const struct lint *l,
						const struct stk_code_function **ret,
						const struct stk_signature **ret_key);
/* The same in the bytes of the image, code or not: *ret is its address as linked. */
const struct stk_signature *lint_option_key_bytes(const struct lint *l, uint64_t *ret);

/*
 * lint-check.c: gather what rules of stk_loader_check() go by, @guess being
 * where l->guess points. What cannot be had is NULL.
 */
int lint_gather(struct stk_ctx *ctx, struct stk_loader *loader,
		const struct stk_check_options *opt, struct stk_chip_guess *guess,
		struct lint *l, struct stk_error *err) stk_must_check;
/* All that stk_loader_check() finds, by what is in @l. */
int loader_check(struct stk_loader *loader, struct lint *l,
		 struct stk_error *err) stk_must_check;

/* ---- lint.c: helpers for rules ---------------------------------------- */

/* Fill the detail and return true. */
bool lint_say(struct lint *l, const char *fmt, ...) stk_printf(2, 3);

/* Made for another machine: nothing about functions can be said. */
bool lint_foreign(const struct lint *l);

/* "128 KiB", "4608 bytes": exact. Returns @buf. */
const char *lint_size(uint64_t bytes, char buf[32]);

/* Size of the largest, or smallest, sector; 0: no sectors. */
uint64_t lint_sector(const struct stk_device *d, bool largest);

/* Apply each of @rules to @l. */
int lint_apply(struct lint *l, struct stk_loader *loader, const struct lint_rules *rules,
	       struct stk_error *err) stk_must_check;

#endif
