/* SPDX-License-Identifier: MIT */
/* One advisory, as OSV has it: JSON in, struct ldb_advisory out. */
#include "advisory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void *advisory_items(struct advisory_reader *r, const struct jval *list, size_t size,
		     size_t *ret_count)
{
	const size_t count = jval_count(list);
	void *p = count ? arena_alloc(&r->facts->arena, count * size) : NULL;

	if (count && !p)
		r->out_of_memory = true;
	*ret_count = p ? count : 0;
	return p;
}

const char *advisory_word(const char *const *words, const char *text)
{
	for (; *words; words++)
		if (!strcmp(*words, text))
			return *words;
	return NULL;
}

const struct ldb_tool *advisory_tool(struct advisory_reader *r, const struct jval *v)
{
	const char *name = jval_as_text(v);
	const struct ldb_tool *tool = NULL;
	struct stk_error err;

	if (!name || !ldb_tool_find(r->facts, name, &tool, &err))
		return tool;
	jval_fail(v,
		  "'%.40s' is neither a toolchain that is known, nor a pack as "
		  "\"Keil.STM32G4xx_DFP\", nor a project as \"pyocd/pyOCD\"",
		  name);
	return NULL;
}

/* ---- texts of a form -------------------------------------------------- */

/* What "c" of a form stands for; NULL: for itself. */
static const char *class_of(char c)
{
	return c == '0'	  ? "0123456789"
	       : c == 'x' ? "0123456789abcdef"
	       : c == '?' ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  : NULL;
}

static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		const char *class = class_of(*form);

		if (class ? !strspn(text, class) : *text != *form)
			return false;
	}
	return !*text;
}

static const char *formed(const struct jval *in, const char *name, const char *form,
			  enum jval_need need, const char *expected)
{
	const struct jval v = jval_get(in, name);
	const char *text = jval_text(in, name, need);

	if (!text || has_form(text, form))
		return text;
	jval_fail(&v, "%s is expected", expected);
	return NULL;
}

static const char *read_time(const struct jval *in, const char *name, enum jval_need need)
{
	return formed(in, name, "0000-00-00T00:00:00Z", need,
		      "a time as \"2026-01-31T00:00:00Z\"");
}

static const char *read_digest(const struct jval *in, const char *name)
{
	return formed(in, name,
		      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		      JVAL_OPTIONAL, "a text of 64 lower-case hex digits");
}

/* The file is called as the advisory is: both are looked for. */
static const char *read_id(const struct jval *root)
{
	const struct jval v = jval_get(root, "id");
	const char *id = formed(root, "id", "STK-0000-0000", JVAL_NEEDED,
				"an id as \"STK-2026-0001\""),
		   *path = jdoc_name(root->doc), *base = strrchr(path, '/');
	char file[32];

	snprintf(file, sizeof(file), "%s.json", id ? id : "");
	if (id && strcmp(base ? base + 1 : path, file))
		jval_fail(&v, "the file is to be called %s", file);
	return id;
}

/* ---- how to recognise it, and what to do ------------------------------ */

static void read_mark(const struct jval *v, struct ldb_mark *m)
{
	const struct jval at = jval_get(v, "load_address");

	jval_only(v,
		  "file_sha256 code_sha256 table_sha256 finding name load_address text");
	m->file_sha256 = read_digest(v, "file_sha256");
	m->code_sha256 = read_digest(v, "code_sha256");
	m->table_sha256 = read_digest(v, "table_sha256");
	m->finding = formed(v, "finding", "STK-?000", JVAL_OPTIONAL,
			    "an id as \"STK-L202\"");
	m->name = jval_text(v, "name", JVAL_OPTIONAL);
	m->text = jval_text(v, "text", JVAL_OPTIONAL);
	m->has_load_address = jval_is(&at);
	m->load_address = jval_as_address(&at);
	if (!m->file_sha256 && !m->code_sha256 && !m->table_sha256 && !m->finding &&
	    !m->name && !m->has_load_address && !m->text)
		jval_fail(v, "a mark that says nothing");
}

static void read_marks(struct advisory_reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "marks");
	struct ldb_mark *all = advisory_items(r, &list, sizeof(*all),
					      &r->advisory->n_marks);

	for (size_t i = 0; i < r->advisory->n_marks; i++) {
		const struct jval v = jval_item(&list, i);

		read_mark(&v, &all[i]);
	}
	r->advisory->marks = all;
}

static const char *read_tool(struct advisory_reader *r, const struct jval *in)
{
	const struct jval v = jval_get(in, "tool");
	const struct ldb_tool *tool = jval_is(&v) ? advisory_tool(r, &v) : NULL;

	return tool ? tool->name : NULL;
}

static void read_symptoms(struct advisory_reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "symptoms");
	struct ldb_symptom *all = advisory_items(r, &list, sizeof(*all),
						 &r->advisory->n_symptoms);

	for (size_t i = 0; i < r->advisory->n_symptoms; i++) {
		const struct jval v = jval_item(&list, i);

		jval_only(&v, "tool text cause");
		all[i].tool = read_tool(r, &v);
		all[i].text = jval_text(&v, "text", JVAL_NEEDED);
		all[i].cause = jval_text(&v, "cause", JVAL_OPTIONAL);
	}
	r->advisory->symptoms = all;
}

