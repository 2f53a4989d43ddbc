/* SPDX-License-Identifier: MIT */
/*
 * What names say about the size: "STM32C0x_128.FLM", "STM32L0 2 KByte Data
 * EEPROM". Numbers mean many things, so a name contradicts only where it
 * names sizes and none of them is there.
 */
#include "core.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "lint.h"

/* Sizes that a name without units stands for, in KiB. */
#define LEAST_KIB	8u
#define MOST_KIB	8192u
/* Above are option bytes, then external memories. */
#define INTERNAL_END	UINT64_C(0x1FF00000)
/* In both formats: MCU_FLASH, ONCHIP. A bare number is a size there alone. */
#define ON_CHIP		1u

/* What one name says. */
struct said {
	const char *text;	/* NULL: nothing that is wrong */
	size_t len;
	bool agrees;		/* one of the sizes is there */
};

struct word {
	const char *at;
	size_t digits, len;	/* digits that it begins with; all of it */
};

static struct word next_word(const char *s)
{
	struct word w = { .at = s };

	while (*w.at && !isalnum((unsigned char)*w.at))
		w.at++;
	while (isdigit((unsigned char)w.at[w.digits]))
		w.digits++;
	while (isalnum((unsigned char)w.at[w.len]))
		w.len++;
	return w;
}

static bool is(const char *s, size_t len, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == len && !strncmp(s, *words, len))
			return true;
	}
	return false;
}

/* Bytes in one of the unit; 0: no unit. */
static uint64_t unit(const char *s, size_t len)
{
	static const char *const kib[] = { "k", "K", "kB", "KB", "KiB", "kByte", "KByte",
					   "Kbyte", "kbyte", "kBytes", "KBytes", NULL };
	static const char *const mib[] = { "M", "MB", "MiB", "MByte", "Mbyte", "MBytes",
					   NULL };
	static const char *const one[] = { "B", "Byte", "Bytes", "byte", "bytes", NULL };

	if (is(s, len, kib))
		return 1024;
	if (is(s, len, mib))
		return 1024 * 1024;
	return is(s, len, one);
}

static bool is_bare_size(const struct word *w, uint64_t number)
{
	static const char *const may_follow[] = { "", "dual", "Dual", NULL };

	return is(w->at + w->digits, w->len - w->digits, may_follow) &&
	       number >= LEAST_KIB && number <= MOST_KIB && !(number & (number - 1));
}

/* The size that a word, with a unit in it or behind it, stands for; 0: none. */
static uint64_t size_of(const struct word *w, bool bare, size_t *ret_len)
{
	static const char *const no_size[] = { "bit", "Bit",  "BIT", "bits", "MHz",
					       "MHZ", "Mbit", "Mb",  "V",    NULL };
	const struct word next = next_word(w->at + w->len);
	uint64_t number = 0, u = unit(w->at + w->digits, w->len - w->digits);

	if (!w->digits || w->digits > 5 || *w->at == '0')
		return 0;
	for (size_t i = 0; i < w->digits; i++)
		number = number * 10 + (uint64_t)(w->at[i] - '0');
	*ret_len = w->len;
	if (u || w->digits != w->len)
		return u				 ? number * u
		       : bare && is_bare_size(w, number) ? number * 1024
							 : 0;
	u = unit(next.at, next.len);
	if (u && next.at == w->at + w->len + 1)
		*ret_len = (size_t)(next.at + next.len - w->at);
	else
		u = bare && !is(next.at, next.len, no_size) && is_bare_size(w, number) ?
			    1024 : 0;
	return number * u;
}

/* Two chips side by side go by the size of one. */
static bool is_double(const char *name)
{
	return strcasestr(name, "dual") || strcasestr(name, "twin") ||
	       strcasestr(name, "2x") || strcasestr(name, "x2");
}

/*
 * Size of the device, of a sector, of a page: each is worth naming. Of memory
 * parts people write MB for Mbit.
 */
static bool is_there(const struct stk_device *d, const char *name, uint64_t size)
{
	if (is_double(name) && d->size == 2 * size)
		return true;
	if (d->start >= INTERNAL_END && d->size == size / 8)
		return true;
	for (size_t i = 0; i < d->n_regions; i++) {
		if (d->regions[i].size == size)
			return true;
	}
	return d->size == size || d->page_size == size;
}

/* Beside the main flash: a size in the name is mostly that of the chip's flash. */
static bool beside_flash(const char *name)
{
	return strcasestr(name, "OPT") || strcasestr(name, "OTP");
}

static bool is_eeprom(const char *name)
{
	return strcasestr(name, "EEPROM");
}

/* @len: of the name, its suffix excepted. */
static struct said read_name(const struct stk_device *d, const char *name, size_t len)
{
	const bool bare = d->type == ON_CHIP && d->start < INTERNAL_END && !is_eeprom(name);
	struct said said = { 0 };

	if (beside_flash(name))
		return said;
	for (struct word w = next_word(name); w.len && w.at < name + len;
	     w = next_word(w.at + w.len)) {
		size_t used;
		uint64_t size = size_of(&w, bare, &used);

		if (!size)
			continue;
		if (is_there(d, name, size))
			return (struct said){ .agrees = true };
		if (!said.text)
			said = (struct said){ w.at, used, false };
	}
	return said;
}

static bool device_name(struct lint *l)
{
	const struct stk_device *d = l->device;
	struct said said = { 0 };
	char size[32];

	if (d)
		said = read_name(d, d->name, strlen(d->name));
	return said.text && lint_say(l, "'%s' says %.*s, but the device has %s", d->name,
				     (int)said.len, said.text, lint_size(d->size, size));
}

static bool file_name(struct lint *l)
{
	const struct stk_device *d = l->device;
	const char *dot = strrchr(l->info->name, '.');
	struct said said = { 0 };
	char size[32];

	/* A file of an EEPROM is called after the chip: STM32L07x_64K_EEPROM. */
	if (d && dot && !is_eeprom(l->info->name))
		said = read_name(d, l->info->name, (size_t)(dot - l->info->name));
	return said.text && lint_say(l, "'%s' says %.*s, but it is '%s' with %s",
				     l->info->name, (int)said.len, said.text, d->name,
				     lint_size(d->size, size));
}

static const struct lint_rule rules[] = {
	{ { "STK-L017", STK_WARNING, "device name contradicts its size", NULL },
	  device_name },
	{ { "STK-L018", STK_WARNING, "file name contradicts the device", NULL }, file_name },
};

const struct lint_rules lint_name = { rules, ARRAY_SIZE(rules) };
