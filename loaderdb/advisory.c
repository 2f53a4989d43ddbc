/* SPDX-License-Identifier: MIT */
/* One advisory, as OSV has it: JSON in, struct ldb_advisory out. */
#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What is read, into what; a list that is not there has no items. */
struct reader {
	struct ldb_facts *facts;
	struct ldb_advisory *advisory;
	bool out_of_memory;
};

/* Zeroed room for what is in @list; NULL and *ret_count 0: nothing is. */
static void *items(struct reader *r, const struct jval *list, size_t size, size_t *ret_count)
{
	const size_t count = jval_count(list);
	void *p = count ? arena_alloc(&r->facts->arena, count * size) : NULL;

	if (count && !p)
		r->out_of_memory = true;
	*ret_count = p ? count : 0;
	return p;
}

/* ---- texts of a form -------------------------------------------------- */

/* "0" stands for a digit, "x" for one of a digest; all else for itself. */
static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		if (*form == '0' ? strspn(text, "0123456789") == 0 :
		    *form == 'x' ? strspn(text, "0123456789abcdef") == 0 : *text != *form)
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

/* ---- who is affected -------------------------------------------------- */

static bool is_pack(const char *ecosystem)
{
	return !strcasecmp(ecosystem, "cmsis-pack");
}

static bool is_toolchain(const char *ecosystem)
{
	return !strcasecmp(ecosystem, "stm32-toolchain");
}

/* Toolchains and packs must be ones that are known; others order as SemVer does. */
static enum ldb_order read_package(struct reader *r, const struct jval *affected,
				   struct ldb_affected *a)
{
	const struct jval package = jval_need(affected, "package"),
			  name = jval_need(&package, "name");
	const struct ldb_tool *tool;
	struct stk_error err;

	jval_only(&package, "ecosystem name purl");
	a->ecosystem = jval_text(&package, "ecosystem", JVAL_NEEDED);
	a->name = jval_text(&package, "name", JVAL_NEEDED);
	if (!a->name || (!is_pack(a->ecosystem) && !is_toolchain(a->ecosystem)))
		return LDB_ORDER_PACK;
	if (ldb_tool_find(r->facts, a->name, &tool, &err) < 0 ||
	    tool->pack != is_pack(a->ecosystem)) {
		jval_fail(&name, "'%.40s' is no %s that is known", a->name,
			  is_pack(a->ecosystem) ? "pack as \"Keil.STM32G4xx_DFP\"" : "toolchain");
		return LDB_ORDER_PACK;
	}
	a->name = tool->name;
	return tool->order;
}

static void set_bound(char to[LDB_VERSION_MAX], const struct jval *v, enum ldb_order order)
{
	const char *text = jval_as_text(v);

	if (!text)
		return;
	if (strlen(text) < LDB_VERSION_MAX && ldb_version_valid(order, text))
		snprintf(to, LDB_VERSION_MAX, "%s", text);
	else
		jval_fail(v, "'%.40s' is no version", text);
}

/*
 * Events come by version: each "introduced" begins a range, "fixed" or
 * "last_affected" ends it. "0" is before all.
 */
static void read_event(const struct jval *event, struct ldb_range *ranges, size_t *count,
		       bool *open, enum ldb_order order)
{
	const struct jval introduced = jval_get(event, "introduced"),
			  fixed = jval_get(event, "fixed"),
			  last = jval_get(event, "last_affected"),
			  *end = jval_is(&fixed) ? &fixed : &last;
	struct ldb_range *range = &ranges[*count - *open];

	jval_only(event, "introduced fixed last_affected");
	if (jval_is(&introduced) && (*open || jval_is(end))) {
		jval_fail(event, "what was introduced before must end, in an event of its own");
	} else if (jval_is(&introduced)) {
		range->order = order;
		if (!jval_as_text(&introduced) || strcmp(jval_as_text(&introduced), "0"))
			set_bound(range->low, &introduced, order);
		*open = true;
		++*count;
	} else if (jval_is(end) && *open) {
		set_bound(range->high, end, order);
		range->high_excluded = end == &fixed;
		*open = false;
		if (*range->low && *range->high &&
		    ldb_version_compare(order, range->low, range->high) > 0)
			jval_fail(end, "it is before '%.40s'", range->low);
	} else {
		jval_fail(event, "\"introduced\", then \"fixed\" or \"last_affected\" is expected");
	}
}

