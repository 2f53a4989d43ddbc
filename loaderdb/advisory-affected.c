/* SPDX-License-Identifier: MIT */
/* Who is affected by an advisory: products, their versions, chips and option bytes. */
#include "advisory.h"

#include <stdio.h>
#include <string.h>

static const char *const ecosystems[] = { "cmsis-pack", "stm32-toolchain", "crates.io",
					  "PyPI",	"github",	   NULL };

/* Toolchains and packs must be ones that are known; others order as SemVer does. */
static enum ldb_order read_package(struct advisory_reader *r, const struct jval *affected,
				   struct ldb_affected *a)
{
	const struct jval package = jval_need(affected, "package"),
			  name = jval_need(&package, "name"),
			  ecosystem = jval_need(&package, "ecosystem");
	const char *text = jval_as_text(&ecosystem);
	const struct ldb_tool *tool;

	jval_only(&package, "ecosystem name");
	a->name = jval_text(&package, "name", JVAL_NEEDED);
	a->ecosystem = text ? advisory_word(ecosystems, text) : NULL;
	if (text && !a->ecosystem)
		jval_fail(&ecosystem,
			  "\"cmsis-pack\", \"stm32-toolchain\", \"crates.io\", "
			  "\"PyPI\" or \"github\" is expected");
	tool = a->ecosystem ? advisory_tool(r, &name) : NULL;
	if (!tool)
		return LDB_ORDER_PACK;
	if (tool->pack != !strcmp(a->ecosystem, "cmsis-pack"))
		jval_fail(&name, "'%.40s' is %s", a->name,
			  tool->pack ? "a pack" : "no pack");
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
	if ((jval_is(&introduced) && (*open || jval_is(end))) ||
	    (jval_is(&fixed) && jval_is(&last))) {
		jval_fail(event,
			  "what was introduced before must end, in an event of its own");
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
		jval_fail(event, "\"introduced\", then \"fixed\" or \"last_affected\" is "
				 "expected");
	}
}

/* @ranges has room for one a event, behind the *@count there are. */
static void read_events(const struct jval *range, struct ldb_range *ranges, size_t *count,
			enum ldb_order order)
{
	const struct jval type = jval_need(range, "type"),
			  events = jval_need(range, "events");
	const size_t n = jval_count(&events);
	const char *text = jval_as_text(&type);
	bool open = false;

	jval_only(range, "type events");
	if (text && strcmp(text, "ECOSYSTEM") && strcmp(text, "SEMVER"))
		jval_fail(&type, "\"ECOSYSTEM\" or \"SEMVER\" is expected");
	if (jval_is(&events) && !n)
		jval_fail(&events, "at least one is expected");
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
		const struct jval v = jval_item(ranges, i),
				  events = jval_get(&v, "events");

		sum += jval_count(&events);
	}
	return sum;
}

static void read_ranges(struct advisory_reader *r, const struct jval *affected,
			enum ldb_order order, struct ldb_affected *a)
{
	const struct jval ranges = jval_get(affected, "ranges"),
			  versions = jval_get(affected, "versions");
	const size_t n_ranges = jval_count(&ranges), n_versions = jval_count(&versions);
	/* One more, so that even what is wrong has a place. */
	struct ldb_range *all = arena_alloc(
		&r->facts->arena, sizeof(*all) * (count_events(&ranges) + n_versions + 1));

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

static void read_devices(struct advisory_reader *r, const struct jval *specific,
			 struct ldb_affected *a)
{
	const struct jval list = jval_get(specific, "devices");
	const char **devices = advisory_items(r, &list, sizeof(*devices), &a->n_devices);

	for (size_t i = 0; i < a->n_devices; i++) {
		const struct jval v = jval_item(&list, i);

		devices[i] = jval_as_text(&v);
		if (devices[i] && !*devices[i])
			jval_fail(&v, "it is empty");
	}
	a->devices = devices;
}

static const char *read_option_state(const struct jval *specific)
{
	const struct jval v = jval_get(specific, "option_state");
	const char *text = jval_text(specific, "option_state", JVAL_OPTIONAL),
		   *mark = text ? strchr(text, '=') : NULL;

	if (text && (!mark || mark == text || !mark[1]))
		jval_fail(&v, "NAME=VALUE is expected, as \"DBANK=1\"");
	return text;
}

void advisory_read_affected(struct advisory_reader *r, const struct jval *root)
{
	const struct jval list = jval_need(root, "affected");
	struct ldb_affected *all = advisory_items(r, &list, sizeof(*all),
						  &r->advisory->n_affected);

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
		all[i].option_state = read_option_state(&specific);
	}
	r->advisory->affected = all;
}
