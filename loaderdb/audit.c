/* SPDX-License-Identifier: MIT */
/* Which advisories concern a loader, a toolchain, or one in the other. */
#include "facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum holds {
	HOLDS_NOT,
	HOLDS_MAYBE, /* something is not known */
	HOLDS,
};

#define WHY_MAX 480

/* How one advisory fares, with words for the reader. */
struct check {
	const struct ldb_facts *facts;
	const struct ldb_subject *subject;
	const struct ldb_release *release;   /* of the subject's toolchain; or NULL */
	char tool[120], use[160], mark[160]; /* of what held, or what is open */
};

static enum holds both(enum holds a, enum holds b)
{
	return a < b ? a : b;
}

/* ---- toolchain and version --------------------------------------------- */

static bool in_ranges(const struct ldb_affected *a, const char *version)
{
	for (size_t i = 0; i < a->n_ranges; i++)
		if (ldb_range_has(&a->ranges[i], version))
			return true;
	return !a->n_ranges;
}

static enum holds check_version(struct check *c, const struct ldb_affected *a,
				const char *version, bool sure)
{
	if (!version && a->n_ranges) {
		snprintf(c->tool, sizeof(c->tool), "which version of %.60s is not known",
			 a->name);
		return HOLDS_MAYBE;
	}
	if (version && !in_ranges(a, version))
		return HOLDS_NOT;
	snprintf(c->tool, sizeof(c->tool), "%.60s%s%.30s is affected%s", a->name,
		 version ? " " : "", version ? version : "",
		 sure ? "" : ", and that this is it is assumed");
	return sure ? HOLDS : HOLDS_MAYBE;
}

static bool is_pack(const struct ldb_affected *a)
{
	return !strcmp(a->ecosystem, "cmsis-pack");
}

/* ST's programmer takes no flash algorithms. */
static bool never_takes(const struct ldb_affected *a, const struct stk_loader_info *info)
{
	return info && info->format && !strcmp(info->format, "flm") &&
	       !strcmp(a->ecosystem, "stm32-toolchain");
}

/*
 * The toolchain itself, or the programmer or GDB server that its release brings. A
 * server is found with a programmer of some release, and brings none.
 */
static enum holds check_tool(struct check *c, const struct ldb_affected *a)
{
	const struct ldb_subject *s = c->subject;
	const struct ldb_release *r = c->release;
	const char *brought = NULL;

	if (never_takes(a, s->loader))
		return HOLDS_NOT;
	if (!s->tool) {
		snprintf(c->tool, sizeof(c->tool),
			 is_pack(a) ? "if it is of %.60s" : "if %.60s uses it", a->name);
		return HOLDS_MAYBE;
	}
	if (!strcasecmp(a->name, s->tool->name))
		return check_version(c, a, s->version, true);
	if (!strcmp(s->tool->name, "stlink-gdb-server"))
		return HOLDS_NOT;
	if (r && !strcmp(a->name, "cubeprogrammer"))
		brought = r->programmer;
	else if (r && !strcmp(a->name, "stlink-gdb-server"))
		brought = r->gdb_server;
	return brought ? check_version(c, a, brought, strcmp(r->basis, "assumed") != 0)
		       : HOLDS_NOT;
}

/* ---- chip and option bytes ---------------------------------------------- */

/* How the patterns of @a lie to @chip, itself one. */
static enum holds covers(const struct ldb_affected *a, const char *chip)
{
	enum holds found = HOLDS_NOT;

	for (size_t i = 0; i < a->n_devices && found != HOLDS; i++) {
		enum ldb_relation lies = ldb_device_relation(a->devices[i], chip);

		if (lies == LDB_EQUAL || lies == LDB_AROUND)
			found = HOLDS;
		else if (lies != LDB_APART)
			found = HOLDS_MAYBE;
	}
	return found;
}

/* By what the loader's names say: all of it, a part, or none. */
static enum holds check_chips(const struct ldb_subject *s, const struct ldb_affected *a)
{
	size_t sure = 0, some = 0;

	for (size_t i = 0; i < s->n_chips; i++) {
		enum holds holds = covers(a, s->chips[i]);

		sure += holds == HOLDS;
		some += holds != HOLDS_NOT;
	}
	if (sure == s->n_chips && sure)
		return HOLDS;
	return some || !s->n_chips ? HOLDS_MAYBE : HOLDS_NOT;
}

