/* SPDX-License-Identifier: MIT */
/* facts.h - what is known without a database, as it is held in memory */
#ifndef LOADERDB_FACTS_H
#define LOADERDB_FACTS_H

#include "answer.h"
#include "json.h"
#include "logs.h"

/* Where an install of a toolchain usually lies. */
struct facts_place {
	const struct ldb_tool *tool;
	const char *os;		/* "linux", "macos", "windows" */
	/*
	 * "/opt/st/stm32cubeide_*": "~", "$XDG_DATA_HOME", "%LOCALAPPDATA%" in
	 * front, "*" and "?" within the parts.
	 */
	const char *path;
	const char *source, *basis;
};

/* A toolchain, in a list: its address is for others to keep. */
struct facts_tool {
	struct ldb_tool tool;
	struct facts_tool *next;
};

struct ldb_facts {
	struct arena arena;
	struct jdoc **docs;		/* all that was read; texts belong to them */
	size_t n_docs;
	const char *dir;		/* the user's own; NULL: none */
	struct facts_tool *tools;	/* in the order of the facts */
	struct facts_tool *others;	/* packs and projects that were asked for */
	struct facts_place *places;
	size_t n_places;
	struct ldb_release *releases;
	size_t n_releases;
	const struct ldb_advisory **advisories;	/* by id */
	size_t n_advisories;
	struct logs *logs;		/* what lines of logs mean; NULL: not read yet */
};

const struct facts_place *facts_places(const struct ldb_facts *facts, size_t *ret_count);
/* A text for machines: "manual", "observed", "reported", "assumed". */
const char *facts_basis(const struct jval *in);

/*
 * Read a document of toolchains; what is there already is replaced. Its texts
 * are used as long as @facts are there.
 */
int facts_read_toolchains(struct ldb_facts *facts, struct jdoc *doc, struct stk_error *err);
/* The same of one advisory; @path, which is kept, says where it was: "built in". */
int facts_read_advisory(struct ldb_facts *facts, struct jdoc *doc, const char *path,
			struct stk_error *err);

#endif
