/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a log of any bytes; what is said of it can be printed. */
#include <stdlib.h>
#include <string.h>

#include <stoker/loaderdb.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many bytes follow the first one of a character; -1: none begins with it. */
static int more_of(uint8_t first)
{
	if (first < 0x80)
		return first >= 0x20 && first != 0x7F ? 0 : -1;
	return first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
}

/* Whole characters of UTF-8, and none that a terminal obeys. */
static void check_text(const char *text)
{
	for (const uint8_t *s = (const uint8_t *)text; s && *s; s++) {
		const int more = more_of(*s);

		if (more < 0 || (*s == 0xC2 && s[1] < 0xA0))
			abort();
		for (int i = 0; i < more; i++)
			if ((*++s & 0xC0) != 0x80)
				abort();
	}
}

static void check_rows(const struct ldb_explanation *e, size_t lines)
{
	for (size_t i = 0; i < e->n_facts; i++) {
		check_text(e->facts[i].value);
		if (!e->facts[i].kind || e->facts[i].line < 1 || e->facts[i].line > lines)
			abort();
	}
	for (size_t i = 0; i < e->n_causes; i++) {
		check_text(e->causes[i].text);
		check_text(e->causes[i].why);
		if (!e->causes[i].cause || !e->causes[i].source)
			abort();
	}
	for (size_t i = 0; i < e->n_hits; i++) {
		check_text(e->hits[i].why);
		if (!e->hits[i].advisory)
			abort();
	}
}

/* Line ends of any coding: at most one for each byte that can be one. */
static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Patterns take longer to compile than most logs to read. */
	static struct ldb_facts *facts;
	const struct ldb_explanation *e;
	struct stk_error err;

	if (!facts && ldb_facts_open(NULL, &facts, &err) < 0)
		abort();
	if (ldb_explain(NULL, facts, (const char *)data, size, &e, &err) < 0)
		abort();
	if (e->known != (e->n_causes || e->n_hits) || e->known != !e->unknown)
		abort();
	check_text(e->chip);
	check_text(e->next);
	check_text(e->unknown);
	check_rows(e, count_lines(data, size));
	ldb_free(e);
	return 0;
}
