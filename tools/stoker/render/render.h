/* SPDX-License-Identifier: MIT */
/*
 * render.h - libstoker's report structs as text or as JSON
 *
 * Each thing has one function per form, over the same struct. jansson is seen
 * in render/json*.c alone. Strings that come from files are printed through
 * text_safe() or json_text(), for a device name may hold any byte.
 */
#ifndef RENDER_H
#define RENDER_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdio.h>
#include <stoker/loaderdb.h>
#include <stoker/module.h>

/* The version of the documents that docs/json.md describes. */
#define JSON_VERSION 1

/* ---- text.c: words for numbers ---------------------------------------- */

/* @s with control bytes as \xNN: it must not move a terminal's cursor. */
void text_safe(FILE *out, const char *s);
/* "128 KiB", "4096 bytes"; exact, never rounded. Returns @buf. */
const char *text_size(uint64_t bytes, char *buf, size_t len);
/* "12.3 ms". Returns @buf. */
const char *text_time(uint64_t ns, char *buf, size_t len);
/* "0x08000000..0x08000800": as --range takes it. Returns @buf. */
const char *text_range(struct stk_range r, char *buf, size_t len);
/* "program", "erase": what a step does. */
const char *text_step(enum stk_step_kind kind);
/* "RAM", "flash", "external", "ROM". */
const char *text_memory_kind(enum stk_memory_kind kind);
/* "code": goes to the target; "table": never does; "empty". */
const char *text_role(enum stk_segment_role role);

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_RED, COLOUR_YELLOW, COLOUR_GREEN };

/* "" unless @out is a terminal that wants colours (NO_COLOR, TERM). */
const char *colour_on(FILE *out, enum colour c);
const char *colour_off(FILE *out);

/* Columns of the terminal that @out is; else $COLUMNS, else 80. */
unsigned int text_columns(FILE *out);
/* The environment asks for UTF-8 (LC_ALL, LC_CTYPE, LANG). */
bool text_utf8(void);

/* "stoker COMMAND: sentence" on stderr; @command may be NULL. */
void say_error(const char *command, const struct stk_error *err);

/* ---- what the commands show ------------------------------------------- */

/* One file of inspect: @info, or @err where it could not be read at all. */
struct inspected {
	const char *path;
	const struct stk_loader_info *info;
	const struct stk_error *err;
};

/* For an array of files: @index counts from 0. */
void text_loader(FILE *out, const struct inspected *file, size_t index);
void json_loader(FILE *out, const struct inspected *file, size_t index);
void json_loaders_end(FILE *out, size_t count);
/* The worst first. */
void text_finding_list(FILE *out, const struct stk_finding *findings, size_t count);

/* A pack of inspect, or one device of it. */
struct inspected_pack {
	const char *path;
	const struct stk_pack_info *info;
	const struct inspected *files;	      /* one for each of its files */
	const struct stk_pack_choice *choice; /* NULL: the whole pack */
};

void text_inspected_pack(FILE *out, const struct inspected_pack *p, size_t index);
void json_inspected_pack(FILE *out, const struct inspected_pack *p, size_t index);

/* One element of the array, without anything around; free() frees it. */
char *json_loader_text(const struct inspected *file);
char *json_pack_text(const struct inspected_pack *p);

/* inspect -r: the files' objects come one after the other, then all the rest. */
struct folder;
struct folder_counts;

void json_folder_begin(FILE *out);
void json_folder_file(FILE *out, const char *text, size_t index);
void json_folder_end(FILE *out, const struct folder *f,
		     const struct folder_counts *counts, const struct stk_error *err);
void text_folder(FILE *out, const struct folder *f, const struct folder_counts *counts);

/* ---- hosts.c ---------------------------------------------------------- */

/* One thing that one host does to a loader, for one or more findings. */
struct host_verdict {
	const char *host, *effect;
	const char *since; /* NULL: all its versions */
};

#define HOST_VERDICTS 16

/*
 * In the order of the findings, notes excepted: with those a host gets along.
 * Returns how many, at most @max.
 */
