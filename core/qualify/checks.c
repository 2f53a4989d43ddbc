/* SPDX-License-Identifier: MIT */
/* The list of checks, and why some do not apply. */
#include "checks.h"

/* ---- why not -------------------------------------------------------------------- */

static const char *unfit_one_sector(const struct stk_qualify *q)
{
	return q->format->erase_one ? "the format erases one sector a call" : NULL;
}

static const char *unfit_unphased(const struct stk_qualify *q)
{
	return q->format->phased ? NULL : "the format has Init alone, before each call";
}

static const char *unfit_any_length(const struct stk_qualify *q)
{
	return q->format->page_limited ? NULL : "the format knows no page: any length";
}

static const char *unfit_page_limited(const struct stk_qualify *q)
{
	return q->format->page_limited ? "the format programs page by page" : NULL;
}

static const char *unfit_fixed_place(const struct stk_qualify *q)
{
	return q->info->position_independent ? NULL : "it is linked for a fixed address";
}

static const char *unfit_internal(const struct stk_qualify *q)
{
	return q->external ? NULL : "the chip's own flash is always there";
}

static const char *unfit_external(const struct stk_qualify *q)
{
	return q->external ? "the memory is not the chip's own flash" : NULL;
}

static const char *unfit_no_limits(const struct stk_qualify *q)
{
	return q->info->device->erase_ms || q->info->device->program_ms ?
		       NULL : "the format declares no time limits";
}

/* ---- the list ---------------------------------------------------------------------- */

#define ERASE	NEEDS(ERASE_SECTOR)
#define PROGRAM	NEEDS(PROGRAM)
#define BOTH	(ERASE | PROGRAM)

/*
 * What is wrong with memory and time comes first: other failures follow from it.
 * id, group, title, failure, operations needed, unfit(), run()
 */
