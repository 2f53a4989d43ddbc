/* SPDX-License-Identifier: MIT */
/* stoker db verdict - say what is known of a build, and why */
#include "db.h"

static bool parse_kind(const char *text, enum ldb_verdict_kind *ret)
{
	for (unsigned int i = LDB_GOOD; i <= LDB_DISPUTED; i++)
		if (!strcmp(text, ldb_verdict_name((enum ldb_verdict_kind)i))) {
			*ret = (enum ldb_verdict_kind)i;
			return true;
		}
	return false;
}

/* All of a file; free() the bytes. */
static int read_evidence(const char *path, char **ret, size_t *ret_len,
			 struct stk_error *err)
{
	stk_cleanup(freep) char *bytes = NULL;
	FILE *in = fopen(path, "rbe"), *to;
	char part[4096];
	size_t n;
	bool bad;

	if (!in)
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%s': %s", path, strerror(errno));
	to = open_memstream(&bytes, ret_len);
	if (!to)
		out_of_memory();
	while ((n = fread(part, 1, sizeof(part), in)))
		fwrite(part, 1, n, to);
	bad = ferror(in);
	fclose(in);
	if (fclose(to))
		out_of_memory();
	if (bad)
		return stk_fail(err, STK_ORIGIN_INPUT, EIO, "cannot-read",
				"cannot read '%s'", path);
	*ret = bytes;
	bytes = NULL;
	return 0;
}

/* With the evidence; its digest is in @hex then. */
static int add(struct db_args *a, const struct ldb_build *build, struct ldb_verdict *v,
	       char hex[65], struct stk_error *err)
{
	stk_cleanup(freep) char *evidence = NULL;
	const char *slash;
	size_t len = 0;
	int r;

	if (a->evidence) {
		slash = strrchr(a->evidence, '/');
		v->evidence_name = slash ? slash + 1 : a->evidence;
		r = read_evidence(a->evidence, &evidence, &len, err);
		if (r < 0)
			return r;
		stk_sha256_hex(evidence, len, hex);
		v->evidence_sha256 = hex;
	}
	return ldb_verdict_add(a->opened.db, build->id, v, evidence, len, err);
}

static int show_sum(struct db_args *a, const struct ldb_build *build,
		    const struct ldb_verdict *verdict, struct stk_error *err)
{
	const struct ldb_judgement *sum;
	int r = ldb_judge(a->opened.db, build->id, a->chip, a->option_state, a->host, &sum,
			  err);

	if (r < 0)
		return r;
	if (a->opt.json)
		json_db_judged(stdout, ldb_path(a->opened.db), build, verdict, sum);
	else
		text_db_judged(stdout, build, verdict, sum);
	ldb_free(sum);
	return 0;
}

int db_verdict(struct db_args *a, struct stk_error *err)
{
	struct ldb_verdict verdict = {
		.chip = a->chip, .option_state = a->option_state, .host = a->host,
		.reason = a->reason, .source = a->source,
	};
	const struct ldb_build *build;
	char hex[65];
	int r;

	if (!parse_kind(a->words[1], &verdict.kind))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"'%.60s' is none of good, bad, disputed", a->words[1]);
	if (!a->reason || !*a->reason)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a verdict needs --reason: what was seen, and where");
	r = ldb_build_find(a->opened.db, a->words[0], &build, err);
	if (r < 0)
		return r;
	r = add(a, build, &verdict, hex, err);
	if (!r)
		r = show_sum(a, build, &verdict, err);
	ldb_free(build);
	return r;
}