static enum holds check_device(const struct ldb_subject *s, const struct ldb_affected *a)
{
	if (!a->n_devices)
		return HOLDS;
	return s->device ? covers(a, s->device) : check_chips(s, a);
}

static enum holds check_option(const struct ldb_subject *s, const struct ldb_affected *a)
{
	if (!a->option_state)
		return HOLDS;
	if (!s->option_state)
		return HOLDS_MAYBE;
	return strcasecmp(s->option_state, a->option_state) ? HOLDS_NOT : HOLDS;
}

static enum holds check_use(struct check *c, const struct ldb_affected *a)
{
	const enum holds device = check_device(c->subject, a),
			 option = check_option(c->subject, a);
	int used = 0;

	if (device == HOLDS_MAYBE)
		used = snprintf(c->use, sizeof(c->use), "if the chip is a %.40s%s",
				a->devices[0],
				a->n_devices > 1 ? " or another that it names" : "");
	if (option == HOLDS_MAYBE)
		snprintf(c->use + used, sizeof(c->use) - (size_t)used,
			 "%sif the option bytes have %.40s", used ? " and " : "",
			 a->option_state);
	return both(device, option);
}

/* ---- marks ---------------------------------------------------------------- */

/* A digest that is asked for and is another. */
static bool differs(const char *wanted, const char *digest)
{
	return wanted && (!digest || strcmp(wanted, digest));
}

static bool has_digest(const struct ldb_mark *m)
{
	return m->file_sha256 || m->code_sha256 || m->table_sha256;
}

static enum holds has_finding(const struct stk_loader_info *info, const char *id)
{
	for (size_t i = 0; i < info->n_findings; i++)
		if (!strcmp(info->findings[i].id, id))
			return HOLDS;
	return info->checked_code ? HOLDS_NOT : HOLDS_MAYBE;
}

/* One that is not position independent lies where it was linked. */
static enum holds check_address(const struct ldb_subject *s, const struct ldb_mark *m)
{
	const struct stk_loader_info *info = s->loader;
	const bool fixed = !info->position_independent && !info->error.code;

	if (!m->has_load_address)
		return HOLDS;
	if (!s->has_load_address && !fixed)
		return HOLDS_MAYBE;
	return (s->has_load_address ? s->load_address : info->link_address) == m->load_address
		       ? HOLDS
		       : HOLDS_NOT;
}

/* What is recognised by, the most telling first. */
static void name_mark(struct check *c, const struct ldb_mark *m, enum holds holds)
{
	const struct stk_loader_info *info = c->subject->loader;
	size_t len = sizeof(c->mark);

	if (holds == HOLDS_MAYBE && m->has_load_address)
		snprintf(c->mark, len, "if it is loaded at 0x%08" PRIx64, m->load_address);
	else if (holds == HOLDS_MAYBE)
		snprintf(c->mark, len,
			 "if %.20s holds for it, for which it was not checked", m->finding);
	else if (m->file_sha256)
		snprintf(c->mark, len, "it is that very file, %.12s", m->file_sha256);
	else if (m->code_sha256)
		snprintf(c->mark, len, "it has that very code, %.12s", m->code_sha256);
	else if (m->table_sha256)
		snprintf(c->mark, len, "it has that very device table, %.12s",
			 m->table_sha256);
	else if (m->finding)
		snprintf(c->mark, len, "%.20s holds for it", m->finding);
	else
		snprintf(c->mark, len, "it is called %.80s",
			 m->name && info->name ? info->name : "so");
}

static bool is_telling(const struct ldb_mark *m)
{
	return has_digest(m) || m->finding || m->name || m->has_load_address;
}

static bool has_telling_mark(const struct ldb_advisory *a)
{
	for (size_t i = 0; i < a->n_marks; i++)
		if (is_telling(&a->marks[i]))
			return true;
	return false;
}

/* A text alone marks nothing; a name alone does where it is known whose it is. */
static enum holds check_mark(struct check *c, const struct ldb_mark *m)
{
	const struct stk_loader_info *info = c->subject->loader;
	enum holds holds;

	if (!is_telling(m) ||
	    (!has_digest(m) && !m->finding && !m->has_load_address && !c->subject->tool))
		return HOLDS_NOT;
	if (differs(m->file_sha256, info->sha256) ||
	    differs(m->code_sha256, info->code_sha256) ||
	    differs(m->table_sha256, info->table_sha256) ||
	    (m->name && (!info->name || strcasecmp(m->name, info->name))))
		return HOLDS_NOT;
	holds = check_address(c->subject, m);
	return both(holds, m->finding ? has_finding(info, m->finding) : HOLDS);
}

