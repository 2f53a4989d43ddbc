/* SPDX-License-Identifier: MIT */
/*
 * Build attributes, after "Addenda to, and Errata in, the ABI for the Arm
 * Architecture" (addenda32), chapter Build Attributes.
 */
#include "attributes.h"

#include <string.h>

enum {
	SCOPE_FILE = 1,
	TAG_CPU_RAW_NAME = 4,
	TAG_CPU_NAME = 5,
	TAG_CPU_ARCH = 6,
	TAG_FP_ARCH = 10,
	TAG_COMPATIBILITY = 32,
};

struct cursor {
	const uint8_t *p;
	size_t len;
};

/* Values of Tag_CPU_arch. */
static const char *const arch_names[] = {
	"pre-v4", "v4",	    "v4T",    "v5T",	     "v5TE",	  "v5TEJ",
	"v6",	  "v6KZ",   "v6T2",   "v6K",	     "v7",	  "v6-M",
	"v6S-M",  "v7E-M",  "v8-A",   "v8-R",	     "v8-M.base", "v8-M.main",
	"v8.1-A", "v8.2-A", "v8.3-A", "v8.1-M.main", "v9-A",
};

/* Values of Tag_FP_arch. */
static const char *const fp_names[] = {
	"none", "VFPv1", "VFPv2", "VFPv3", "VFPv3-D16", "VFPv4", "VFPv4-D16", "FP-ARMv8",
	"FPv5-D16",
};

/* Cut @n bytes off the front; false: there are not so many. */
static bool take(struct cursor *c, size_t n, struct cursor *ret)
{
	if (n > c->len)
		return false;
	*ret = (struct cursor){ c->p, n };
	c->p += n;
	c->len -= n;
	return true;
}

static bool take_u32(struct cursor *c, bool big, uint32_t *ret)
{
	struct cursor v;

	if (!take(c, 4, &v))
		return false;
	*ret = get_le32(v.p);
	if (big)
		*ret = __builtin_bswap32(*ret);
	return true;
}

/* LEB128; more than 32 bits are nobody's attribute. */
static bool take_uleb(struct cursor *c, uint32_t *ret)
{
	struct cursor byte;
	uint32_t v = 0;

	for (unsigned int shift = 0; shift < 32 && take(c, 1, &byte); shift += 7) {
		v |= (uint32_t)(*byte.p & 0x7F) << shift;
		if (!(*byte.p & 0x80)) {
			*ret = v;
			return true;
		}
	}
	return false;
}

static bool take_string(struct cursor *c, const char **ret)
{
	const uint8_t *end = c->len ? memchr(c->p, 0, c->len) : NULL;
	struct cursor s;

	if (!end || !take(c, (size_t)(end - c->p) + 1, &s))
		return false;
	*ret = (const char *)s.p;
	return true;
}

/* Below 32 only the two names are strings; above, odd tags are. */
static bool is_string(uint32_t tag)
{
	if (tag < TAG_COMPATIBILITY)
		return tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME;
	return tag & 1;
}

static bool read_one(struct cursor *c, struct attributes *a)
{
	uint32_t tag, value = 0;
	const char *text = NULL;

	if (!take_uleb(c, &tag))
		return false;
	if (is_string(tag) ? !take_string(c, &text) : !take_uleb(c, &value))
		return false;
	if (tag == TAG_COMPATIBILITY && !take_string(c, &text))
		return false;
	if (tag == TAG_CPU_NAME)
		a->cpu_name = text;
	else if (tag == TAG_CPU_ARCH && value < ARRAY_SIZE(arch_names))
		a->cpu_arch = (int)value;
	else if (tag == TAG_FP_ARCH && value < ARRAY_SIZE(fp_names))
		a->fp_arch = (int)value;
	return true;
}

/* One vendor's part: scopes, of which the file's own matters. */
static void read_scopes(struct cursor c, bool big, struct attributes *a)
{
	uint32_t scope, size;
	struct cursor body;

	while (c.len) {
		size_t before = c.len;

		if (!take_uleb(&c, &scope) || !take_u32(&c, big, &size) ||
		    size < before - c.len || !take(&c, size - (before - c.len), &body))
			return;
		while (scope == SCOPE_FILE && read_one(&body, a))
			;
	}
}

void attributes_read(const uint8_t *p, size_t len, bool big_endian,
		     struct attributes *ret)
{
	struct attributes a = { .cpu_arch = -1, .fp_arch = -1 };
	struct cursor c = { p, len }, version, part;
	const char *vendor;
	uint32_t size;

	if (take(&c, 1, &version) && *version.p == 'A') {
		while (take_u32(&c, big_endian, &size) && size >= 4 &&
		       take(&c, size - 4, &part)) {
			if (take_string(&part, &vendor) && !strcmp(vendor, "aeabi"))
				read_scopes(part, big_endian, &a);
		}
	}
	*ret = a;
}

const char *attributes_arch_name(const struct attributes *a)
{
	return a->cpu_arch < 0 ? NULL : arch_names[a->cpu_arch];
}

/* A public attribute that is absent has the value 0, in a file that has any. */
const char *attributes_fp_name(const struct attributes *a)
{
	if (a->fp_arch < 0)
		return a->cpu_arch < 0 ? NULL : fp_names[0];
	return fp_names[a->fp_arch];
}