static void read_instead(struct advisory_reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "instead");
	struct ldb_instead *all = advisory_items(r, &list, sizeof(*all),
						 &r->advisory->n_instead);

	for (size_t i = 0; i < r->advisory->n_instead; i++) {
		const struct jval v = jval_item(&list, i);

		jval_only(&v, "text tool version name file_sha256 code_sha256");
		all[i].text = jval_text(&v, "text", JVAL_NEEDED);
		all[i].tool = read_tool(r, &v);
		all[i].version = jval_text(&v, "version", JVAL_OPTIONAL);
		all[i].name = jval_text(&v, "name", JVAL_OPTIONAL);
		all[i].file_sha256 = read_digest(&v, "file_sha256");
		all[i].code_sha256 = read_digest(&v, "code_sha256");
	}
	r->advisory->instead = all;
}

/* As the OSV schema has them. */
static const char *const reference_types[] = { "ADVISORY",   "ARTICLE", "DETECTION",
					       "DISCUSSION", "REPORT",	"FIX",
					       "INTRODUCED", "PACKAGE", "EVIDENCE",
					       "WEB",	     NULL };

static void read_reference(const struct jval *v, struct ldb_reference *ref)
{
	const struct jval type = jval_get(v, "type"), url = jval_get(v, "url");

	jval_only(v, "type url title");
	ref->type = jval_text(v, "type", JVAL_NEEDED);
	ref->url = jval_text(v, "url", JVAL_NEEDED);
	ref->title = jval_text(v, "title", JVAL_OPTIONAL);
	if (ref->type && !advisory_word(reference_types, ref->type))
		jval_fail(&type,
			  "no type of reference: \"REPORT\", \"FIX\", \"ARTICLE\", "
			  "\"EVIDENCE\" are some");
	if (ref->url && !strstr(ref->url, "://"))
		jval_fail(&url, "a link is expected");
}

static void read_references(struct advisory_reader *r, const struct jval *root)
{
	const struct jval list = jval_get(root, "references");
	struct ldb_reference *all = advisory_items(r, &list, sizeof(*all),
						   &r->advisory->n_references);

	for (size_t i = 0; i < r->advisory->n_references; i++) {
		const struct jval v = jval_item(&list, i);

		read_reference(&v, &all[i]);
	}
	r->advisory->references = all;
}

static void read_own(struct advisory_reader *r, const struct jval *root)
{
	const struct jval own = jval_need(root, "database_specific");

	jval_only(&own, "basis disputed marks symptoms instead source_notes");
	r->advisory->basis = facts_basis(&own);
	r->advisory->disputed = jval_text(&own, "disputed", JVAL_OPTIONAL);
	(void)jval_text(&own, "source_notes", JVAL_OPTIONAL);
	read_marks(r, &own);
	read_symptoms(r, &own);
	read_instead(r, &own);
}

/* ---- the whole of it -------------------------------------------------- */

/* Other advisories, which are for people: texts, or nothing. */
static void check_texts(const struct jval *root, const char *name)
{
	const struct jval list = jval_get(root, name);
	const size_t count = jval_count(&list);

	for (size_t i = 0; i < count; i++) {
		const struct jval v = jval_item(&list, i);

		(void)jval_as_text(&v);
	}
}

static void read_root(struct advisory_reader *r, const struct jval *root)
{
	struct ldb_advisory *a = r->advisory;
	const struct jval version = jval_need(root, "schema_version");
	const char *text = jval_as_text(&version);

	jval_only(
		root,
		"schema_version id published modified withdrawn aliases related summary "
		"details references affected database_specific");
	if (text && strncmp(text, "1.", 2))
		jval_fail(&version, "\"1.6.0\" is expected");
	a->id = read_id(root);
	a->summary = jval_text(root, "summary", JVAL_NEEDED);
	a->details = jval_text(root, "details", JVAL_NEEDED);
	a->published = read_time(root, "published", JVAL_NEEDED);
	a->modified = read_time(root, "modified", JVAL_NEEDED);
	a->withdrawn = read_time(root, "withdrawn", JVAL_OPTIONAL);
	advisory_read_affected(r, root);
	read_references(r, root);
	check_texts(root, "aliases");
	check_texts(root, "related");
	read_own(r, root);
}

/* By id; one with the same id is replaced. */
static int place(struct ldb_facts *facts, const struct ldb_advisory *a)
{
	size_t at = 0, last;

	while (at < facts->n_advisories && strcmp(facts->advisories[at]->id, a->id) < 0)
		at++;
	if (at < facts->n_advisories && !strcmp(facts->advisories[at]->id, a->id)) {
		facts->advisories[at] = a;
		return 0;
	}
	if (!answer_grow(&facts->arena, &facts->advisories, &facts->n_advisories,
			 sizeof(*facts->advisories)))
		return -ENOMEM;
	for (last = facts->n_advisories - 1; last > at; last--)
		facts->advisories[last] = facts->advisories[last - 1];
	facts->advisories[at] = a;
	return 0;
}

int facts_read_advisory(struct ldb_facts *facts, struct jdoc *doc, const char *path,
			struct stk_error *err)
{
	const struct jval root = jdoc_root(doc);
	struct advisory_reader r = { .facts = facts };
	int rc;

	r.advisory = arena_alloc(&facts->arena, sizeof(*r.advisory));
	if (!r.advisory)
		return stk_fail_nomem(err);
	r.advisory->path = path;
	read_root(&r, &root);
	rc = jdoc_end(doc, err);
	if (rc < 0)
		return rc;
	if (r.out_of_memory || place(facts, r.advisory) < 0)
		return stk_fail_nomem(err);
	return 0;
}

const struct ldb_advisory *const *ldb_facts_advisories(const struct ldb_facts *facts,
						       size_t *ret_count)
{
	*ret_count = facts->n_advisories;
	return facts->advisories;
}
