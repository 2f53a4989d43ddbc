/* SPDX-License-Identifier: MIT */
/* The loader database and the facts that --db and --facts name. */
#include "cmd.h"

int opened_db_open(const struct options *opt, struct stk_ctx *ctx, bool must_exist,
		   struct opened_db *ret, struct stk_error *err)
{
	struct ldb_options db = {
		.size = sizeof(db),
		.path = opt->db,
		.must_exist = must_exist,
	};
	int r = ret->facts ? 0 : ldb_facts_open(opt->facts, &ret->facts, err);

	db.facts = ret->facts;
	if (!r)
		r = ldb_open(ctx, &db, &ret->db, err);
	return r || must_exist ? r : opened_db_recover(opt, ret, err);
}

int opened_db_recover(const struct options *opt, struct opened_db *o, struct stk_error *err)
{
	int r;

	if (opt->plan)
		return 0;
	r = ldb_recover(o->db, &o->recovered, err);
	for (size_t i = 0; !r && i < o->recovered->count; i++)
		fprintf(stderr, "stoker %s: %s\n", opt->cmd->name, o->recovered->told[i]);
	return r;
}

void opened_db_close(struct opened_db *o)
{
	ldb_free(o->recovered);
	ldb_close(o->db);
	ldb_facts_close(o->facts);
	*o = (struct opened_db){ NULL };
}
