/* SPDX-License-Identifier: MIT */
/*
 * Whose rules --host means: a profile, the programmer that a release of a
 * toolchain brings, or the one that is in an install now.
 */
#include <stdarg.h>

#include "cmd.h"

#include "swapping.h"

/* What an install's programmer is known by: "cubeprogrammer@2.9.0". */
struct answer {
	char *name;
	char *why;
};

static void __attribute__((format(printf, 2, 3))) say(char **ret, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vasprintf(ret, fmt, args) < 0)
		out_of_memory();
	va_end(args);
}

/* ---- a release -------------------------------------------------------- */

/* The one that "cubeide@1.7.0" is; NULL: it is a profile's own name. */
static int find_release(const char *host, const struct ldb_facts *facts,
			const struct ldb_release **ret, struct stk_error *err)
{
	struct named_tool tool = { NULL };
	int r = named_tool_parse(host, &tool, err);

	*ret = NULL;
	if (!r && tool.version)
		*ret = ldb_release_find(facts, tool.name, tool.version);
	named_tool_free(&tool);
	return r;
}

static int release_why(const char *host, const struct ldb_facts *facts, char **ret,
		       struct stk_error *err)
{
	const struct ldb_release *release;
	int r = find_release(host, facts, &release, err);

	if (!r && release && release->programmer && strcmp(release->tool->name, "cubeprogrammer"))
		say(ret, "STM32CubeProgrammer %s, which %s %s brings (%s)", release->programmer,
		    release->tool->title, release->version, release->basis);
	return r;
}

/* ---- an install ------------------------------------------------------- */

static int programmer_name(const struct ldb_component *c, const struct ldb_placed *p,
			   struct answer *ret, struct stk_error *err)
{
	const struct scan_version v = scan_version(c, p);

	if (!v.version)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "unknown-version",
				"which STM32CubeProgrammer '%s' is, nothing tells: give --host"
				" cubeprogrammer@VERSION", c->path);
	say(&ret->name, "cubeprogrammer@%s", v.version);
	if (p)
		say(&ret->why, "STM32CubeProgrammer %s (%s): swap %lld put it there, %s",
		    v.version, v.basis ? v.basis : v.from, (long long)p->swap, p->why);
	else
		say(&ret->why, "STM32CubeProgrammer %s, by its %s", v.version, v.from);
	return 0;
}

static int ask_install(const struct options *opt, struct stk_ctx *ctx,
		       struct ldb_facts *facts, struct answer *ret, struct stk_error *err)
{
	const struct ldb_placed_list *placed = NULL;
	const struct ldb_component *programmer;
	const struct list everywhere = { NULL };
	struct found_install found = { NULL };
	int r = find_install(ctx, facts, opt->host, &everywhere, &found, err);

	if (!r)
		r = found_programmer(&found, opt->host, &programmer, err);
	if (!r)
		r = placed_find(opt, ctx, facts, found.scan, &placed, err);
	if (!r)
		r = programmer_name(programmer, scan_placed(placed, programmer), ret, err);
	ldb_free(placed);
	found_free(&found);
	return r;
}

/* ---- any -------------------------------------------------------------- */

static int ask(const struct options *opt, struct stk_ctx *ctx, struct answer *ret,
	       struct stk_error *err)
{
	struct ldb_facts *facts;
	int r = ldb_facts_open(opt->facts, &facts, err);

	if (r < 0)
		return r;
	r = strchr(opt->host, '/') ? ask_install(opt, ctx, facts, ret, err) :
				     release_why(opt->host, facts, &ret->why, err);
	ldb_facts_close(facts);
	return r;
}

int host_find(const struct options *opt, struct stk_ctx *ctx, const struct stk_host **ret,
	      struct stk_error *err)
{
	struct answer answer = { NULL };
	int r = 0;

	if (opt->host && strpbrk(opt->host, "/@"))
		r = ask(opt, ctx, &answer, err);
	if (!r)
		r = stk_host_find(answer.name ? answer.name : opt->host, ret, err);
	if (!r && answer.why) {
		fprintf(stderr, "stoker %s: by the rules of ", opt->cmd->name);
		text_safe(stderr, answer.why);
		putc('\n', stderr);
	}
	free(answer.name);
	free(answer.why);
	return r;
}
