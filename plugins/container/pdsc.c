/* SPDX-License-Identifier: MIT */
/*
 * The .pdsc of a pack, as far as loaders go: /package/vendor, name, releases,
 * devices and boards of the Open-CMSIS-Pack-Spec. The only file that knows
 * libxml2.
 *
 * The reader opens nothing and fetches nothing: neither a DTD nor an entity is
 * ever loaded or replaced, and a .pdsc that declares or uses any is refused.
 */
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <libxml/xmlreader.h>

#define MAX_DEPTH	64	/* the deepest that means something has 6 */
#define MAX_VALUE	4096	/* of an attribute that is looked at */
#define DEFAULT_STYLE	"Keil"	/* element algorithm, attribute style */

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

struct pdsc {
	const char *name;		/* for sentences */
	const struct pdsc_sink *sink;
	xmlTextReaderPtr reader;
	enum kind kinds[MAX_DEPTH + 1];	/* of the open elements */
	bool has_package, has_version;
	char why[200];			/* what the parser said first */
	int line;			/* and of which line */
	struct stk_error *err;
};

/* A node counts to 65535 only; the parser itself is some lines ahead. */
static unsigned int line(const struct pdsc *p)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(p->reader);
	long n = node ? xmlGetLineNo(node) : 0;

	if (n <= 0 || n >= UINT16_MAX)
		n = xmlTextReaderGetParserLineNumber(p->reader);
	return n > 0 ? (unsigned int)n : 0;
}

static int refuse(struct pdsc *p, const char *cause, const char *fmt, ...)
	stk_printf(3, 4);
static int refuse(struct pdsc *p, const char *cause, const char *fmt, ...)
{
	char text[320];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return stk_fail(p->err, STK_ORIGIN_INPUT, ENOEXEC, cause, "'%s' line %u: %s",
			p->name, line(p), text);
}

/* ---- attributes ------------------------------------------------------- */

static void xml_freep(xmlChar **s)
{
	if (*s)
		xmlFree(*s);
}

/*
 * An attribute in memory that the caller gives, without blanks around it.
 * 1: it is there, 0: it is not, negative: refused.
 */
static int attribute(struct pdsc *p, const char *name, char ret[MAX_VALUE + 1])
{
	__attribute__((cleanup(xml_freep))) xmlChar *value =
		xmlTextReaderGetAttribute(p->reader, (const xmlChar *)name);
	const char *s = (const char *)value;
	size_t n;

	if (!s)
		return 0;
	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	if (n > MAX_VALUE)
		return refuse(p, "pdsc-huge-value",
			      "attribute %s has %zu bytes, more than the %d that are read",
			      name, n, MAX_VALUE);
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	memcpy(ret, s, n);
	ret[n] = '\0';
	return 1;
}

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
	char text[MAX_VALUE + 1];
	int r = attribute(p, name, text);

	if (r <= 0)
		return r;
	return number(text, ret) ? 1 : -EINVAL;
}

static int bool_attribute(struct pdsc *p, const char *name, bool *ret)
{
	char text[MAX_VALUE + 1];
	int r = attribute(p, name, text);

	*ret = r > 0 && (!strcasecmp(text, "true") || !strcmp(text, "1"));
	return r < 0 ? r : 0;
}

/* ---- algorithm and memory --------------------------------------------- */

