/* SPDX-License-Identifier: MIT */
/* Which advisories concern one loader, or one component. */
#include "audit.h"

#include <stoker/module.h>

static char *copy(const char *text)
{
	char *s = text ? strdup(text) : NULL;

	if (text && !s)
		out_of_memory();
	return s;
}

static struct audited *add(struct auditor *a, const char *kind, const char *name)
{
	struct audit_report *r = &a->report;

	if (r->count == a->room) {
		a->room = a->room ? a->room * 2 : 16;
		r->item = realloc(r->item, a->room * sizeof(*r->item));
	}
	if (!r->item)
		out_of_memory();
	r->item[r->count] = (struct audited){ .kind = kind, .name = copy(name) };
	return &r->item[r->count++];
}

void audit_report_free(struct audit_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		ldb_free(r->item[i].hits);
		free(r->item[i].name);
		free(r->item[i].version);
		free(r->item[i].unused);
	}
	free(r->item);
}

int audit_parse_toolchain(struct auditor *a, const char *text, struct ldb_subject *s,
			  struct stk_error *err)
{
	const char *at = strrchr(text, '@');
	stk_cleanup(freep) char *name = strndup(text,
						at ? (size_t)(at - text) : strlen(text));
	int r;

	if (!name)
		out_of_memory();
	r = ldb_tool_find(a->facts, name, &s->tool, err);
	if (r)
		return r;
	s->version = at ? at + 1 : NULL;
	if (s->version && !ldb_version_valid(s->tool->order, s->version))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-version",
				"'%.40s' is no version of %.60s", s->version,
				s->tool->title);
	return 0;
}

int audit_subject(struct auditor *a, const char *kind, const char *name,
		  const struct ldb_subject *s, const char *unused, enum told told,
		  struct stk_error *err)
{
	struct audited *item = add(a, kind, name);

	item->tool = s->tool ? s->tool->name : NULL;
	item->version = copy(s->version);
	item->unused = copy(unused);
	item->with_marks = told != TOLD_WITHOUT_MARKS;
	item->without_marks = told != TOLD_WITH_MARKS;
	return ldb_audit(a->facts, s, &item->hits, err);
}

/* ---- loaders ---------------------------------------------------------- */

/* What a loader's names say of the chip: "STM32G431", "STM32G441". */
struct chips {
	char text[64][24];
	const char *item[64];
	size_t count;
};

static void add_chip(struct chips *c, const char *before, const char *name, size_t len)
{
	const size_t n = c->count++;

	snprintf(c->text[n], sizeof(c->text[n]), "%s%.*s", before, (int)len, name);
	c->item[n] = c->text[n];
}

/* Where there are more than can be told, the family is what is sure. */
static void find_chips(struct auditor *a, const struct stk_loader_info *info,
		       struct chips *c)
{
	struct stk_chip_guess g;

	c->count = 0;
	if (stk_chip_guess(a->ctx, info, &g, NULL) < 0)
		return;
	for (size_t i = 0; i < g.n_kin; i++) {
		const char *name = g.kin[i]->names;

		while (*name && c->count < ARRAY_SIZE(c->item)) {
			const size_t len = strcspn(name, " ");

			add_chip(c, "STM32", name, len);
			name += len + strspn(name + len, " ");
		}
	}
	if (g.n_kin == STK_GUESS_KIN || c->count == ARRAY_SIZE(c->item)) {
		c->count = 0;
		add_chip(c, "", g.family, strlen(g.family));
	}
}

static int ask(struct auditor *a, const char *path, const struct stk_loader_info *info,
	       const struct ldb_subject *how, enum told told, struct stk_error *err)
{
	struct ldb_subject s = *how;
	struct chips chips;

	find_chips(a, info, &chips);
	s.loader = info;
	s.chips = chips.item;
	s.n_chips = chips.count;
	return audit_subject(a, "loader", path, &s, NULL, told, err);
}

/* Can nothing more be asked, whatever the loader? */
static bool ends_all(const struct stk_error *e)
{
	return e->origin == STK_ORIGIN_INTERNAL || e->origin == STK_ORIGIN_INTERRUPTED;
}

void audit_unreadable(struct auditor *a, const char *path, const struct stk_error *why)
{
	add(a, "loader", path)->error = *why;
}

int audit_loader(struct auditor *a, const char *path, bool named,
		 const struct ldb_subject *how, enum told told, struct stk_error *err)
{
	const struct stk_check_options check = { .size = sizeof(check), .code = true };
	struct stk_loader *loader = NULL;
	struct stk_error e;
	int r = stk_loader_open(a->ctx, path, 0, &loader, &e);

	if (!r)
		r = stk_loader_check(a->ctx, loader, &check, &e);
	if (!r) {
		r = ask(a, path, stk_loader_info(loader), how, told, err);
	} else if (ends_all(&e)) {
		*err = e;
	} else {
		if (named)
			audit_unreadable(a, path, &e);
		r = 0;
	}
	stk_loader_close(loader);
	return r;
}
