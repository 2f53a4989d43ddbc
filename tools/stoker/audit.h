/* SPDX-License-Identifier: MIT */
/*
 * audit.h - stoker audit: what is asked about, and what comes out
 *
 * cmd-audit.c reads the command line and tells the result, audit-operand.c turns
 * operands into loaders and components, audit-subject.c asks about each.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "cmd.h"
#include "render/render.h"

/* What a run needs, and what it found so far. */
struct auditor {
	const struct options *opt;
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	struct ldb_subject subject; /* what the options say of all */
	const struct ldb_placed_list *placed; /* in the installs of the last scan */
	struct audit_report report;
	size_t room;
};

/* Which hits are told: what concerns a component is not told at its loaders again. */
enum told {
	TOLD_ALL,
	TOLD_WITH_MARKS,
	TOLD_WITHOUT_MARKS,
};

/* ---- audit-subject.c -------------------------------------------------- */

/* "NAME@VERSION", or NAME alone: then s->version is NULL. */
int audit_parse_toolchain(struct auditor *a, const char *text, struct ldb_subject *s,
			  struct stk_error *err) stk_must_check;
/*
 * Ask about @s, which is @kind and called @name; @unused, which may be NULL, is
 * why the toolchain does not use it.
 */
int audit_subject(struct auditor *a, const char *kind, const char *name,
		  const struct ldb_subject *s, const char *unused, enum told told,
		  struct stk_error *err) stk_must_check;
/*
 * The same of a loader, used as @how says. A file that is none has a row with the
 * error if it was @named, by the user or by its suffix; else it is passed over.
 */
int audit_loader(struct auditor *a, const char *path, bool named,
		 const struct ldb_subject *how, enum told told,
		 struct stk_error *err) stk_must_check;
/* What could not be read, and why. */
void audit_unreadable(struct auditor *a, const char *path, const struct stk_error *why);
void audit_report_free(struct audit_report *r);

/* ---- audit-operand.c -------------------------------------------------- */

/* A loader, a pack or a loader in it, a folder, a toolchain by name. */
int audit_operand(struct auditor *a, const char *arg, struct stk_error *err) stk_must_check;
/* The installs that are where they usually lie. */
int audit_installs(struct auditor *a, struct stk_error *err) stk_must_check;

#endif
