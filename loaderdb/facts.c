/* SPDX-License-Identifier: MIT */
/* Facts: those built in, then those of a user's folder. */
#include "facts.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Generated from facts/toolchains.toml and facts/advisories. */
extern const char toolchains_json[];

struct embedded {
	const char *name, *text;
};

extern const struct embedded advisory_files[];

/* @facts owns @doc from here on, whatever comes back. */
static int keep(struct ldb_facts *facts, struct jdoc *doc, struct stk_error *err)
{
	struct jdoc **at = answer_grow(&facts->arena, &facts->docs, &facts->n_docs,
				       sizeof(*at));

	if (at) {
		*at = doc;
		return 0;
	}
	jdoc_close(doc);
	return stk_fail_nomem(err);
}

static int open_text(struct ldb_facts *facts, const char *name, const char *text,
		     struct jdoc **ret, struct stk_error *err)
{
	int rc = jdoc_open(name, text, strlen(text), ret, err);

	return rc < 0 ? rc : keep(facts, *ret, err);
}

static int open_file(struct ldb_facts *facts, const char *path, struct jdoc **ret,
		     struct stk_error *err)
{
	int rc = jdoc_open_file(path, ret, err);

	return rc < 0 ? rc : keep(facts, *ret, err);
}

static int read_built_in(struct ldb_facts *facts, struct stk_error *err)
{
	struct jdoc *doc;
	int rc = open_text(facts, "toolchains.toml", toolchains_json, &doc, err);

	if (!rc)
		rc = facts_read_toolchains(facts, doc, err);
	for (const struct embedded *e = advisory_files; !rc && e->name; e++) {
		rc = open_text(facts, e->name, e->text, &doc, err);
		if (!rc)
			rc = facts_read_advisory(facts, doc, "built in", err);
	}
	return rc;
}

static int check_dir(const char *dir, struct stk_error *err)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-read",
				"cannot read the facts in '%.200s': %m", dir);
	if (!S_ISDIR(st.st_mode))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOTDIR, "cannot-read",
				"'%.200s' is no folder; facts are files in a folder", dir);
	return 0;
}

static int read_user_toolchains(struct ldb_facts *facts, struct stk_error *err)
{
	const char *path = arena_printf(&facts->arena, "%s/toolchains.json", facts->dir);
	struct jdoc *doc;
	int rc;

	if (!path)
		return stk_fail_nomem(err);
	if (access(path, F_OK) < 0)
		return 0;
	rc = open_file(facts, path, &doc, err);
	return rc < 0 ? rc : facts_read_toolchains(facts, doc, err);
}

static int read_user_advisory(struct ldb_facts *facts, const char *path,
			      struct stk_error *err)
{
	struct jdoc *doc;
	int rc = open_file(facts, path, &doc, err);

	return rc < 0 ? rc : facts_read_advisory(facts, doc, jdoc_name(doc), err);
}

static int is_advisory(const struct dirent *e)
{
	const size_t len = strlen(e->d_name);

	return len > 9 && !strncmp(e->d_name, "STK-", 4) && !strcmp(e->d_name + len - 5, ".json");
}

/* By name, so that an error is the same one each time. */
static int read_user_advisories(struct ldb_facts *facts, const char *below,
				struct stk_error *err)
{
	const char *dir = arena_printf(&facts->arena, "%s%s", facts->dir, below);
	struct dirent **found = NULL;
	int n = dir ? scandir(dir, &found, is_advisory, alphasort) : 0, rc = 0;

	if (!dir)
		return stk_fail_nomem(err);
	if (n < 0 && errno != ENOENT)
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-read",
				"cannot read the folder '%.200s': %m", dir);
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(&facts->arena, "%s/%s", dir, found[i]->d_name);

		if (!rc)
			rc = path ? read_user_advisory(facts, path, err) : stk_fail_nomem(err);
		free(found[i]);
	}
	free(found);
	return rc;
}

static int read_dir(struct ldb_facts *facts, const char *dir, struct stk_error *err)
{
	int rc = check_dir(dir, err);

	if (rc < 0)
		return rc;
	facts->dir = arena_strdup(&facts->arena, dir);
	if (!facts->dir)
		return stk_fail_nomem(err);
	rc = read_user_toolchains(facts, err);
	if (!rc)
		rc = read_user_advisories(facts, "", err);
	return rc ? rc : read_user_advisories(facts, "/advisories", err);
}

int ldb_facts_open(const char *dir, struct ldb_facts **ret, struct stk_error *err)
{
	struct ldb_facts *facts = calloc(1, sizeof(*facts));
	int rc;

	if (!facts)
		return stk_fail_nomem(err);
	rc = read_built_in(facts, err);
	if (!rc && dir)
		rc = read_dir(facts, dir, err);
	if (rc < 0) {
		ldb_facts_close(facts);
		return rc;
	}
	*ret = facts;
	return 0;
}

void ldb_facts_close(struct ldb_facts *facts)
{
	if (!facts)
		return;
	for (size_t i = 0; i < facts->n_docs; i++)
		jdoc_close(facts->docs[i]);
	logs_free(facts->logs);
	arena_free(&facts->arena);
	free(facts);
}