size_t host_verdicts(const struct stk_loader_info *info, struct host_verdict *ret,
		     size_t max);
/* The @nth finding that says so; NULL: no more. */
const struct stk_finding *host_finding(const struct stk_loader_info *info,
				       const struct host_verdict *verdict, size_t nth);
/* "refuses it", "hangs in it": behind the name of a host. */
const char *text_effect(const char *effect);

/* RAM as one host lays it out: @layout, or @err where it cannot run the loader. */
struct mapped_host {
	const struct stk_host_info *host;
	const struct stk_layout_info *layout;
	struct stk_error err;
};

/* One file of inspect with all that its maps show. */
struct mapped {
	struct inspected file;
	const struct stk_chip *chip; /* whose RAM it is; NULL: not known */
	const char *chip_how;	     /* "given", "told by 'G431' in ..."; no chip: "" */
	const struct mapped_host *hosts;
	size_t n_hosts;
	const struct code_view *code; /* NULL: not looked at; no analysis: could not be */
};

void text_map(FILE *out, const struct mapped *m, size_t index);
/* As json_loader(), with the layouts; json_loaders_end() ends it. */
void json_map(FILE *out, const struct mapped *m, size_t index);
/* One page for all of them. */
void html_page(FILE *out, const struct mapped *const *m, size_t count);
/* What "inspect" shows too: file, device and the like. */
void text_loader_head(FILE *out, const struct inspected *file, size_t index);
void text_loader_device(FILE *out, const struct stk_loader_info *info);
void text_loader_segments(FILE *out, const struct stk_loader_info *info);
void text_loader_error(FILE *out, const struct inspected *file);

/* One file of inspect with the code by function: code-view.h. */
struct code_view;

void text_code_view(FILE *out, const struct code_view *v, size_t index);
/* As json_loader(), with the code; json_loaders_end() ends it. */
void json_code_view(FILE *out, const struct code_view *v, size_t index);

/* Two loaders compared. */
struct compared {
	struct stk_ctx *ctx;
	const struct stk_diff *diff;
	const struct stk_diff_info *info;
	bool code;		/* also list the instructions */
	const char *function;	/* of this function alone; NULL: of all that changed */
};

int text_diff(FILE *out, const struct compared *c, struct stk_error *err) stk_must_check;
int json_diff(FILE *out, const struct compared *c, struct stk_error *err) stk_must_check;
/* Does @c ask for the instructions of this one? */
bool compared_lists(const struct compared *c, const struct stk_diff_function *f);

/* ---- qualify ---------------------------------------------------------- */

enum qualified_state {
	QUALIFIED_GOOD,
	QUALIFIED_BAD,
	QUALIFIED_NOT_JUDGED, /* no check of those asked for applies to it */
	QUALIFIED_NOT_RUN, /* no virtual chip for it */
	QUALIFIED_FAILED,  /* it could not be told */
};

/* What counts as a failure besides a bad loader. */
struct fail_on {
	bool weak, hosts, not_run;
	const char *const *checks; /* ids and groups, NULL-ended; NULL: none */
};

/* One loader of qualify, and what became of it. */
struct qualified {
	const char *path; /* as typed, or PACK#FILE */
	enum qualified_state state;
	const struct stk_qualify_report *report; /* NOT_RUN and FAILED: NULL */
	const struct stk_error *err;		 /* GOOD and BAD: NULL */
	const char *how;		/* why this chip; NULL: it was given */
	const struct fail_on *fail_on;
};

/* A verdict that qualify put into the loader database. */
struct recorded {
	const char *path, *sha256; /* of the loader */
	bool is_new;		   /* it was not known */
	struct ldb_verdict verdict;
};

struct recorded_list {
	const char *database; /* its path */
	const struct recorded *item;
	size_t count;
};

