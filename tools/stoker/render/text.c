/* SPDX-License-Identifier: MIT */
/* Words, units and colours that all text output shares. */
#include "../cmd.h"

#include "render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void text_safe(FILE *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7F)
			fprintf(out, "\\x%02X", c);
		else
			putc(c, out);
	}
}

const char *text_size(uint64_t bytes, char *buf, size_t len)
{
	static const char *const unit[] = { "bytes", "KiB", "MiB", "GiB" };
	size_t u = 0;

	while (u < 3 && bytes >= 1024 && bytes % 1024 == 0) {
		bytes /= 1024;
		u++;
	}
	if (u == 0 && bytes == 1)
		snprintf(buf, len, "1 byte");
	else
		snprintf(buf, len, "%" PRIu64 " %s", bytes, unit[u]);
	return buf;
}

const char *text_time(uint64_t ns, char *buf, size_t len)
{
	static const char *const unit[] = { "ns", "us", "ms", "s" };
	double value = (double)ns;
	size_t u = 0;

	while (u < 3 && value >= 1000.0) {
		value /= 1000.0;
		u++;
	}
	snprintf(buf, len, u ? "%.3f %s" : "%.0f %s", value, unit[u]);
	return buf;
}

const char *text_range(struct stk_range r, char *buf, size_t len)
{
	snprintf(buf, len, "0x%08" PRIX64 "..0x%08" PRIX64, r.addr, stk_range_end(r));
	return buf;
}

const char *text_step(enum stk_step_kind kind)
{
	switch (kind) {
	case STK_STEP_RESET:
		return "reset";
	case STK_STEP_LOAD:
		return "load";
	case STK_STEP_COMPARE:
		return "compare";
	case STK_STEP_ERASE_CHIP:
		return "erase-chip";
	case STK_STEP_ERASE:
		return "erase";
	case STK_STEP_PROGRAM:
		return "program";
	case STK_STEP_VERIFY:
		return "verify";
	case STK_STEP_BLANK_CHECK:
		return "blank-check";
	case STK_STEP_READ:
		return "read";
	}
	return "unknown";
}

const char *text_memory_kind(enum stk_memory_kind kind)
{
	switch (kind) {
	case STK_MEM_RAM:
		return "RAM";
	case STK_MEM_FLASH:
		return "flash";
	case STK_MEM_EXTERNAL:
		return "external";
	case STK_MEM_ROM:
		return "ROM";
	}
	return "unknown";
}

const char *text_role(enum stk_segment_role role)
{
	switch (role) {
	case STK_SEGMENT_CODE:
		return "code";
	case STK_SEGMENT_TABLE:
		return "table";
	case STK_SEGMENT_EMPTY:
		return "empty";
	}
	return "unknown";
}

/* https://no-color.org: present and not empty. */
static bool wants_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") && isatty(fileno(out));
}

const char *colour_on(FILE *out, enum colour c)
{
	static const char *const code[] = {
		[COLOUR_NONE] = "",	     [COLOUR_BOLD] = "\033[1m",
		[COLOUR_RED] = "\033[31m",   [COLOUR_YELLOW] = "\033[33m",
		[COLOUR_GREEN] = "\033[32m",
	};

	return wants_colour(out) ? code[c] : "";
}

const char *colour_off(FILE *out)
{
	return wants_colour(out) ? "\033[0m" : "";
}

unsigned int text_columns(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (!ioctl(fileno(out), TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return columns && !stk_parse_u64(columns, &n) && n && n < 10000 ? (unsigned int)n
									: 80;
}

bool text_utf8(void)
{
	static const char *const name[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(name); i++) {
		const char *value = getenv(name[i]);

		/* The first that is set decides. */
		if (value && *value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

void say_error(const char *command, const struct stk_error *err)
{
	fprintf(stderr, "stoker%s%s: ", command ? " " : "", command ? command : "");
	text_safe(stderr, err->msg);
	putc('\n', stderr);
}
