/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: an advisory of any bytes, as --facts DIR brings it; all that
 * comes out is read, and who is affected is asked. The same bytes as a document
 * of toolchains.
 */
#include <stdlib.h>
#include <string.h>

#include "loaderdb/facts.h"

#define NAME	"STK-0000-0001"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void read_text(const char *text, bool needed)
{
	if (needed && (!text || !*text))
		abort();
	sink += text ? strlen(text) : 0;
}

static void read_digest(const char *text)
{
	if (text && (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64))
		abort();
}

static void read_affected(const struct ldb_affected *a)
{
	char text[2 * LDB_VERSION_MAX + 16];

	read_text(a->ecosystem, true);
	read_text(a->name, true);
	for (size_t i = 0; i < a->n_ranges; i++) {
		const struct ldb_range *r = &a->ranges[i];

		if (*r->low && !ldb_version_valid(r->order, r->low))
			abort();
		if (*r->low && *r->high && ldb_version_compare(r->order, r->low, r->high) > 0)
			abort();
		sink += strlen(ldb_range_text(r, text, sizeof(text)));
	}
	for (size_t i = 0; i < a->n_devices; i++)
		read_text(a->devices[i], true);
	if (a->option_state && !strchr(a->option_state, '='))
		abort();
}

static void read_mark(const struct ldb_mark *m)
{
	read_digest(m->file_sha256);
	read_digest(m->code_sha256);
	read_digest(m->table_sha256);
	read_text(m->finding, false);
	read_text(m->name, false);
	read_text(m->text, false);
	sink += m->load_address;
}

static void read_advisory(const struct ldb_advisory *a)
{
	if (strcmp(a->id, NAME))
		abort();
	read_text(a->summary, true);
	read_text(a->details, true);
	read_text(a->published, true);
	read_text(a->basis, true);
	if (!a->n_affected)
		abort();
	for (size_t i = 0; i < a->n_affected; i++)
		read_affected(&a->affected[i]);
	for (size_t i = 0; i < a->n_marks; i++)
		read_mark(&a->marks[i]);
	for (size_t i = 0; i < a->n_symptoms; i++)
		read_text(a->symptoms[i].text, true);
	for (size_t i = 0; i < a->n_instead; i++)
		read_text(a->instead[i].text, true);
	for (size_t i = 0; i < a->n_references; i++)
		read_text(a->references[i].url, true);
}

/* ---- who is affected -------------------------------------------------- */

static void ask(const struct ldb_facts *facts, const struct ldb_subject *subject)
{
	const struct ldb_hits *hits;
	struct stk_error err;

	if (ldb_audit(facts, subject, &hits, &err))
		abort();
	for (size_t i = 0; i < hits->count; i++)
		read_text(hits->item[i].why, true);
	ldb_free(hits);
}

/* Of each that is affected, a use by the lowest version, with a loader of the first mark. */
static void audit(struct ldb_facts *facts, const struct ldb_advisory *a)
{
	const struct ldb_mark none = { 0 }, *m = a->n_marks ? a->marks : &none;
	const struct stk_finding finding = { .id = m->finding };
	const struct stk_loader_info info = {
		.name = m->name, .sha256 = m->file_sha256, .code_sha256 = m->code_sha256,
		.table_sha256 = m->table_sha256, .format = "stldr", .checked_code = "thumb",
		.findings = &finding, .n_findings = m->finding != NULL,
	};
	struct stk_error err;

	for (size_t i = 0; i < a->n_affected; i++) {
		const struct ldb_affected *x = &a->affected[i];
		struct ldb_subject s = {
			.size = sizeof(s), .option_state = x->option_state,
			.version = x->n_ranges ? x->ranges->low : NULL,
			.device = x->n_devices ? x->devices[0] : NULL,
			.chips = x->devices, .n_chips = x->n_devices,
		};

		if (ldb_tool_find(facts, x->name, &s.tool, &err))
			abort();
		ask(facts, &s);
		s.loader = &info;
		ask(facts, &s);
		s.tool = NULL;
		s.device = NULL;
		ask(facts, &s);
	}
}

/* ---- reading ---------------------------------------------------------- */

static void check_error(const struct stk_error *err)
{
	if (!err->code || strncmp(err->msg, NAME ".json: ", strlen(NAME ".json: ")))
		abort();
}

/* The toolchains that are built in are read once, and lent to each. */
static const struct ldb_facts *built_in(void)
{
	static struct ldb_facts *facts;
	struct stk_error err;

	if (!facts && ldb_facts_open(NULL, &facts, &err))
		abort();
	return facts;
}

static void try_as(const uint8_t *data, size_t size, bool toolchains)
{
	const struct ldb_facts *base = built_in();
	struct ldb_facts facts = { .tools = toolchains ? NULL : base->tools,
				   .releases = toolchains ? NULL : base->releases,
				   .n_releases = toolchains ? 0 : base->n_releases };
	struct stk_error err;
	struct jdoc *doc;
	int rc = jdoc_open(NAME ".json", (const char *)data, size, &doc, &err);

	if (rc < 0) {
		check_error(&err);
		return;
	}
	rc = toolchains ? facts_read_toolchains(&facts, doc, &err)
			: facts_read_advisory(&facts, doc, NAME ".json", &err);
	if (rc < 0) {
		check_error(&err);
	} else if (!toolchains) {
		read_advisory(facts.advisories[0]);
		audit(&facts, facts.advisories[0]);
	}
	jdoc_close(doc);
	arena_free(&facts.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_as(data, size, false);
	try_as(data, size, true);
	return 0;
}
