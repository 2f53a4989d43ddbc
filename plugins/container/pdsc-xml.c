/* SPDX-License-Identifier: MIT */
/*
 * The XML of a .pdsc. The only file that knows libxml2.
 *
 * The reader opens nothing and fetches nothing: neither a DTD nor an entity is
 * ever loaded or replaced, and a .pdsc that declares or uses any is refused.
 */
#include "pdsc.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <libxml/xmlreader.h>

/* A .pdsc, and what goes wrong with it. */
struct document {
	struct pdsc pdsc;
	bool has_element;
	char why[200]; /* what the parser said first */
	int line;      /* and of which line */
};

/* A node counts to 65535 only; the parser itself is some lines ahead. */
unsigned int pdsc_line(const struct pdsc *p)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(p->reader);
	long n = node ? xmlGetLineNo(node) : 0;

	if (n <= 0 || n >= UINT16_MAX)
		n = xmlTextReaderGetParserLineNumber(p->reader);
	return n > 0 ? (unsigned int)n : 0;
}

int pdsc_refuse(struct pdsc *p, const char *cause, const char *fmt, ...)
{
	char text[320];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return stk_fail(p->err, STK_ORIGIN_INPUT, ENOEXEC, cause, "'%s' line %u: %s",
			p->name, pdsc_line(p), text);
}

static void xml_freep(xmlChar **s)
{
	if (*s)
		xmlFree(*s);
}

int pdsc_attribute(struct pdsc *p, const char *name, char ret[PDSC_MAX_VALUE + 1])
{
	__attribute__((cleanup(xml_freep)))
	xmlChar *value = xmlTextReaderGetAttribute(p->reader, (const xmlChar *)name);
	const char *s = (const char *)value;
	size_t n;

	if (!s)
		return 0;
	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	if (n > PDSC_MAX_VALUE)
		return pdsc_refuse(
			p, "pdsc-huge-value",
			"attribute %s has %zu bytes, more than the %d that are read",
			name, n, PDSC_MAX_VALUE);
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	memcpy(ret, s, n);
	ret[n] = '\0';
	return 1;
}

/* ---- nodes ------------------------------------------------------------ */

static int element(struct document *d, int depth)
{
	struct pdsc *p = &d->pdsc;
	const char *name = (const char *)xmlTextReaderConstLocalName(p->reader);
	int r;

	d->has_element = true;
	r = pdsc_begin(p, depth, name ? name : "");
	return r || !xmlTextReaderIsEmptyElement(p->reader) ? r : pdsc_end(p, depth);
}

static int fail_doctype(const char *name, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "pdsc-dtd",
			"'%s' declares a document type, which no .pdsc has: its entities "
			"could make it arbitrarily large, or show other files",
			name);
}

static int node(struct document *d)
{
	struct pdsc *p = &d->pdsc;
	int depth = xmlTextReaderDepth(p->reader);

	if (depth > PDSC_MAX_DEPTH)
		return pdsc_refuse(p, "pdsc-too-deep",
				   "elements are more than %d levels deep", PDSC_MAX_DEPTH);
	switch (xmlTextReaderNodeType(p->reader)) {
	case XML_READER_TYPE_ELEMENT:
		return element(d, depth);
	case XML_READER_TYPE_END_ELEMENT:
		return pdsc_end(p, depth);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		return pdsc_text(p, depth,
				 (const char *)xmlTextReaderConstValue(p->reader));
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return fail_doctype(p->name, p->err); /* in another encoding */
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_ENTITY:
		return pdsc_refuse(p, "pdsc-dtd",
				   "it uses an entity, which no .pdsc needs");
	default:
		return 0;
	}
}

/* ---- the document ----------------------------------------------------- */

/* Keep the first: what follows it is confusion. */
static void on_error(void *data, xmlErrorPtr e)
{
	struct document *d = data;

	if (d->why[0] || !e || !e->message || e->level < XML_ERR_ERROR)
		return;
	snprintf(d->why, sizeof(d->why), "%s", e->message);
	d->why[strcspn(d->why, "\n")] = '\0';
	d->line = e->line;
}

static int read_all(struct document *d)
{
	struct pdsc *p = &d->pdsc;
	int r = 0, more = 1;

	while (!r && (more = xmlTextReaderRead(p->reader)) == 1)
		r = node(d);
	if (r)
		return r;
	/* At the end of the file it may well be content with less than all. */
	if (more < 0 || !d->has_element || d->why[0])
		return stk_fail(p->err, STK_ORIGIN_INPUT, ENOEXEC, "pdsc-syntax",
				"'%s' line %d: this is no XML: %s", p->name, d->line,
				d->why[0] ? d->why : "it has no element");
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
			s++; /* a byte order mark, too */
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
	/* libxml2 prepares itself when first used, but not for several threads. */
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct document *d;
	struct pdsc *p;
	int r;

	if (len > PDSC_MAX_BYTES)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
				"'%s' has %zu bytes, more than the %u that are read of a "
				".pdsc",
				name, len, PDSC_MAX_BYTES);
	if (has_doctype((const char *)bytes, (const char *)bytes + len))
		return fail_doctype(name, err);
	d = calloc(1, sizeof(*d));
	if (!d)
		return stk_fail_nomem(err);
	p = &d->pdsc;
	p->name = name;
	p->sink = sink;
	p->err = err;
	pthread_once(&once, xmlInitParser);
	p->reader = xmlReaderForMemory((const char *)bytes, (int)len, NULL, NULL, flags);
	if (!p->reader) {
		free(d);
		return stk_fail_nomem(err);
	}
	xmlTextReaderSetStructuredErrorHandler(p->reader, on_error, d);
	r = read_all(d);
	xmlFreeTextReader(p->reader);
	free(d);
	return r;
}
