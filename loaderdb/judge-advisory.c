/* SPDX-License-Identifier: MIT */
/* What advisories say of a build, as verdicts: only where its digests tell. */
#include "judge.h"

#include <string.h>
#include <strings.h>

static bool differs(const char *wanted, const char *digest)
{
	return wanted && (!digest || strcmp(wanted, digest));
}

/* What else a mark asks for, a finding or an address, is not known here. */
static bool is_marked(const struct ldb_mark *m, const struct ldb_build *b)
{
	return (m->file_sha256 || m->code_sha256 || m->table_sha256) && !m->finding &&
	       !m->has_load_address && !differs(m->file_sha256, b->sha256) &&
	       !differs(m->code_sha256, b->code_sha256) &&
	       !differs(m->table_sha256, b->table_sha256) &&
	       (!m->name || !strcasecmp(m->name, b->name));
}

static bool concerns(const struct ldb_advisory *a, const struct ldb_build *b)
{
	for (size_t i = 0; !a->withdrawn && i < a->n_marks; i++)
		if (is_marked(&a->marks[i], b))
			return true;
	return false;
}

static int add(const struct ldb_advisory *a, const struct ldb_affected *use,
	       const char *device, struct arena *arena, struct ldb_verdicts *list,
	       struct stk_error *err)
{
	struct ldb_verdict *v = answer_grow(arena, &list->item, &list->count, sizeof(*v));

	if (!v)
		return stk_fail_nomem(err);
	/* Where an option bit is named, it is what the others spoke of without knowing. */
	v->kind = a->disputed && !use->option_state ? LDB_DISPUTED : LDB_BAD;
	v->chip = device;
	v->option_state = use->option_state;
	v->reason = a->summary;
	v->source = a->id;
	return 0;
}

static int add_affected(const struct ldb_advisory *a, const struct ldb_affected *use,
			struct arena *arena, struct ldb_verdicts *list,
			struct stk_error *err)
{
	int r = use->n_devices ? 0 : add(a, use, NULL, arena, list, err);

	for (size_t i = 0; !r && i < use->n_devices; i++)
		r = add(a, use, use->devices[i], arena, list, err);
	return r;
}

int judge_add_advisories(const struct ldb_facts *facts, const struct ldb_build *build,
			 struct arena *arena, struct ldb_verdicts *list,
			 struct stk_error *err)
{
	size_t n;
	const struct ldb_advisory *const *all = ldb_facts_advisories(facts, &n);
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		for (size_t k = 0; !r && concerns(all[i], build) && k < all[i]->n_affected; k++)
			r = add_affected(all[i], &all[i]->affected[k], arena, list, err);
	return r;
}
