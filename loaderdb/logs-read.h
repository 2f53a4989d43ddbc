/* SPDX-License-Identifier: MIT */
/* logs-read.h - reading the rows of logs.toml, each kind on its own */
#ifndef LOADERDB_LOGS_READ_H
#define LOADERDB_LOGS_READ_H

#include "logs.h"

/* Each of these: 0 or -ENOMEM; what else is wrong the document knows. */
int logs_read_writer(struct logs *logs, const struct jval *in);
int logs_read_fact(struct logs *logs, const struct jval *in);
int logs_read_message(struct logs *logs, const struct jval *in);
int logs_read_rule(struct logs *logs, const struct jval *in);
/* Once all is read: do the rules speak of what there is? */
void logs_check_rules(const struct logs *logs, const struct jval *root);

/* @word must be one of @words, with spaces around each; NULL is fine. */
void logs_check_word(const struct jval *in, const char *member, const char *word,
		     const char *words);

/* The row that has @id, or a new one at the end; NULL: out of memory. */
#define row_of(logs, rows, n, name)						\
	({									\
		__typeof__(&(logs)->rows[0]) row_ = NULL;			\
		for (size_t i_ = 0; i_ < (logs)->n && !row_; i_++)		\
			if (!strcmp((logs)->rows[i_].id, name))			\
				row_ = &(logs)->rows[i_];			\
		row_ ? row_ : answer_grow(&(logs)->arena, &(logs)->rows,	\
					  &(logs)->n, sizeof(*row_));		\
	})

#endif
