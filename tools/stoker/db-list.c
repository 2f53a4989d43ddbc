/* SPDX-License-Identifier: MIT */
/* stoker db list, search, history */
#include "db.h"

/* ---- builds ----------------------------------------------------------- */

static void free_all(const struct ldb_judgement **sums, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ldb_free(sums[i]);
	free(sums);
}

/* What is said of each, for the chip that was asked for. */
static int judge_all(struct db_args *a, const struct ldb_builds *builds,
		     const struct ldb_judgement ***ret, struct stk_error *err)
{
	const struct ldb_judgement **sums =
		calloc(builds->count ? builds->count : 1, sizeof(*sums));
	int r = 0;

	if (!sums)
		return stk_fail_nomem(err);
	for (size_t i = 0; !r && i < builds->count; i++)
		r = ldb_judge(a->opened.db, builds->item[i].id, a->chip, a->option_state,
			      a->host, &sums[i], err);
	if (r < 0)
		free_all(sums, builds->count);
	else
		*ret = sums;
	return r;
}

static int print_builds(struct db_args *a, const struct ldb_query *query,
			struct stk_error *err)
{
	const struct ldb_judgement **sums = NULL;
	const struct ldb_builds *builds;
	struct listed_builds list = { .path = ldb_path(a->opened.db) };
	int r = ldb_builds_find(a->opened.db, query, &builds, err);

	if (r < 0)
		return r;
	r = judge_all(a, builds, &sums, err);
	if (!r) {
		list.builds = builds;
		list.sums = sums;
		if (a->opt.json)
			json_db_builds(stdout, &list);
		else
			text_db_builds(stdout, &list);
		free_all(sums, builds->count);
	}
	ldb_free(builds);
	return r;
}

/* "NAME@VERSION" in two; free() the name. */
static char *split_tool(const char *tool, const char **ret_version)
{
	char *name = strdup(tool), *at;

	if (!name)
		out_of_memory();
	at = strchr(name, '@');
	*ret_version = at ? at + 1 : NULL;
	if (at)
		*at = '\0';
	return name;
}

static int find_and_print(struct db_args *a, const char *text, struct stk_error *err)
{
	struct ldb_query query = {
		.size = sizeof(query), .text = text, .device = a->chip, .format = a->format,
	};
	stk_cleanup(freep) char *tool = NULL;

	if (a->tool)
		tool = split_tool(a->tool, &query.version);
	query.tool = tool;
	return print_builds(a, &query, err);
}

int db_list(struct db_args *a, struct stk_error *err)
{
	return find_and_print(a, NULL, err);
}

int db_search(struct db_args *a, struct stk_error *err)
{
	stk_cleanup(freep) char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < a->n_words; i++)
		fprintf(f, "%s ", a->words[i]);
	if (fclose(f))
		return stk_fail_nomem(err);
	return find_and_print(a, text, err);
}

/* ---- events ----------------------------------------------------------- */

/* A name, or what else means one build: then its digest is asked for. */
int db_history(struct db_args *a, struct stk_error *err)
{
	const char *name = a->n_words ? a->words[0] : NULL;
	const struct ldb_build *build = NULL;
	const struct ldb_events *events;
	int r = 0;

	if (name && strchr(name, '@'))
		r = ldb_build_find(a->opened.db, name, &build, err);
	if (!r)
		r = ldb_history(a->opened.db, build ? build->sha256 : name, &events, err);
	ldb_free(build);
	if (r < 0)
		return r;
	if (name && !events->count) {
		ldb_free(events);
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-build",
				"there is no build '%.100s' in '%.200s'", name,
				ldb_path(a->opened.db));
	}
	if (a->opt.json)
		json_db_events(stdout, ldb_path(a->opened.db), events);
	else
		text_db_events(stdout, events);
	ldb_free(events);
	return 0;
}
