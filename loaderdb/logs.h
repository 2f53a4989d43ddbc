/* SPDX-License-Identifier: MIT */
/*
 * logs.h - what lines of logs mean, as logs.toml and a user's logs.json say
 *
 * Three kinds of facts, each with an id of its own; what is read later replaces
 * what has its id already (docs/explain.md):
 *
 *	fact	a line that tells a version, a chip, a device id, an address, ...
 *	message	a line that says that something failed, passed or is going on
 *	rule	messages, and what else must hold, that speak for a cause, or for
 *		nothing that is known: then the rule says what to do all the same
 */
#ifndef LOADERDB_LOGS_H
#define LOADERDB_LOGS_H

#include <regex.h>
#include <stoker/loaderdb.h>

#include "answer.h"
#include "json.h"
#include "logtext.h"

#define LOGS_GROUPS	10	/* of a pattern, the whole of it included */

/* One POSIX extended regular expression, letters in any case. */
struct log_pattern {
	const char *text;
	/* The longest text that every line that matches holds, in small letters; "": none. */
	const char *key;
	size_t key_len;
	size_t number;		/* of all patterns, from 0 */
	regex_t regex;
};

struct log_patterns {
	struct log_pattern *item;
	size_t count;
};

/* Who writes logs: the tools of advisories, and those that are no toolchain. */
struct log_writer {
	const char *name, *title;
	enum ldb_order order;
};

struct log_fact {
	const char *id, *kind;
	const char *tool;		/* whose version, or who writes that; may be NULL */
	const char *prefix;		/* "STM32" in front of what was found; may be NULL */
	unsigned int group;		/* that holds the value; 0: all that matched */
	unsigned int rank;		/* of several chips the lowest holds */
	struct log_patterns patterns;
};

enum log_outcome { LOG_FAILED, LOG_PASSED, LOG_TOLD };

struct log_message {
	const char *id, *tool, *step;	/* tool and step may be NULL */
	enum log_outcome outcome;
	/* The groups of an address: where it failed, or where it is at work; 0: none. */
	unsigned int address;
	struct log_patterns patterns;
};

struct log_texts {
	const char **item;
	size_t count;
};

struct log_rule {
	const char *id, *text;
	const char *cause;		/* NULL: the messages do not tell why; text says so */
	struct log_texts messages;	/* any of these */
	struct log_texts with, without;	/* all of these, none of those */
	const char *tool, *range;	/* a version in it; NULL: any */
	bool unversioned;		/* also if the log does not say the version */
	struct log_texts devices;	/* the chip may be one of these; none: any */
	bool needs_chip;		/* the log must name the chip */
	bool has_addresses;
	uint64_t low, high;		/* where it failed, both included */
	unsigned int rank;		/* the higher, the likelier */
	const char *next, *next_why;	/* a command with {chip}, {loader}, ... */
	const char *source, *basis;
};

struct logs {
	struct arena arena;
	struct log_writer *writers;
	struct log_fact *facts;
	struct log_message *messages;
	struct log_rule *rules;
	size_t n_writers, n_facts, n_messages, n_rules;
	/* For logs_free(): what was compiled, and what the texts belong to. */
	regex_t **compiled;
	size_t n_compiled;
	struct jdoc **docs;
	size_t n_docs;
	size_t n_patterns;
	struct log_index *index;	/* logs-index.c: once all is read */
};

/*
 * What is built in, and DIR/logs.json if there is one; @dir may be NULL. Patterns
 * take a while to compile: only who explains a log asks for it.
 */
int logs_open(const char *dir, struct logs **ret, struct stk_error *err) stk_must_check;
/*
 * Add what @doc says, which belongs to @logs then, also after an error; @logs is
 * only for logs_free() after one.
 */
int logs_read(struct logs *logs, struct jdoc *doc, struct stk_error *err) stk_must_check;
void logs_free(struct logs *logs);

/* Prepare for logs_look(); 0 or -ENOMEM. */
int logs_index(struct logs *logs);
/*
 * Set in @can_match, by number, which patterns the line in @t may match; the others
 * are left as they are. False: none.
 */
bool logs_look(const struct logs *logs, const struct logtext *t, bool *can_match);
/* One of them is set in @can_match. */
bool log_may_match(const struct log_patterns *patterns, const bool *can_match);
/* Does the line in @t match one of those that it may? @groups has LOGS_GROUPS. */
bool log_matches(const struct log_patterns *patterns, const struct logtext *t,
		 const bool *can_match, regmatch_t *groups);

const struct log_message *log_message_find(const struct logs *logs, const char *id);
/* NULL: nobody by that name writes logs. */
const struct log_writer *log_writer_find(const struct logs *logs, const char *name);

/*
 * The longest text that whatever @regex matches must hold, in @key, in small
 * letters; "" if that is not plain to see.
 */
void log_pattern_key(const char *regex, char *key, size_t size);

#endif
