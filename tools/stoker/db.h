/* SPDX-License-Identifier: MIT */
/* db.h - what the verbs of 'stoker db' share */
#ifndef TOOL_DB_H
#define TOOL_DB_H

#include "cmd.h"
#include "render/render.h"

struct db_args {
	struct options opt;
	const char *tool, *chip, *format; /* list, search */
	const char *option_state, *host, *reason, *source, *evidence; /* verdict */
	const char *output; /* export */
	/* Of the verb alone: */
	struct stk_ctx *ctx;
	struct opened_db opened;
	const char *const *words; /* after the verb */
	size_t n_words;
	bool told; /* the failure was printed, with what went well */
};

/* Each prints what it has to say, its failure excepted unless it sets told. */
int db_import(struct db_args *a, struct stk_error *err) stk_must_check;
int db_list(struct db_args *a, struct stk_error *err) stk_must_check;
int db_search(struct db_args *a, struct stk_error *err) stk_must_check;
int db_show(struct db_args *a, struct stk_error *err) stk_must_check;
int db_history(struct db_args *a, struct stk_error *err) stk_must_check;
int db_verdict(struct db_args *a, struct stk_error *err) stk_must_check;
int db_export(struct db_args *a, struct stk_error *err) stk_must_check;
int db_check(struct db_args *a, struct stk_error *err) stk_must_check;

#endif