/* @ranges has room for one a event, behind the *@count there are. */
static void read_events(const struct jval *range, struct ldb_range *ranges, size_t *count,
			enum ldb_order order)
{
	const struct jval type = jval_need(range, "type"), events = jval_need(range, "events");
	const size_t n = jval_count(&events);
	const char *text = jval_as_text(&type);
	bool open = false;

	jval_only(range, "type events repo database_specific");
	if (text && strcmp(text, "ECOSYSTEM") && strcmp(text, "SEMVER"))
		jval_fail(&type, "\"ECOSYSTEM\" or \"SEMVER\" is expected");
	for (size_t i = 0; i < n; i++) {
		const struct jval v = jval_item(&events, i);

		read_event(&v, ranges, count, &open, order);
	}
}

static size_t count_events(const struct jval *ranges)
{
	const size_t count = jval_count(ranges);
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		const struct jval v = jval_item(ranges, i), events = jval_get(&v, "events");

		sum += jval_count(&events);
	}
	return sum;
}

static void read_ranges(struct reader *r, const struct jval *affected, enum ldb_order order,
			struct ldb_affected *a)
{
	const struct jval ranges = jval_get(affected, "ranges"),
			  versions = jval_get(affected, "versions");
	const size_t n_ranges = jval_count(&ranges), n_versions = jval_count(&versions);
	/* One more, so that even what is wrong has a place. */
	struct ldb_range *all = arena_alloc(&r->facts->arena, sizeof(*all) *
					    (count_events(&ranges) + n_versions + 1));

	if (!all) {
		r->out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < n_ranges; i++) {
		const struct jval v = jval_item(&ranges, i);

		read_events(&v, all, &a->n_ranges, order);
	}
	for (size_t i = 0; i < n_versions; i++) {
		const struct jval v = jval_item(&versions, i);
		struct ldb_range *one = &all[a->n_ranges++];

		one->order = order;
		set_bound(one->low, &v, order);
		memcpy(one->high, one->low, sizeof(one->high));
	}
	a->ranges = all;
}

static void read_devices(struct reader *r, const struct jval *specific, struct ldb_affected *a)
{
	const struct jval list = jval_get(specific, "devices");
	const char **devices = items(r, &list, sizeof(*devices), &a->n_devices);

	for (size_t i = 0; i < a->n_devices; i++) {
		const struct jval v = jval_item(&list, i);

		devices[i] = jval_as_text(&v);
		if (devices[i] && !*devices[i])
			jval_fail(&v, "it is empty");
	}
	a->devices = devices;
}

static void read_affected(struct reader *r, const struct jval *root)
{
	const struct jval list = jval_need(root, "affected");
	struct ldb_affected *all = items(r, &list, sizeof(*all), &r->advisory->n_affected);

	if (jval_is(&list) && !jval_count(&list))
		jval_fail(&list, "at least one is expected");
	for (size_t i = 0; i < r->advisory->n_affected; i++) {
		const struct jval v = jval_item(&list, i),
				  specific = jval_get(&v, "ecosystem_specific");
		enum ldb_order order = read_package(r, &v, &all[i]);

		jval_only(&v, "package ranges versions ecosystem_specific");
		read_ranges(r, &v, order, &all[i]);
		if (!jval_is(&specific))
			continue;
		jval_only(&specific, "devices option_state");
		read_devices(r, &specific, &all[i]);
		all[i].option_state = jval_text(&specific, "option_state", JVAL_OPTIONAL);
	}
	r->advisory->affected = all;
}

/* ---- how to recognise it, and what to do ------------------------------ */

