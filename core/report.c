/* SPDX-License-Identifier: MIT */
/* The words that reports use. */
#include "core.h"

static const char *word(const char *const *words, size_t n, unsigned int i)
{
	return i < n ? words[i] : "unknown";
}

const char *stk_verify_name(enum stk_verify_method m)
{
	static const char *const words[] = {
		[STK_VERIFY_NONE] = "none",
		[STK_VERIFY_READBACK] = "readback",
		[STK_VERIFY_TARGET_CRC] = "target-crc",
		[STK_VERIFY_LOADER_READ] = "loader-read",
		[STK_VERIFY_LOADER_VERIFY] = "loader-verify",
	};

	return word(words, ARRAY_SIZE(words), m);
}

const char *stk_after_name(enum stk_after after)
{
	static const char *const words[] = {
		[STK_AFTER_KEEP] = "keep",
		[STK_AFTER_RESET] = "reset",
		[STK_AFTER_RUN] = "run",
	};

	return word(words, ARRAY_SIZE(words), after);
}

const char *stk_sector_state_name(enum stk_sector_state s)
{
	static const char *const words[] = {
		[STK_SECTOR_UNTOUCHED] = "untouched",
		[STK_SECTOR_UNCHANGED] = "unchanged",
		[STK_SECTOR_ERASED] = "erased",
		[STK_SECTOR_WRITTEN] = "written",
		[STK_SECTOR_VERIFIED] = "verified",
		[STK_SECTOR_UNKNOWN] = "unknown",
	};

	return word(words, ARRAY_SIZE(words), s);
}

const char *stk_end_name(enum stk_end e)
{
	static const char *const words[] = {
		[STK_END_RETURNED] = "returned",   [STK_END_TIMEOUT] = "timed out",
		[STK_END_FAULT] = "fault",	   [STK_END_STUCK] = "stuck",
		[STK_END_CANCELLED] = "cancelled", [STK_END_LOST] = "lost",
	};

	return word(words, ARRAY_SIZE(words), e);
}