static int unusable(struct pdsc *p, const char *element, const char *what)
{
	return stk_build_pack_unusable(p->sink->builder, line(p), p->err,
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
	char name[MAX_VALUE + 1], processor[MAX_VALUE + 1], style[MAX_VALUE + 1];
	struct stk_pack_algorithm a = { .style = DEFAULT_STYLE, .line = line(p) };
	const char *amiss;
	int r = attribute(p, "name", name), has_processor, has_style;

	if (r <= 0)
		return r ? r : unusable(p, "algorithm", "name");
	a.name = plain_path(name);
	has_processor = attribute(p, "Pname", processor);
	has_style = attribute(p, "style", style);
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
	char access[MAX_VALUE + 1];
	int r = attribute(p, "access", access);

	if (r < 0)
		return r;
	if (!r)
		strcpy(access, strstr(name, "RAM") ? "rwx" : strstr(name, "ROM") ? "rx" : "");
	/* What is peripheral is no memory to put anything into. */
	m->read = strchr(access, 'r');
	m->write = strchr(access, 'w') && !strchr(access, 'p');
	m->execute = strchr(access, 'x');
	return 0;
}

static int memory(struct pdsc *p)
{
	char name[MAX_VALUE + 1] = "", processor[MAX_VALUE + 1];
	struct stk_pack_memory m = { 0 };
	const char *amiss;
	int r = attribute(p, "name", name), has_processor;

	if (!r)
		r = attribute(p, "id", name);
	has_processor = attribute(p, "Pname", processor);
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
	{ EL_PACKAGE, "vendor", EL_VENDOR },	       { EL_PACKAGE, "name", EL_NAME },
	{ EL_PACKAGE, "releases", EL_RELEASES },     { EL_RELEASES, "release", EL_RELEASE },
	{ EL_PACKAGE, "devices", EL_DEVICES },       { EL_DEVICES, "family", EL_FAMILY },
	{ EL_FAMILY, "subFamily", EL_SUB_FAMILY },   { EL_FAMILY, "device", EL_DEVICE },
	{ EL_SUB_FAMILY, "device", EL_DEVICE },      { EL_DEVICE, "variant", EL_VARIANT },
	{ EL_PACKAGE, "boards", EL_BOARDS },	       { EL_BOARDS, "board", EL_BOARD },
	{ EL_FAMILY, "memory", EL_MEMORY },	       { EL_SUB_FAMILY, "memory", EL_MEMORY },
	{ EL_DEVICE, "memory", EL_MEMORY },	       { EL_VARIANT, "memory", EL_MEMORY },
	{ EL_FAMILY, "algorithm", EL_ALGORITHM },    { EL_SUB_FAMILY, "algorithm", EL_ALGORITHM },
	{ EL_DEVICE, "algorithm", EL_ALGORITHM },    { EL_VARIANT, "algorithm", EL_ALGORITHM },
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
	char name[MAX_VALUE + 1] = "?", vendor[MAX_VALUE + 1];
	int r = attribute(p, levels[i].name[0], name), has_vendor;

	if (!r && levels[i].name[1])
		r = attribute(p, levels[i].name[1], name);
	has_vendor = r < 0 ? r : attribute(p, "Dvendor", vendor);
	if (has_vendor < 0)
		return has_vendor;
	if (has_vendor)
		vendor[strcspn(vendor, ":")] = '\0';	/* "STMicroelectronics:13" */
	return stk_build_pack_enter(p->sink->builder, levels[i].level, name,
				    has_vendor ? vendor : NULL, p->err);
}

/* The first is the latest. */
static int release(struct pdsc *p)
{
	char version[MAX_VALUE + 1];
	int r = p->has_version ? 0 : attribute(p, "version", version);

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

static int end(struct pdsc *p, enum kind kind)
{
	return level_of(kind) >= 0 ? stk_build_pack_leave(p->sink->builder, p->err) : 0;
}

static int element(struct pdsc *p, int depth)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(p->reader);
	enum kind kind = kind_of(p, depth, name ? name : "");
	int r;

	if (depth == 0 && kind != EL_PACKAGE)
		return refuse(p, "pdsc-no-package",
			      "this is no .pdsc: it begins with <%.40s>, not with <package>",
			      name ? name : "");
	p->has_package = true;
	p->kinds[depth] = kind;
	r = begin(p, kind);
	return r || !xmlTextReaderIsEmptyElement(p->reader) ? r : end(p, kind);
}

/* Text of vendor and name; it may come in pieces, and then the first counts. */
static int text(struct pdsc *p, int depth)
{
	const char *value = (const char *)xmlTextReaderConstValue(p->reader);
	enum kind kind = depth ? p->kinds[depth - 1] : EL_OTHER;

	if (!value || (kind != EL_VENDOR && kind != EL_NAME))
		return 0;
	if (strlen(value) > MAX_VALUE)
		return refuse(p, "pdsc-huge-value", "the name of the pack has %zu bytes",
			      strlen(value));
	return stk_build_pack_name(p->sink->builder, kind == EL_VENDOR ? value : NULL,
				   kind == EL_NAME ? value : NULL, NULL, p->err);
}

static int fail_doctype(const char *name, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "pdsc-dtd",
			"'%s' declares a document type, which no .pdsc has: its entities "
			"could make it arbitrarily large, or show other files",
			name);
}

