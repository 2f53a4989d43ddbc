/* SPDX-License-Identifier: MIT */
/* What a scan cannot see: that a swap put another programmer there. */
#include "cmd.h"

#include <string.h>

int placed_find(const struct options *opt, struct stk_ctx *ctx, struct ldb_facts *facts,
		const struct ldb_scan *scan, const struct ldb_placed_list **ret,
		struct stk_error *err)
{
	const struct ldb_options db_opt = {
		.size = sizeof(db_opt),
		.path = opt->db,
		.must_exist = true,
		.facts = facts,
	};
	struct ldb *db = NULL;
	int r = ldb_open(ctx, &db_opt, &db, err);

	if (r == -ENOENT && !opt->db && !strcmp(err->cause, "no-database")) {
		*ret = NULL;
		return 0;
	}
	if (!r)
		r = ldb_placed_find(db, facts, scan, ret, err);
	ldb_close(db);
	return r;
}