/* "good", "bad", "not-judged", "not-run", "failed". */
const char *qualified_state_name(enum qualified_state s);
/* The first check that failed; NULL: none. */
const struct stk_check *first_failing(const struct stk_qualify_report *r);
/* Does it count as a failure? */
bool check_fails(const struct fail_on *f, const struct stk_check *c);
bool host_fails(const struct fail_on *f, const struct stk_host_trial *t);
bool qualified_fails(const struct qualified *q);
/* "2.7.0 to 2.12.0", "since 2.13.0", "all versions". Returns @buf. */
const char *text_versions(const struct stk_host_trial *t, char *buf, size_t len);
/* "works", "HANGS": with how sure it is. Returns @buf. */
const char *text_host_result(const struct stk_host_trial *t, char *buf, size_t len);

void text_qualify(FILE *out, const struct qualified *q);
/* A row of several, and below it why it is bad. */
void text_qualify_row(FILE *out, const struct qualified *q);
void text_qualify_counts(FILE *out, const size_t count[QUALIFIED_FAILED + 1]);
void text_check_list(FILE *out, const struct stk_check_info *checks, size_t count);
void text_host_matrix(FILE *out, const struct stk_qualify_report *r);
void text_hypotheses(FILE *out, const struct stk_qualify_report *r);
/* The accesses of a call, the last @most of them. */
void text_traffic(FILE *out, const struct stk_trial_call *call, size_t most);
/* One of them, in two columns after the time. */
void text_access(FILE *out, const char *before, const struct stk_access *a);
/* @s in lines of 80 columns, at column @at now; further ones begin at @indent. */
void text_wrapped(FILE *out, unsigned int at, unsigned int indent, const char *s);
/* Names those that are not ours. */
void text_tainted(FILE *out, const struct stk_module_info *const *modules, size_t count);

/* One document whose loaders are printed as they come; free() frees a text. */
char *json_qualify_text(const struct qualified *q);
void json_qualify_begin(FILE *out);
void json_qualify_item(FILE *out, const char *text, size_t index);
/* @recorded may be NULL: that was not asked for. */
void json_qualify_end(FILE *out, const size_t count[QUALIFIED_FAILED + 1],
		      const struct recorded_list *recorded, const struct stk_error *err);
void text_recorded(FILE *out, const char *database, const struct recorded *r);
void json_check_list(FILE *out, const struct stk_check_info *checks, size_t count);

/* What JUnit's readers want to know before they read on. */
struct suite_counts {
	size_t tests, failures, errors, skipped;
	uint64_t ns;
};

void junit_suite(FILE *out, const struct qualified *q, struct suite_counts *ret);
void junit_begin(FILE *out, const struct suite_counts *all);
void junit_end(FILE *out);

/* One page: a part for each, which knows its place among @count. */
void html_qualify_begin(FILE *out, const char *first_path, size_t count);
void html_qualify_part(FILE *out, const struct qualified *q, size_t index, size_t count);
void html_qualify_end(FILE *out);

/* Two loaders at work. */
void text_behaviour(FILE *out, const char *const path[2],
		    const struct stk_behaviour_report *r);
void json_behaviour(FILE *out, const struct stk_loader_info *const loader[2],
		    const struct stk_behaviour_report *r);

/* Pages of findings (pages.h); @count 0: a list of all. */
struct finding_page;
void text_pages(FILE *out, const struct finding_page *const *pages, size_t count);
void json_pages(FILE *out, const struct finding_page *const *pages, size_t count);

struct job_outcome {
	enum stk_action action;
	const struct stk_plan_info *plan;
	const struct stk_report *report; /* NULL: out of memory */
	const struct stk_error *err;	 /* NULL: it went well */
	const char *rescue_path;	 /* NULL: no rescue file was written */
	bool data_elsewhere;		 /* what was read is in a file */
	const char *const *chosen;	 /* why each loader; NULL: -l named them */
};