static int node(struct pdsc *p)
{
	int depth = xmlTextReaderDepth(p->reader);

	if (depth > MAX_DEPTH)
		return refuse(p, "pdsc-too-deep", "elements are more than %d levels deep",
			      MAX_DEPTH);
	switch (xmlTextReaderNodeType(p->reader)) {
	case XML_READER_TYPE_ELEMENT:
		return element(p, depth);
	case XML_READER_TYPE_END_ELEMENT:
		return end(p, p->kinds[depth]);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		return text(p, depth);
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return fail_doctype(p->name, p->err);	/* in another encoding */
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_ENTITY:
		return refuse(p, "pdsc-dtd", "it uses an entity, which no .pdsc needs");
	default:
		return 0;
	}
}

/* ---- the document ----------------------------------------------------- */

/* Keep the first: what follows it is confusion. */
static void on_error(void *data, xmlErrorPtr e)
{
	struct pdsc *p = data;

	if (p->why[0] || !e || !e->message || e->level < XML_ERR_ERROR)
		return;
	snprintf(p->why, sizeof(p->why), "%s", e->message);
	p->why[strcspn(p->why, "\n")] = '\0';
	p->line = e->line;
}

static int read_all(struct pdsc *p)
{
	int r = 0, more = 1;

	while (!r && (more = xmlTextReaderRead(p->reader)) == 1)
		r = node(p);
	if (r)
		return r;
	/* At the end of the file it may well be content with less than all. */
	if (more < 0 || !p->has_package || p->why[0])
		return stk_fail(p->err, STK_ORIGIN_INPUT, ENOEXEC, "pdsc-syntax",
				"'%s' line %d: this is no XML: %s", p->name, p->line,
				p->why[0] ? p->why : "it has no element");
	return 0;
}

/*
 * Is there a document type before the first element? The reader shows it only
 * when the parser is past it, and may have come across entities by then.
 */
static bool has_doctype(const char *s, const char *end)
{
	static const struct {
		const char *begin, *end;
	} skipped[] = { { "<?", "?>" }, { "<!--", "-->" } };
	bool going = true;

	while (going) {
		going = false;
		while (s < end && (isspace((unsigned char)*s) || (unsigned char)*s >= 0x80))
			s++;	/* a byte order mark, too */
		for (size_t i = 0; i < 2 && !going; i++) {
			size_t n = strlen(skipped[i].begin);
			const char *to;

			if ((size_t)(end - s) < n || memcmp(s, skipped[i].begin, n))
				continue;
			to = memmem(s + n, (size_t)(end - s) - n, skipped[i].end,
				    strlen(skipped[i].end));
			s = to ? to + strlen(skipped[i].end) : end;
			going = true;
		}
	}
	return end - s >= 9 && !memcmp(s, "<!DOCTYPE", 9);
}

int pdsc_parse(const char *name, const uint8_t *bytes, size_t len,
	       const struct pdsc_sink *sink, struct stk_error *err)
{
	/* Not: DTDLOAD, DTDATTR, NOENT (which replaces entities), XINCLUDE, HUGE. */
	const int flags = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	struct pdsc *p;
	int r;

	if (len > PDSC_MAX_BYTES)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
				"'%s' has %zu bytes, more than the %u that are read of a "
				".pdsc",
				name, len, PDSC_MAX_BYTES);
	if (has_doctype((const char *)bytes, (const char *)bytes + len))
		return fail_doctype(name, err);
	p = calloc(1, sizeof(*p));
	if (!p)
		return stk_fail_nomem(err);
	p->name = name;
	p->sink = sink;
	p->err = err;
	p->reader = xmlReaderForMemory((const char *)bytes, (int)len, NULL, NULL, flags);
	if (!p->reader) {
		free(p);
		return stk_fail_nomem(err);
	}
	xmlTextReaderSetStructuredErrorHandler(p->reader, on_error, p);
	r = read_all(p);
	xmlFreeTextReader(p->reader);
	free(p);
	return r;
}
