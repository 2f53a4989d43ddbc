/* SPDX-License-Identifier: MIT */
/*
 * The .pdsc of a pack, as far as loaders go: /package/vendor, name, releases,
 * devices and boards of the Open-CMSIS-Pack-Spec.
 */
#include "pdsc.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_STYLE "Keil" /* element algorithm, attribute style */

/* What an element is, by its name and that of the one around it. */
enum kind {
	EL_OTHER,
	EL_PACKAGE,
	EL_VENDOR,
	EL_NAME,
	EL_RELEASES,
	EL_RELEASE,
	EL_DEVICES,
	EL_FAMILY,
	EL_SUB_FAMILY,
	EL_DEVICE,
	EL_VARIANT,
	EL_BOARDS,
	EL_BOARD,
	EL_MEMORY,
	EL_ALGORITHM,
};

/* ---- values ----------------------------------------------------------- */

/* "0x08000000", "134217728": as hosts read them. */
static bool number(const char *text, uint64_t *ret)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = text + (hex ? 2 : 0);
	char *end;

	if (!isxdigit((unsigned char)*digits) || strlen(text) > 18)
		return false;
	errno = 0;
	*ret = strtoull(digits, &end, hex ? 16 : 10);
	return !*end && !errno;
}

/* 1: a number, 0: not there, -EINVAL: something else, other: refused. */
static int number_attribute(struct pdsc *p, const char *name, uint64_t *ret)
{
	char text[PDSC_MAX_VALUE + 1];
	int r = pdsc_attribute(p, name, text);

	if (r <= 0)
		return r;
	return number(text, ret) ? 1 : -EINVAL;
}

static int bool_attribute(struct pdsc *p, const char *name, bool *ret)
{
	char text[PDSC_MAX_VALUE + 1];
	int r = pdsc_attribute(p, name, text);

	*ret = r > 0 && (!strcasecmp(text, "true") || !strcmp(text, "1"));
	return r < 0 ? r : 0;
}

/* ---- algorithm and memory --------------------------------------------- */

static int unusable(struct pdsc *p, const char *element, const char *what)
{
	return stk_build_pack_unusable(p->sink->builder, pdsc_line(p), p->err,
				       "%s element without a proper %s", element, what);
}

/* Both numbers of a range; *ret_which names the one that is amiss, or NULL. */
static int range(struct pdsc *p, struct stk_range *ret, const char **ret_which)
{
	int start = number_attribute(p, "start", &ret->addr);
	int size = number_attribute(p, "size", &ret->len);

	*ret_which = start != 1 ? "start" : size != 1 ? "size" : NULL;
	if (start < 0 && start != -EINVAL)
		return start;
	return size < 0 && size != -EINVAL ? size : 0;
}

/* What is no number counts as not given, which is what hosts make of it. */
static int ram(struct pdsc *p, struct stk_pack_algorithm *a)
{
	int start = number_attribute(p, "RAMstart", &a->ram.addr);
	int size = number_attribute(p, "RAMsize", &a->ram.len);

	a->has_ram_start = start == 1;
	a->has_ram_size = size == 1;
	if (start < 0 && start != -EINVAL)
		return start;
	return size < 0 && size != -EINVAL ? size : 0;
}

/* The specification's own example has backslashes. */
static char *plain_path(char *path)
{
	for (char *c = path; *c; c++)
		*c = *c == '\\' ? '/' : *c;
	while (!strncmp(path, "./", 2))
		path += 2;
	return path;
}

