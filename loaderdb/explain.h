/* SPDX-License-Identifier: MIT */
/* explain.h - what the steps of ldb_explain() hand to each other */
#ifndef LOADERDB_EXPLAIN_H
#define LOADERDB_EXPLAIN_H

#include "facts.h"
#include "logs.h"

/* A version that the log tells, or that follows from one. */
struct told_version {
	const char *tool, *version;
	unsigned int line;
	const char *from;	/* NULL: the log says it; else "ST-LINK GDB server 6.0.0" */
};

/* A message, where it was seen first. */
struct told_message {
	const struct log_message *message;
	const char *text;	/* the line */
	unsigned int line;
	size_t column;		/* in bytes */
	bool has_address;
	uint64_t address;
};

struct explain {
	struct stk_ctx *ctx;
	const struct ldb_facts *facts;
	const struct logs *logs;
	struct arena *arena;		/* of the answer */
	struct ldb_explanation *e;
	bool *can_match;		/* patterns, on the line that is looked at */

	struct ldb_log_fact *found;
	size_t n_found;
	struct told_version *versions;
	size_t n_versions;
	struct told_message *messages;
	size_t n_messages;
	const struct told_message *failed;	/* the first that failed; NULL: none */
	bool has_passed;			/* something went well */
	unsigned int odd_line;			/* behind that, of an error; 0: none */

	/* The best that the log tells of the chip; the lowest rank is the best. */
	char *chip;
	unsigned int chip_rank;
	uint32_t device_id;			/* 0: not told */
	const struct stk_chip *known;		/* that one chip; NULL: not one */
	char pattern[24];			/* what holds for all it can be; "": unknown */
	const char *loader;			/* the file; NULL: not told */
	uint64_t at;				/* where it is at work */
	bool has_at;

	/* A report of our own: what it says. */
	const char *report_cause, *report_text, *report_evidence;
	/* The rule that the first cause, or else what is unknown, comes from; NULL: none. */
	const struct log_rule *rule;
	const struct told_message *rule_message;
};

/* Each of these: 0 or -ENOMEM. */

/* explain-lines.c: what the lines tell. */
int explain_lines(struct explain *x, const char *log, size_t len);
int explain_add_fact(struct explain *x, const char *kind, const char *tool,
		     const char *value, unsigned int line);
/* The version of @tool; NULL: not known. */
const struct told_version *explain_version(const struct explain *x, const char *tool);
/* Did @tool write any of it? */
bool explain_is_writer(const struct explain *x, const char *tool);
const struct told_message *explain_message(const struct explain *x, const char *id);

/* explain-report.c: a report of ours, as --json gives it; false: it is none. */
bool explain_report(struct explain *x, const char *log, size_t len);

/* explain-chip.c: what the chip can be, by all that was told. */
int explain_chip(struct explain *x);
/* How @pattern, a part number's, lies to what the chip can be. */
enum chip_fit { CHIP_IS, CHIP_MAY_BE, CHIP_IS_NOT };
enum chip_fit explain_chip_fits(const struct explain *x, const char *pattern);

/* explain-cause.c, explain-advisory.c, explain-next.c */
int explain_versions(struct explain *x);
int explain_causes(struct explain *x);
int explain_advisories(struct explain *x);
int explain_next(struct explain *x);

/* "STM32CubeProgrammer": @tool as people know it. */
const char *explain_title(const struct explain *x, const char *tool);

#endif