/* The mark that holds best; one by digests before others. NULL: none. */
static const struct ldb_mark *best_mark(struct check *c, const struct ldb_advisory *a,
					enum holds *ret)
{
	const struct ldb_mark *best = NULL;

	*ret = HOLDS_NOT;
	for (size_t i = 0; i < a->n_marks; i++) {
		const struct ldb_mark *m = &a->marks[i];
		enum holds holds = check_mark(c, m);

		if (holds > *ret ||
		    (best && holds == *ret && has_digest(m) > has_digest(best))) {
			*ret = holds;
			best = m;
		}
	}
	if (best)
		name_mark(c, best, *ret);
	return best;
}

/* ---- one advisory --------------------------------------------------------- */

/*
 * The best of what is affected. @anywhere: the bytes are known for it, whoever
 * uses them; then the toolchain does not matter, the chip does.
 */
static enum holds check_affected(struct check *c, const struct ldb_advisory *a,
				 bool anywhere)
{
	struct check best = *c;
	enum holds found = HOLDS_NOT;

	for (size_t i = 0; i < a->n_affected; i++) {
		struct check try = *c;
		enum holds tool = anywhere ? HOLDS : check_tool(&try, &a->affected[i]);
		enum holds holds = tool == HOLDS_NOT
					   ? HOLDS_NOT
					   : both(tool, check_use(&try, &a->affected[i]));

		if (holds <= found)
			continue;
		found = holds;
		best = try;
	}
	*c = best;
	return found;
}

static enum holds check_advisory(struct check *c, const struct ldb_advisory *a)
{
	const struct ldb_subject *s = c->subject;
	const struct ldb_mark *m = NULL;
	enum holds marks = HOLDS;

	if (a->withdrawn)
		return HOLDS_NOT;
	if (!a->n_marks)
		return s->tool ? check_affected(c, a, false) : HOLDS_NOT;
	if (s->loader) {
		m = best_mark(c, a, &marks);
		if (!m)
			return HOLDS_NOT;
	} else {
		if (!s->tool || !has_telling_mark(a))
			return HOLDS_NOT;
		snprintf(c->mark, sizeof(c->mark), "for loaders that have its marks");
		marks = HOLDS_MAYBE;
	}
	return both(marks, check_affected(c, a, m && has_digest(m)));
}

static const char *why(const struct check *c, struct arena *arena)
{
	const char *part[] = { c->mark, c->tool, c->use };
	char text[WHY_MAX] = "";
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		if (*part[i])
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 used ? "; " : "", part[i]);
	return arena_strdup(arena, text);
}

static int add_hits(struct check *c, struct ldb_hits *hits, struct arena *arena,
		    bool certain)
{
	struct ldb_hit *all = (struct ldb_hit *)hits->item, *hit;

	for (size_t i = 0; i < c->facts->n_advisories; i++) {
		struct check one = *c;

		if (check_advisory(&one, c->facts->advisories[i]) !=
		    (certain ? HOLDS : HOLDS_MAYBE))
			continue;
		hit = answer_grow(arena, &all, &hits->count, sizeof(*hit));
		if (!hit)
			return -1;
		hit->advisory = c->facts->advisories[i];
		hit->certain = certain;
		hit->why = why(&one, arena);
		hits->item = all;
		if (!hit->why)
			return -1;
	}
	return 0;
}

int ldb_audit(const struct ldb_facts *facts, const struct ldb_subject *subject,
	      const struct ldb_hits **ret, struct stk_error *err)
{
	struct ldb_subject s = { 0 };
	struct check c = { .facts = facts, .subject = &s };
	struct arena *arena;
	struct ldb_hits *hits = answer_new(sizeof(*hits), &arena);

	if (!hits)
		return stk_fail_nomem(err);
	memcpy(&s, subject, subject->size < sizeof(s) ? subject->size : sizeof(s));
	if (s.version && (!s.tool || !ldb_version_valid(s.tool->order, s.version)))
		s.version = NULL;
	if (s.tool && s.version)
		c.release = ldb_release_find(facts, s.tool->name, s.version);
	if (add_hits(&c, hits, arena, true) < 0 || add_hits(&c, hits, arena, false) < 0) {
		ldb_free(hits);
		return stk_fail_nomem(err);
	}
	*ret = hits;
	return 0;
}