static int algorithm(struct pdsc *p)
{
	char name[PDSC_MAX_VALUE + 1], processor[PDSC_MAX_VALUE + 1],
		style[PDSC_MAX_VALUE + 1];
	struct stk_pack_algorithm a = { .style = DEFAULT_STYLE, .line = pdsc_line(p) };
	const char *amiss;
	int r = pdsc_attribute(p, "name", name), has_processor, has_style;

	if (r <= 0)
		return r ? r : unusable(p, "algorithm", "name");
	a.name = plain_path(name);
	has_processor = pdsc_attribute(p, "Pname", processor);
	has_style = pdsc_attribute(p, "style", style);
	if (has_processor < 0 || has_style < 0)
		return -ENOEXEC;
	a.processor = has_processor ? processor : NULL;
	a.style = has_style ? style : DEFAULT_STYLE;
	r = range(p, &a.range, &amiss);
	if (r || amiss)
		return r ? r : unusable(p, "algorithm", amiss);
	r = ram(p, &a);
	if (!r)
		r = bool_attribute(p, "default", &a.is_default);
	if (!r && p->sink->file)
		r = p->sink->file(p->sink->data, a.name, p->err);
	return r ? r : stk_build_pack_algorithm(p->sink->builder, &a, p->err);
}

/* Attribute access; before version 1.4 the id said what it is: IRAM1, IROM1. */
static int access_of(struct pdsc *p, const char *name, struct stk_pack_memory *m)
{
	char access[PDSC_MAX_VALUE + 1];
	int r = pdsc_attribute(p, "access", access);

	if (r < 0)
		return r;
	if (!r)
		strcpy(access, strstr(name, "RAM")   ? "rwx"
			       : strstr(name, "ROM") ? "rx"
						     : "");
	/* What is peripheral is no memory to put anything into. */
	m->read = strchr(access, 'r');
	m->write = strchr(access, 'w') && !strchr(access, 'p');
	m->execute = strchr(access, 'x');
	return 0;
}

static int memory(struct pdsc *p)
{
	char name[PDSC_MAX_VALUE + 1] = "", processor[PDSC_MAX_VALUE + 1];
	struct stk_pack_memory m = { 0 };
	const char *amiss;
	int r = pdsc_attribute(p, "name", name), has_processor;

	if (!r)
		r = pdsc_attribute(p, "id", name);
	has_processor = pdsc_attribute(p, "Pname", processor);
	if (r < 0 || has_processor < 0)
		return -ENOEXEC;
	m.name = r ? name : NULL;
	m.processor = has_processor ? processor : NULL;
	r = range(p, &m.range, &amiss);
	if (r || amiss)
		return r ? r : unusable(p, "memory", amiss);
	r = access_of(p, name, &m);
	if (!r)
		r = bool_attribute(p, "default", &m.is_default);
	if (!r)
		r = bool_attribute(p, "startup", &m.startup);
	return r ? r : stk_build_pack_memory(p->sink->builder, &m, p->err);
}

/* ---- elements --------------------------------------------------------- */

/* The elements that are looked at, below one another. */
static const struct {
	enum kind parent;
	const char *name;
	enum kind kind;
} elements[] = {
	{ EL_PACKAGE, "vendor", EL_VENDOR },
	{ EL_PACKAGE, "name", EL_NAME },
	{ EL_PACKAGE, "releases", EL_RELEASES },
	{ EL_RELEASES, "release", EL_RELEASE },
	{ EL_PACKAGE, "devices", EL_DEVICES },
	{ EL_DEVICES, "family", EL_FAMILY },
	{ EL_FAMILY, "subFamily", EL_SUB_FAMILY },
	{ EL_FAMILY, "device", EL_DEVICE },
	{ EL_SUB_FAMILY, "device", EL_DEVICE },
	{ EL_DEVICE, "variant", EL_VARIANT },
	{ EL_PACKAGE, "boards", EL_BOARDS },
	{ EL_BOARDS, "board", EL_BOARD },
	{ EL_FAMILY, "memory", EL_MEMORY },
	{ EL_SUB_FAMILY, "memory", EL_MEMORY },
	{ EL_DEVICE, "memory", EL_MEMORY },
	{ EL_VARIANT, "memory", EL_MEMORY },
	{ EL_FAMILY, "algorithm", EL_ALGORITHM },
	{ EL_SUB_FAMILY, "algorithm", EL_ALGORITHM },
	{ EL_DEVICE, "algorithm", EL_ALGORITHM },
	{ EL_VARIANT, "algorithm", EL_ALGORITHM },
	{ EL_BOARD, "algorithm", EL_ALGORITHM },
};