static void read_mark(const struct jval *v, struct ldb_mark *m)
{
	const struct jval at = jval_get(v, "load_address");

	jval_only(v, "file_sha256 code_sha256 table_sha256 finding name load_address text");
	m->file_sha256 = read_digest(v, "file_sha256");
	m->code_sha256 = read_digest(v, "code_sha256");
	m->table_sha256 = read_digest(v, "table_sha256");
	m->finding = formed(v, "finding", "STK-L000", JVAL_OPTIONAL, "an id as \"STK-L202\"");
	m->name = jval_text(v, "name", JVAL_OPTIONAL);
	m->text = jval_text(v, "text", JVAL_OPTIONAL);
	m->has_load_address = jval_is(&at);
	m->load_address = jval_as_address(&at);
	if (!m->file_sha256 && !m->code_sha256 && !m->table_sha256 && !m->finding && !m->name &&
	    !m->has_load_address && !m->text)
		jval_fail(v, "a mark that says nothing");
}

static void read_marks(struct reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "marks");
	struct ldb_mark *all = items(r, &list, sizeof(*all), &r->advisory->n_marks);

	for (size_t i = 0; i < r->advisory->n_marks; i++) {
		const struct jval v = jval_item(&list, i);

		read_mark(&v, &all[i]);
	}
	r->advisory->marks = all;
}

static void read_symptoms(struct reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "symptoms");
	struct ldb_symptom *all = items(r, &list, sizeof(*all), &r->advisory->n_symptoms);

	for (size_t i = 0; i < r->advisory->n_symptoms; i++) {
		const struct jval v = jval_item(&list, i);

		jval_only(&v, "tool text cause");
		all[i].tool = jval_text(&v, "tool", JVAL_OPTIONAL);
		all[i].text = jval_text(&v, "text", JVAL_NEEDED);
		all[i].cause = jval_text(&v, "cause", JVAL_OPTIONAL);
	}
	r->advisory->symptoms = all;
}

static void read_instead(struct reader *r, const struct jval *specific)
{
	const struct jval list = jval_get(specific, "instead");
	struct ldb_instead *all = items(r, &list, sizeof(*all), &r->advisory->n_instead);

	for (size_t i = 0; i < r->advisory->n_instead; i++) {
		const struct jval v = jval_item(&list, i);

		jval_only(&v, "text tool version name file_sha256 code_sha256");
		all[i].text = jval_text(&v, "text", JVAL_NEEDED);
		all[i].tool = jval_text(&v, "tool", JVAL_OPTIONAL);
		all[i].version = jval_text(&v, "version", JVAL_OPTIONAL);
		all[i].name = jval_text(&v, "name", JVAL_OPTIONAL);
		all[i].file_sha256 = read_digest(&v, "file_sha256");
		all[i].code_sha256 = read_digest(&v, "code_sha256");
	}
	r->advisory->instead = all;
}

static void read_references(struct reader *r, const struct jval *root)
{
	const struct jval list = jval_get(root, "references");
	struct ldb_reference *all = items(r, &list, sizeof(*all), &r->advisory->n_references);

	for (size_t i = 0; i < r->advisory->n_references; i++) {
		const struct jval v = jval_item(&list, i);

		jval_only(&v, "type url title");
		all[i].type = jval_text(&v, "type", JVAL_NEEDED);
		all[i].url = jval_text(&v, "url", JVAL_NEEDED);
		all[i].title = jval_text(&v, "title", JVAL_OPTIONAL);
	}
	r->advisory->references = all;
}

static void read_own(struct reader *r, const struct jval *root)
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

static void read_root(struct reader *r, const struct jval *root)
{
	struct ldb_advisory *a = r->advisory;
	const struct jval version = jval_need(root, "schema_version");
	const char *text = jval_as_text(&version);

	jval_only(root, "schema_version id published modified withdrawn aliases related summary "
		  "details references affected credits database_specific");
	if (text && strncmp(text, "1.", 2))
		jval_fail(&version, "\"1.6.0\" is expected");
	a->id = read_id(root);
	a->summary = jval_text(root, "summary", JVAL_NEEDED);
	a->details = jval_text(root, "details", JVAL_NEEDED);
	a->published = read_time(root, "published", JVAL_NEEDED);
	a->modified = read_time(root, "modified", JVAL_NEEDED);
	a->withdrawn = read_time(root, "withdrawn", JVAL_OPTIONAL);
	read_affected(r, root);
	read_references(r, root);
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
	struct reader r = { .facts = facts };
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