#define CHECKS(X)									\
	X("calls-return", "limits", "every function returns", NULL, NEEDS(INIT), NULL,	\
	  check_calls_return)								\
	X("returns-when-done", "limits", "the flash is not busy any more when a call has "	\
	  "returned", NULL, BOTH, unfit_external, check_returns_when_done)			\
	X("time-declared", "limits", "the time limits it declares are kept", NULL, BOTH,	\
	  unfit_no_limits, check_time)							\
	X("stack", "limits", "it needs no more stack than hosts give", NULL, NEEDS(INIT),	\
	  NULL, check_stack)								\
	X("ram-writes", "limits", "it writes to no RAM but its own", NULL, NEEDS(INIT),	\
	  NULL, check_ram_writes)							\
	X("exceptions", "limits", "it needs no interrupt", NULL, NEEDS(INIT), NULL,	\
	  check_exceptions)								\
	X("device-fits-chip", "erase", "the device table covers the chip's memory", NULL,	\
	  0, NULL, check_device_fits)							\
	X("erase-sector", "erase", "an erase leaves the whole sector blank", NULL, ERASE,	\
	  NULL, check_erase_sector)							\
	X("erase-only-that-sector", "erase", "an erase leaves all other sectors alone",	\
	  NULL, ERASE, NULL, check_erase_only)						\
	X("erase-erased", "erase", "an erased sector can be erased again", NULL, ERASE,	\
	  NULL, check_erase_erased)							\
	X("erase-range-end", "erase", "a run of sectors ends where it shall, in both "	\
	  "ways in which hosts give its end", NULL, ERASE, unfit_one_sector,		\
	  check_erase_ends)								\
	X("erase-chip", "erase", "a chip erase leaves the whole device blank", NULL,	\
	  NEEDS(ERASE_CHIP), NULL, check_erase_chip)					\
	X("erase-beyond-device", "erase", "an erase beyond the device erases nothing "	\
	  "in it", NULL, ERASE, NULL, check_erase_beyond)				\
	X("program-pages", "program", "whole pages are programmed, and nothing else",	\
	  NULL, PROGRAM, NULL, check_program_pages)					\
	X("program-short-page", "program", "a page that is not whole is programmed as "	\
	  "far as it goes", NULL, PROGRAM, unfit_any_length, check_program_short)		\
	X("program-any-length", "program", "any address and length is programmed, odd "	\
	  "ones too", NULL, PROGRAM, unfit_page_limited, check_program_any)		\
	X("program-borders", "program", "data across pages and sectors is programmed",	\
	  NULL, PROGRAM, unfit_page_limited, check_program_borders)			\
	X("program-last-byte", "program", "the last bytes of the device are programmed",	\
	  NULL, PROGRAM, NULL, check_program_last)					\
	X("program-nothing", "program", "no bytes at all change nothing", NULL, PROGRAM,	\
	  NULL, check_program_nothing)							\
	X("program-over-unerased", "program", "what is not erased is reported, not "	\
	  "hidden", NULL, PROGRAM, NULL, check_program_over)				\
	X("verify-equal", "answers", "Verify accepts what the cells hold", NULL,		\
	  NEEDS(VERIFY), NULL, check_verify_equal)					\
	X("verify-different", "answers", "Verify refuses data with one bit changed", NULL,	\
	  NEEDS(VERIFY), NULL, check_verify_different)					\
	X("verify-address", "answers", "Verify names the byte that differs", NULL,	\
	  NEEDS(VERIFY), NULL, check_verify_address)					\
	X("checksum", "answers", "CheckSum is the sum of the bytes", NULL,		\
	  NEEDS(CHECKSUM), NULL, check_checksum)					\
	X("blank-check-blank", "answers", "BlankCheck knows a blank sector", NULL,	\
	  NEEDS(BLANK_CHECK), NULL, check_blank)					\
	X("blank-check-other", "answers", "BlankCheck sees one bit that is not blank",	\
	  NULL, NEEDS(BLANK_CHECK), NULL, check_not_blank)				\
	X("read", "answers", "Read gives what the cells hold", NULL, NEEDS(READ), NULL,	\
	  check_read)									\
	X("mapped-read", "answers", "after Init the memory can be read in its window",	\
	  NULL, NEEDS(INIT), unfit_internal, check_mapped)				\
	X("init-phases", "calls", "Init and UnInit succeed in every phase and change "	\
	  "no cell", NULL, NEEDS(INIT), NULL, check_init_phases)			\
	X("init-each-time", "calls", "it works with Init before each call", NULL, BOTH,	\
	  NULL, check_init_each_time)							\
	X("init-repeated", "calls", "it works after an Init without UnInit", NULL, BOTH,	\
	  unfit_unphased, check_init_repeated)						\
	X("without-init", "calls", "without Init it says no, or works", NULL, BOTH, NULL,	\
	  check_without_init)								\
	X("after-failed-call", "calls", "it works after a call that failed", NULL, BOTH,	\
	  NULL, check_after_failed_call)						\
	X("after-reset", "calls", "it works after a reset of the chip alone", NULL, BOTH,	\
	  NULL, check_after_reset)							\
	X("other-address", "place", "it works at another load address", NULL, BOTH,	\
	  unfit_fixed_place, check_other_address)					\
	X("other-buffer", "place", "it works with its buffer elsewhere", NULL, PROGRAM,	\
	  NULL, check_other_buffer)							\
	X("odd-buffer", "place", "it works with a buffer that is not aligned", NULL,	\
	  PROGRAM, NULL, check_odd_buffer)						\
	X("leaves-flash-locked", "state", "the flash is locked when it has ended", NULL,	\
	  BOTH, unfit_external, check_leaves_lock)					\
	X("leaves-options", "state", "protection and option bytes are what they were",	\
	  NULL, BOTH, NULL, check_leaves_options)					\
	X("leaves-clocks", "state", "the clocks are what they were", NULL, BOTH, NULL,	\
	  check_leaves_clocks)								\
	X("leaves-interrupts", "state", "no interrupt is enabled, and SysTick is off",	\
	  NULL, BOTH, NULL, check_leaves_interrupts)					\
	X("leaves-watchdog", "state", "no watchdog was started", NULL, BOTH, NULL,	\
	  check_leaves_watchdog)							\
	X("leaves-mapped", "state", "the memory can be read in its window afterwards",	\
	  NULL, BOTH, unfit_internal, check_leaves_mapped)				\
	HONESTY(X, "write-protected", "a write-protected sector", check_honesty)	\
	HONESTY(X, "rdp", "readout protection", check_honesty)				\
	HONESTY(X, "locked", "a control register that stays locked", check_honesty)	\
	HONESTY(X, "watchdog", "a watchdog that runs from reset on", check_watchdog)	\
	HONESTY(X, "low-supply", "a supply too low for wide writes", check_honesty)	\
	HONESTY(X, "busy-never-ends", "a busy flag that never clears", check_honesty)	\
	HONESTY(X, "stuck-sector", "a sector that cannot be erased", check_honesty)	\
	HONESTY(X, "stuck-bit", "a bit that stays programmed", check_honesty)		\
	HONESTY(X, "stuck-bit-erased", "a bit that stays erased", check_honesty)	\
	HONESTY(X, "no-nor", "no part on the bus", check_refuses)			\
	HONESTY(X, "wrong-jedec-id", "a part with another JEDEC id", check_refuses)	\
	HONESTY(X, "nor-busy-never-ends", "a part that stays busy", check_honesty)	\
	HONESTY(X, "nor-stuck-sector", "a part's sector that cannot be erased",		\
		check_honesty)								\
	HONESTY(X, "nor-stuck-bit", "a part's bit that stays programmed", check_honesty)	\
	HONESTY(X, "nor-protected", "a part whose blocks are protected", check_honesty)	\
	HONESTY(X, "nor-qpi", "a part left in QPI", check_honesty)			\
	HONESTY(X, "nor-continuous-read", "a part left in continuous read",		\
		check_honesty)								\
	HONESTY(X, "nor-4-byte", "a part left with 4 address bytes", check_honesty)	\
	HONESTY(X, "nor-deep-power-down", "a part left in deep power-down",		\
		check_honesty)

#define HONESTY(X, name_, what_, run_)							\
	X("honesty-" name_, "honesty", "it copes with, or tells of: " what_, name_,		\
	  NEEDS(INIT), NULL, run_)

#define INFO(id_, group_, title_, failure_, needs_, unfit_, run_)			\
	{ .id = id_, .group = group_, .title = title_, .failure = failure_ },
#define RUN(id_, group_, title_, failure_, needs_, unfit_, run_)			\
	{ .needs = needs_, .unfit = unfit_, .run = run_ },

/* The same order: what the world sees of a check, and what runs it. */
static const struct stk_check_info infos[] = { CHECKS(INFO) };
const struct check check_table[] = { CHECKS(RUN) };

const struct stk_check_info *stk_check_list(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(infos);
	return infos;
}