/* Cause, evidence and remedy, below the sentence. */
void text_link(FILE *out, const struct stk_link_stats *link);
void text_diagnosis(FILE *out, const struct stk_diagnosis *d);
void text_plan(FILE *out, const struct stk_plan_info *plan);
/* @chosen: why each loader; NULL: -l named them. */
void json_plan(FILE *out, const struct stk_plan_info *plan, const char *const *chosen);
/* Success on stdout, what explains a failure on stderr. */
void text_job(const struct job_outcome *o);
void json_job(FILE *out, const struct job_outcome *o);

/* @call is NULL when the call was never made; then @err says why. */
void text_call(const struct stk_call_report *call, const struct stk_error *err);
void json_call(FILE *out, const struct stk_call_report *call, const struct stk_error *err);

/* A board that has begun to serve. */
struct board_listening {
	const char *where;
	const struct stk_target_info *target;
	const struct stk_loader *const *loaders;
	size_t n_loaders;
	const char *const *chosen;	/* why each loader; NULL: -l named them */
	struct stk_board *board;
};

void text_board_listening(FILE *out, const struct board_listening *l);
/* One line each, flushed. */
void json_board_listening(FILE *out, const struct board_listening *l);
void json_board_event(FILE *out, const struct stk_board_event *event);
/* @err: why; NULL: it was told to. */
void json_board_ended(FILE *out, const struct stk_error *err);

void text_modules(FILE *out, const struct stk_module_info *const *modules, size_t count);
void json_modules(FILE *out, const struct stk_module_info *const *modules, size_t count);
void text_module(FILE *out, const struct stk_module_info *module);
void json_module(FILE *out, const struct stk_module_info *module);

void text_target(FILE *out, const struct stk_target_info *target);
void json_target(FILE *out, const struct stk_target_info *target);

void text_chips(FILE *out, const struct stk_chip *const *chips, size_t count);
void json_chips(FILE *out, const struct stk_chip *const *chips, size_t count);
void text_chip(FILE *out, const struct stk_chip *chip);
void json_chip(FILE *out, const struct stk_chip *chip);

/* ---- audit ------------------------------------------------------------- */

/* One thing that was asked about. */
struct audited {
	const char *kind; /* "loader", "toolchain", "programmer", "pack", ... */
	char *name;	  /* its path, or NAME@VERSION as it was given */
	const char *tool; /* what uses it or what it is; NULL: not known */
	char *version;
	char *unused;			/* why the toolchain does not use it; NULL: it does */
	const struct ldb_hits *hits;	/* NULL where error.code is set */
	struct stk_error error;		/* it could not be read */
	bool with_marks, without_marks; /* which of the hits are told here */
};

struct audit_report {
	struct audited *item;
	size_t count;
	const struct ldb_advisory *const *advisories; /* all there are, by id */
	size_t n_advisories;
};

bool audited_tells(const struct audited *a, const struct ldb_hit *hit);
size_t audited_count(const struct audited *a);
/* What could not be read goes to stderr. */
void text_audit(FILE *out, const struct audit_report *r);
void json_audit(FILE *out, const struct audit_report *r);

/* ---- toolchains ------------------------------------------------------- */

struct scanned {
	const struct ldb_scan *scan;
	const struct ldb_sightings *seen; /* NULL: there is no database */
	const struct ldb_placed_list *placed;
	const char *db;			  /* its path, or NULL */
	bool files;			  /* list them */
};

/* The loaders of one component; without @seen, the first of its, the last three are 0. */
struct scan_tally {
	size_t loaders, unreadable, unknown, changed, bad;
};

void scan_tally(const struct ldb_component *c, const struct ldb_sighting *seen,
		struct scan_tally *ret);
/* What is known of the first loader; NULL: there is no database to ask. */
const struct ldb_sighting *scan_seen(const struct scanned *s);
/* The swap that put the component there; NULL: none, or it is not known. */
const struct ldb_placed *scan_placed(const struct ldb_placed_list *list,
				     const struct ldb_component *c);
