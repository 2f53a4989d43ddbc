/* SPDX-License-Identifier: MIT */
/* stoker db - the loader builds there are, and what is known of them */
#include "db.h"

/* clang-format off */
static const struct {
	const char *name;
	size_t min, max;	/* words that follow */
	bool makes;		/* a new database, if there is none */
	int (*run)(struct db_args *a, struct stk_error *err);
	const char *usage;
} verbs[] = {
	{ "import",  1, SIZE_MAX, true,  db_import,  "import PATH..." },
	{ "list",    0, 0,        false, db_list,    "list" },
	{ "search",  1, SIZE_MAX, false, db_search,  "search TEXT..." },
	{ "show",    1, 1,        false, db_show,    "show REF" },
	{ "history", 0, 1,        false, db_history, "history [REF]" },
	{ "verdict", 2, 2,        false, db_verdict, "verdict REF good|bad|disputed" },
	{ "export",  1, 1,        false, db_export,  "export REF" },
	{ "check",   0, 0,        false, db_check,   "check" },
};

enum { KEY_TOOL = 0x2000, KEY_CHIP, KEY_FORMAT, KEY_OPTION_STATE, KEY_HOST, KEY_REASON,
       KEY_SOURCE, KEY_EVIDENCE };

static const struct argp_option own_options[] = {
	{ "tool", KEY_TOOL, "NAME[@VERSION]", 0, "seen in this toolchain or pack", 1 },
	{ "chip", KEY_CHIP, "NAME", 0, "for this chip; of a verdict, where it holds", 1 },
	{ "format", KEY_FORMAT, "NAME", 0, "stldr or flm", 1 },
	{ "option-state", KEY_OPTION_STATE, "NAME=VALUE,...", 0,
	  "option bytes under which the verdict holds: DBANK=1", 2 },
	{ "host", KEY_HOST, "NAME[@VERSION]", 0, "the programmer under which it holds", 2 },
	{ "reason", KEY_REASON, "TEXT", 0, "why: what was seen, and where", 2 },
	{ "source", KEY_SOURCE, "TEXT", 0, "who says so: a name or a link", 2 },
	{ "evidence", KEY_EVIDENCE, "FILE", 0, "keep this file with the verdict", 2 },
	{ "output", 'o', "FILE", 0, "where the bytes go; - is the standard output", 2 },
	{ 0 }
};
/* clang-format on */

static error_t parse_own(int key, char *arg, struct argp_state *state)
{
	struct db_args *a = state->input;

	switch (key) {
	case KEY_TOOL:
		a->tool = arg;
		return 0;
	case KEY_CHIP:
		a->chip = arg;
		return 0;
	case KEY_FORMAT:
		a->format = arg;
		return 0;
	case KEY_OPTION_STATE:
		a->option_state = arg;
		return 0;
	case KEY_HOST:
		a->host = arg;
		return 0;
	case KEY_REASON:
		a->reason = arg;
		return 0;
	case KEY_SOURCE:
		a->source = arg;
		return 0;
	case KEY_EVIDENCE:
		a->evidence = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int run_verb(struct db_args *a, size_t verb, struct stk_error *err)
{
	int r = options_ctx(&a->opt, &a->ctx, err);

	if (!r)
		r = opened_db_open(&a->opt, a->ctx, !verbs[verb].makes, &a->opened, err);
	/* What was interrupted is ended by whatever writes next. */
	if (!r && verbs[verb].run == db_verdict)
		r = opened_db_recover(&a->opt, &a->opened, err);
	if (!r)
		r = verbs[verb].run(a, err);
	opened_db_close(&a->opened);
	stk_ctx_free(a->ctx);
	return r;
}

static enum stk_origin db_run_command(void *p)
{
	struct db_args *a = p;
	const struct list *args = &a->opt.args;
	struct stk_error err;
	size_t i = 0;

	while (i < ARRAY_SIZE(verbs) && args->count && strcmp(args->item[0], verbs[i].name))
		i++;
	if (!args->count || i == ARRAY_SIZE(verbs))
		return fail_usage(&a->opt, "'db' needs one of import, list, search, show,"
					   " history, verdict, export, check");
	a->words = args->item + 1;
	a->n_words = args->count - 1;
	if (a->n_words < verbs[i].min || a->n_words > verbs[i].max)
		return fail_usage(&a->opt, "it is 'db %s'", verbs[i].usage);
	if (run_verb(a, i, &err) >= 0)
		return STK_ORIGIN_NONE;
	return a->told ? err.origin : fail_command(&a->opt, &err);
}

const struct stk_cmd cmd_db = {
	.name = "db",
	.summary = "the loader builds there are, and what is known of them",
	.usage = "import [OPTION...] PATH...\n"
		 "list [OPTION...]\n"
		 "search [OPTION...] TEXT...\n"
		 "show [OPTION...] REF\n"
		 "history [OPTION...] [REF]\n"
		 "verdict [OPTION...] --reason TEXT REF good|bad|disputed\n"
		 "export [OPTION...] -o FILE REF\n"
		 "check [OPTION...]",
	.doc = "REF is the first eight or more digits of a SHA-256, a NAME, NAME@VERSION or\n"
	       "NAME@TOOL@VERSION as it was seen. The database is $STOKER_DB, else\n"
	       "$XDG_DATA_HOME/stoker/loaders.db, else ~/.local/share/stoker/loaders.db.\n",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = own_options,
	.parse = parse_own,
	.args_size = sizeof(struct db_args),
	.run = db_run_command,
};
