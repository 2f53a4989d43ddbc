/* SPDX-License-Identifier: MIT */
/* What lines of logs mean: what is built in, then what a user adds. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "logs-read.h"

/* Generated from facts/logs.toml. */
extern const char logs_json[];

static int read_rows(struct logs *logs, const struct jval *root, const char *name,
		     int (*read)(struct logs *logs, const struct jval *in))
{
	const struct jval array = jval_get(root, name);
	const size_t count = jval_count(&array);
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		const struct jval v = jval_item(&array, i);

		r = read(logs, &v);
	}
	return r;
}

static int keep(struct logs *logs, struct jdoc *doc, struct stk_error *err)
{
	struct jdoc **at = answer_grow(&logs->arena, &logs->docs, &logs->n_docs, sizeof(*at));

	if (at) {
		*at = doc;
		return 0;
	}
	jdoc_close(doc);
	return stk_fail_nomem(err);
}

int logs_read(struct logs *logs, struct jdoc *doc, struct stk_error *err)
{
	const struct jval root = jdoc_root(doc);
	int r = keep(logs, doc, err);

	if (r < 0)
		return r;
	r = read_rows(logs, &root, "writer", logs_read_writer);
	if (!r)
		r = read_rows(logs, &root, "fact", logs_read_fact);
	if (!r)
		r = read_rows(logs, &root, "message", logs_read_message);
	if (!r)
		r = read_rows(logs, &root, "rule", logs_read_rule);
	if (r < 0)
		return stk_fail_nomem(err);
	jval_only(&root, "writer fact message rule");
	logs_check_rules(logs, &root);
	return jdoc_end(doc, err);
}

static int read_user(struct logs *logs, const char *dir, struct stk_error *err)
{
	const char *path = arena_printf(&logs->arena, "%s/logs.json", dir);
	struct jdoc *doc;
	int r;

	if (!path)
		return stk_fail_nomem(err);
	if (access(path, F_OK) < 0)
		return 0;
	r = jdoc_open_file(path, &doc, err);
	return r < 0 ? r : logs_read(logs, doc, err);
}

int logs_open(const char *dir, struct logs **ret, struct stk_error *err)
{
	struct logs *logs = calloc(1, sizeof(*logs));
	struct jdoc *doc;
	int r;

	if (!logs)
		return stk_fail_nomem(err);
	r = jdoc_open("logs.toml", logs_json, strlen(logs_json), &doc, err);
	if (!r)
		r = logs_read(logs, doc, err);
	if (!r && dir)
		r = read_user(logs, dir, err);
	if (!r && logs_index(logs) < 0)
		r = stk_fail_nomem(err);
	if (r < 0) {
		logs_free(logs);
		return r;
	}
	*ret = logs;
	return 0;
}

void logs_free(struct logs *logs)
{
	if (!logs)
		return;
	for (size_t i = 0; i < logs->n_compiled; i++)
		regfree(logs->compiled[i]);
	free(logs->compiled);
	for (size_t i = 0; i < logs->n_docs; i++)
		jdoc_close(logs->docs[i]);
	arena_free(&logs->arena);
	free(logs);
}