/* Its version by what it says itself, else by what was put there. */
struct scan_version {
	const char *version, *from; /* NULL: not known */
	const char *basis;	    /* NULL: @from tells */
};
struct scan_version scan_version(const struct ldb_component *c, const struct ldb_placed *p);
/* Problems go to stderr. */
void text_scan(FILE *out, const struct scanned *s);
void json_scan(FILE *out, const struct scanned *s);
void text_drifts(FILE *out, const struct ldb_drifts *drifts);
void json_drifts(FILE *out, const struct ldb_drifts *drifts, bool drifted);
/* ---- the loader database ---------------------------------------------- */

struct import_counts {
	size_t added, known, failed;
};

/* A row of db import as it comes; free() frees the JSON. */
void text_db_import_row(FILE *out, const struct ldb_import_row *row);
char *json_db_import_row_text(const struct ldb_import_row *row);
void text_db_import(FILE *out, const char *path, const struct import_counts *counts);
void json_db_import(FILE *out, const char *path, const char *const *rows, size_t n_rows,
		 const struct import_counts *counts, const struct stk_error *err);

/* What is said of each in sums. */
struct listed_builds {
	const char *path;
	const struct ldb_builds *builds;
	const struct ldb_judgement *const *sums;
};

void text_db_builds(FILE *out, const struct listed_builds *list);
void json_db_builds(FILE *out, const struct listed_builds *list);

struct shown_build {
	const char *path;
	const struct ldb_build *build;
	const struct ldb_origins *origins;
	const struct ldb_verdicts *verdicts;
	const struct ldb_judgement *sum;
};

void text_db_build(FILE *out, const struct shown_build *s);
void json_db_build(FILE *out, const struct shown_build *s);
void text_db_events(FILE *out, const struct ldb_events *events);
void json_db_events(FILE *out, const char *path, const struct ldb_events *events);
void text_db_judged(FILE *out, const struct ldb_build *build,
		 const struct ldb_verdict *verdict, const struct ldb_judgement *sum);
void json_db_judged(FILE *out, const char *path, const struct ldb_build *build,
		 const struct ldb_verdict *verdict, const struct ldb_judgement *sum);
void text_db_exported(FILE *out, const struct ldb_build *build, const char *to);
void json_db_exported(FILE *out, const char *path, const struct ldb_build *build,
		   const char *to);
void text_db_checked(FILE *out, const char *path, const struct ldb_check_result *result);
void json_db_checked(FILE *out, const char *path, const struct ldb_check_result *result,
		  const struct stk_error *err);
/* "2026-11-21T15:20:25Z" in @buf. */
#define TEXT_WHEN 32
const char *text_when(int64_t when, char buf[TEXT_WHEN]);

/* What swap or restore change, would change or changed. */
struct swapped {
	bool restore, run;
	const struct ldb_swap_info *info;
	const struct ldb_recovery *recovered; /* NULL: nothing was looked at */
	const struct stk_error *err; /* NULL: it went well */
};

void text_swapped(FILE *out, const struct swapped *s);
void text_change_done(FILE *out, const struct ldb_change *change, bool restore);
void json_swapped(FILE *out, const struct swapped *s);
/* A pin that was made or ended. */
struct pin_made {
	const struct ldb_pin *pin;
	const char *database;
	const char *imported;	/* the file that was kept for it; NULL: none */
	bool is_new;		/* its bytes were not known */
	char *warnings[2];	/* of the device, of the build */
	size_t n_warnings;
};

/* Warnings go to stderr. */
void text_pin(FILE *out, const struct pin_made *made);
void json_pin(FILE *out, const struct pin_made *made);
void text_pins(FILE *out, const struct ldb_pins *pins);
void json_pins(FILE *out, const char *database, const struct ldb_pins *pins);
void text_resolve(FILE *out, const struct ldb_answer *answer);
void json_resolve(FILE *out, const char *database, const struct ldb_question *question,
		  const struct ldb_answer *answer);

/* An error before there was anything to report. */
void json_failure(FILE *out, const struct stk_error *err);

/* ---- what a log says --------------------------------------------------- */

void text_explanation(FILE *out, const struct ldb_explanation *e);
void json_explanation(FILE *out, const struct ldb_explanation *e);

#endif