/* Elements that hold others: level, and the attributes with their names. */
static const struct {
	enum kind kind;
	enum stk_pack_level level;
	const char *name[2];
} levels[] = {
	{ EL_FAMILY, STK_PACK_FAMILY, { "Dfamily" } },
	{ EL_SUB_FAMILY, STK_PACK_SUB_FAMILY, { "DsubFamily" } },
	{ EL_DEVICE, STK_PACK_DEVICE, { "Dname" } },
	/* Dname shall replace Dvariant one day. */
	{ EL_VARIANT, STK_PACK_VARIANT, { "Dvariant", "Dname" } },
	{ EL_BOARD, STK_PACK_BOARD, { "name" } },
};

static enum kind kind_of(const struct pdsc *p, int depth, const char *name)
{
	if (depth == 0)
		return strcmp(name, "package") ? EL_OTHER : EL_PACKAGE;
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (elements[i].parent == p->kinds[depth - 1] &&
		    !strcmp(elements[i].name, name))
			return elements[i].kind;
	return EL_OTHER;
}

/* Index into levels; -1: not one of them. */
static int level_of(enum kind kind)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (levels[i].kind == kind)
			return (int)i;
	return -1;
}

static int enter(struct pdsc *p, int i)
{
	char name[PDSC_MAX_VALUE + 1] = "?", vendor[PDSC_MAX_VALUE + 1];
	int r = pdsc_attribute(p, levels[i].name[0], name), has_vendor;

	if (!r && levels[i].name[1])
		r = pdsc_attribute(p, levels[i].name[1], name);
	has_vendor = r < 0 ? r : pdsc_attribute(p, "Dvendor", vendor);
	if (has_vendor < 0)
		return has_vendor;
	if (has_vendor)
		vendor[strcspn(vendor, ":")] = '\0'; /* "STMicroelectronics:13" */
	return stk_build_pack_enter(p->sink->builder, levels[i].level, name,
				    has_vendor ? vendor : NULL, p->err);
}

/* The first is the latest. */
static int release(struct pdsc *p)
{
	char version[PDSC_MAX_VALUE + 1];
	int r = p->has_version ? 0 : pdsc_attribute(p, "version", version);

	if (r <= 0)
		return r;
	p->has_version = true;
	return stk_build_pack_name(p->sink->builder, NULL, NULL, version, p->err);
}

static int begin(struct pdsc *p, enum kind kind)
{
	int i = level_of(kind);

	if (i >= 0)
		return enter(p, i);
	switch (kind) {
	case EL_RELEASE:
		return release(p);
	case EL_MEMORY:
		return memory(p);
	case EL_ALGORITHM:
		return algorithm(p);
	default:
		return 0;
	}
}

int pdsc_end(struct pdsc *p, int depth)
{
	return level_of(p->kinds[depth]) < 0
		       ? 0
		       : stk_build_pack_leave(p->sink->builder, p->err);
}

int pdsc_begin(struct pdsc *p, int depth, const char *name)
{
	enum kind kind = kind_of(p, depth, name);

	if (depth == 0 && kind != EL_PACKAGE)
		return pdsc_refuse(p, "pdsc-no-package",
				   "this is no .pdsc: it begins with <%.40s>, not with "
				   "<package>",
				   name);
	p->kinds[depth] = (unsigned char)kind;
	return begin(p, kind);
}

/* Text of vendor and name; it may come in pieces, and then the first counts. */
int pdsc_text(struct pdsc *p, int depth, const char *value)
{
	enum kind kind = depth ? p->kinds[depth - 1] : EL_OTHER;

	if (!value || (kind != EL_VENDOR && kind != EL_NAME))
		return 0;
	if (strlen(value) > PDSC_MAX_VALUE)
		return pdsc_refuse(p, "pdsc-huge-value",
				   "the name of the pack has %zu bytes", strlen(value));
	return stk_build_pack_name(p->sink->builder, kind == EL_VENDOR ? value : NULL,
				   kind == EL_NAME ? value : NULL, NULL, p->err);
}
