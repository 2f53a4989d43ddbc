/* SPDX-License-Identifier: MIT */
/* judge.h - what is said of a build, by people and by advisories */
#ifndef JUDGE_H
#define JUDGE_H

#include "answer.h"

/*
 * Add what advisories say of @build's very bytes, code or table: a verdict for each
 * chip that they name. Their texts are the facts' own.
 */
int judge_add_advisories(const struct ldb_facts *facts, const struct ldb_build *build,
			 struct arena *arena, struct ldb_verdicts *list,
			 struct stk_error *err) stk_must_check;

#endif
