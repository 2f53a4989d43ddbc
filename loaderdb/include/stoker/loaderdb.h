/* SPDX-License-Identifier: MIT */
/*
 * loaderdb.h - which loader builds there are, what is known of them, and which
 * one a toolchain shall use: the API of libloaderdb
 *
 *	ldb_facts_open()	what is known without a database: toolchains,
 *				advisories, what lines of logs mean
 *	ldb_scan_run()		the installs of toolchains on this machine
 *	ldb_audit()		which advisories concern a loader or an install
 *	ldb_explain()		what a pasted log says
 *	ldb_open()		the database: one SQLite file
 *	ldb_import_*()		loaders become builds, known by their bytes
 *	ldb_verdict_*()		good, bad, disputed: who says so, of what
 *	ldb_pin_*()		this toolchain and device take that build
 *	ldb_resolve()		which build, why, and what lost
 *	ldb_swap_*()		put it there, keep the original, put it back
 *
 * The rules of stoker.h hold here too: errors, ownership, threads. An answer
 * with several rows is one object, freed with ldb_free(); all that its rows
 * point at is freed with it. Texts are UTF-8 and NULL where nothing is known.
 * Times are seconds since 1970, UTC.
 *
 * Only what takes a struct ldb needs SQLite, which is mapped by ldb_open().
 */
#ifndef STOKER_LOADERDB_H
#define STOKER_LOADERDB_H

#include <stoker/stoker.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Free what a function here returned "for ldb_free()"; NULL is nothing. */
stk_export void ldb_free(const void *answer);

/* ---- versions and ranges ---------------------------------------------- */

/* How versions of a toolchain are ordered. */
enum ldb_order {
	/*
	 * STM32CubeIDE, STM32CubeCLT, plug-ins: numbers between dots, missing
	 * ones are 0; a fourth is the time of a build ("2.0.100.202110141430").
	 */
	LDB_ORDER_CUBEIDE,
	/*
	 * STM32CubeProgrammer: up to three numbers, a "v" in front does not
	 * matter; "-RC01" comes before its release; "+st.1" after it.
	 */
	LDB_ORDER_CUBEPROGRAMMER,
	/*
	 * CMSIS packs: Semantic Versioning 2.0.0, section 11; what is behind
	 * "+" does not count. Packs older than the rule lack a number or have
	 * leading zeros: taken as they mean.
	 */
	LDB_ORDER_PACK,
};

#define LDB_VERSION_MAX	64

/* Is @text a version that @order can order? */
stk_export bool ldb_version_valid(enum ldb_order order, const char *text);
/* <0, 0, >0 as strcmp(); both must be valid. */
stk_export int ldb_version_compare(enum ldb_order order, const char *a, const char *b);

/* From low to high; an empty text is open. All zero: every version. */
struct ldb_range {
	enum ldb_order order;
	char low[LDB_VERSION_MAX], high[LDB_VERSION_MAX];
	bool high_excluded;
};

/*
 * As packs are asked for (Open-CMSIS-Pack: pdsc "version" ranges, csolution
 * pack requirements): "1.3.0" that one alone; ">=1.3.0"; "^1.3.0" below 2.0.0;
 * "~1.3.0" below 1.4.0; "1.2.0:1.4.0" both included; "1.2.0:2.0.0-" the last
 * one and what leads to it excluded; "1.2.0:" and ":1.4.0" open; "" or "*" all.
 * Besides: "<=1.4.0"; "<1.4.0" and "1.2.0:<1.4.0", what leads to it included.
 * -EINVAL with STK_ORIGIN_USAGE: what is wrong with it.
 */
stk_export int ldb_range_parse(enum ldb_order order, const char *text,
			       struct ldb_range *ret, struct stk_error *err) stk_must_check;
/* What is no version of its order is in none but that of every version. */
stk_export bool ldb_range_has(const struct ldb_range *range, const char *version);

enum ldb_relation {
	LDB_EQUAL,
	LDB_INSIDE,	/* a is a part of b */
	LDB_AROUND,	/* b is a part of a */
	LDB_APART,	/* nothing is in both */
	LDB_ACROSS,	/* something is in both, and in each something else */
};

stk_export enum ldb_relation ldb_range_relation(const struct ldb_range *a,
						const struct ldb_range *b);
/* The usual text that ldb_range_parse() reads as @range, in @buf. */
stk_export const char *ldb_range_text(const struct ldb_range *range, char *buf,
				      size_t size);

/*
 * A pattern for part numbers: "STM32G431CB", "STM32G431xB", "STM32G4", "*"; a
 * small "x" is any letter or digit, what is missing at the end is any; other
 * letters in any case. How two of them lie to each other.
 */
stk_export bool ldb_device_matches(const char *pattern, const char *device);
stk_export enum ldb_relation ldb_device_relation(const char *a, const char *b);

/* ---- facts ------------------------------------------------------------ */

struct ldb_facts;

/*
 * The facts built in, and those of @dir (NULL: none): DIR/advisories/STK-*.json
 * or DIR/STK-*.json, and DIR/toolchains.json, DIR/logs.json in the form that
 * the built-in ones have. What has an id that is there already replaces it.
 */
stk_export int ldb_facts_open(const char *dir, struct ldb_facts **ret,
			      struct stk_error *err) stk_must_check;
stk_export void ldb_facts_close(struct ldb_facts *facts);

/* A toolchain: "cubeide", "cubeprogrammer", "cubeclt", "cube-vscode", "keil", ... */
struct ldb_tool {
	const char *name, *title;
	enum ldb_order order;
	bool pack;	/* a CMSIS pack: "Keil.STM32G4xx_DFP" */
};

/*
 * A toolchain by name, in any case; any "Vendor.Pack" is one, and any
 * "owner/repository" of GitHub. Its struct belongs to @facts. -ENOENT with the
 * known names.
 */
stk_export int ldb_tool_find(struct ldb_facts *facts, const char *name,
			     const struct ldb_tool **ret,
			     struct stk_error *err) stk_must_check;

/* What a release brings along; NULL: no source says. */
struct ldb_release {
	const struct ldb_tool *tool;
	const char *version;
	const char *plugin;	/* cubeprogrammer plug-in: "2.0.100.202110141430" */
	const char *programmer;	/* STM32CubeProgrammer: "2.9.0" */
	const char *gdb_server;	/* ST-LINK GDB server: "6.0.0" */
	const char *gdb_plugin;
	const char *source, *basis;	/* "manual", "observed", "assumed" */
};

stk_export const struct ldb_release *ldb_facts_releases(const struct ldb_facts *facts,
							size_t *ret_count);
/* The release of @tool that is @version; NULL: no facts. */
stk_export const struct ldb_release *ldb_release_find(const struct ldb_facts *facts,
						      const char *tool, const char *version);
/* The releases that brought the plug-in @stamp; the first of them, or NULL. */
stk_export const struct ldb_release *ldb_release_of_plugin(const struct ldb_facts *facts,
							   const char *stamp);

/* ---- advisories ------------------------------------------------------- */

struct ldb_affected {
	const char *ecosystem;	/* "stm32-toolchain", "cmsis-pack", "crates.io", "PyPI", "github" */
	const char *name;	/* toolchain, pack or project */
	const struct ldb_range *ranges;	/* any of them; none: all versions */
	size_t n_ranges;
	const char *const *devices;	/* patterns; none: all */
	size_t n_devices;
	const char *option_state;	/* "DBANK=1" */
};

/* How to tell that a loader is one of those meant; every member given must hold. */
struct ldb_mark {
	const char *file_sha256, *code_sha256, *table_sha256;
	const char *finding;	/* "STK-L202" */
	const char *name;	/* file name, in any case: "STM32G43x-4x_128.FLM" */
	const char *text;	/* what it shows, for people; alone it marks nothing */
	bool has_load_address;
	uint64_t load_address;
};

struct ldb_symptom {
	const char *tool;	/* who says it: "cubeprogrammer", "pyocd"; NULL: any */
	const char *text;	/* as users paste it, numbers and names left out as "..." */
	const char *cause;	/* a cause id of diagnose that means it; NULL: none */
};

struct ldb_instead {
	const char *text;	/* what to do, one sentence */
	const char *tool;	/* that release brings what works */
	const char *version;
	const char *name;	/* the loader: "STM32G4xx_128.FLM" */
	const char *file_sha256, *code_sha256;
};

struct ldb_reference {
	const char *type, *url, *title;
};

struct ldb_advisory {
	const char *id;		/* "STK-2026-0001" */
	const char *summary, *details;
	const char *published, *modified, *withdrawn;	/* RFC 3339 */
	const char *basis;	/* "manual", "observed", "reported", "assumed" */
	const char *disputed;	/* who says otherwise; NULL: nobody known */
	const struct ldb_affected *affected;
	size_t n_affected;
	const struct ldb_mark *marks;	/* any of them; none: the toolchain itself */
	size_t n_marks;
	const struct ldb_symptom *symptoms;
	size_t n_symptoms;
	const struct ldb_instead *instead;
	size_t n_instead;
	const struct ldb_reference *references;
	size_t n_references;
	const char *path;	/* the file; "built in" */
};

stk_export const struct ldb_advisory *const *
ldb_facts_advisories(const struct ldb_facts *facts, size_t *ret_count);

/* What may be concerned; NULL where not known. */
struct ldb_subject {
	size_t size;
	const struct ldb_tool *tool;
	const char *version;
	const char *device;		/* part number */
	const char *option_state;
	/* Checked with stk_loader_check(), or findings are not looked at; may be NULL. */
	const struct stk_loader_info *loader;
	/* Where a host loads it, as a .pdsc or a user says. */
	bool has_load_address;
	uint64_t load_address;
	/*
	 * What the loader's own names say of the chip, as patterns: "STM32G431",
	 * "STM32G441". Looked at where device is NULL; none: they say nothing.
	 */
	const char *const *chips;
	size_t n_chips;
};

struct ldb_hit {
	const struct ldb_advisory *advisory;
	bool certain;		/* else: what would have to be known is in why */
	const char *why;	/* one sentence: which mark, which version */
};

struct ldb_hits {
	const struct ldb_hit *item;	/* certain ones first, then by id */
	size_t count;
};

/* *ret is for ldb_free(); nothing found is no error. */
stk_export int ldb_audit(const struct ldb_facts *facts, const struct ldb_subject *subject,
			 const struct ldb_hits **ret, struct stk_error *err) stk_must_check;

/* ---- installs --------------------------------------------------------- */

struct ldb_found_file {
	const char *path;	/* absolute */
	const char *name;	/* of the file in its component: "bin/ExternalLoader/x.stldr" */
	uint64_t size;
	unsigned int mode;	/* permissions and type, as stat() gives them */
	bool link;		/* a symbolic link; size and digest are its target's */
	const char *sha256;	/* NULL: could not be read */
	const char *problem;	/* why not */
};

enum ldb_component_kind {
	LDB_PROGRAMMER,		/* a folder with bin/ExternalLoader or bin/FlashLoader */
	LDB_PACK_FOLDER,	/* an unpacked CMSIS pack */
	LDB_PACK_ARCHIVE,	/* a .pack file */
	LDB_GDB_SERVER,
	LDB_LOADER_FOLDER,	/* loaders outside of any pack: Keil's ARM/Flash */
};

/* "programmer", "pack", "pack-archive", "gdb-server", "loaders". */
stk_export const char *ldb_component_name(enum ldb_component_kind kind);

struct ldb_component {
	enum ldb_component_kind kind;
	const char *path;	/* absolute; of a programmer, the folder that holds bin */
	const char *version;	/* CubeProgrammer's, the server's, the pack's */
	const char *version_from;	/* "folder name", "plug-in stamp", ".pdsc"; with its basis */
	const char *stamp;	/* of an Eclipse plug-in */
	const char *pack;	/* "Keil.STM32G4xx_DFP"; NULL: no pack */
	bool current;		/* what the toolchain uses now */
	const char *why_current;	/* or why not */
	const struct ldb_found_file *files;	/* loaders, by name */
	size_t n_files;
};

struct ldb_install {
	const struct ldb_tool *tool;
	const char *path;	/* absolute */
	const char *version;	/* what counts */
	const char *version_from;
	const char *named;	/* what the folder's name says, where that differs */
	const struct ldb_component *components;
	size_t n_components;
	const char *const *notes;	/* sentences: what is odd about it */
	size_t n_notes;
};

struct ldb_scan {
	const struct ldb_install *installs;	/* by path */
	size_t n_installs;
	const char *const *looked;	/* the folders that were searched */
	size_t n_looked;
	const char *const *problems;	/* sentences: what could not be read */
	size_t n_problems;
	bool everywhere;		/* the usual places: no roots were given */
};

struct ldb_scan_options {
	size_t size;
	/* Where to search; none: the places where installs usually lie. */
	const char *const *roots;
	size_t n_roots;
	bool no_digests;	/* names and versions only */
	const volatile int *cancel;	/* non-zero: -EINTR; may be NULL */
};

/*
 * Find installs; nothing in them is run. @ctx opens pack archives; NULL: they
 * are named, no more. A root that is not there is -ENOENT if it was asked for.
 * *ret is for ldb_free().
 */
stk_export int ldb_scan_run(struct stk_ctx *ctx, struct ldb_facts *facts,
			    const struct ldb_scan_options *opt,
			    const struct ldb_scan **ret, struct stk_error *err) stk_must_check;

/* ---- logs ------------------------------------------------------------- */

struct ldb_log_fact {
	/*
	 * "tool", "version", "chip", "device-id", "address", "loader", "step",
	 * "message"; of a version, tool says whose.
	 */
	const char *kind;
	const char *tool;
	const char *value;
	unsigned int line;	/* of the log, from 1 */
};

struct ldb_log_cause {
	const char *cause;	/* a cause id of diagnose, or one of the facts about logs */
	const char *text;	/* one sentence */
	const char *why;	/* what in the log speaks for it, with lines */
	const char *source;
};

struct ldb_explanation {
	bool known;		/* false: nothing here is understood */
	const struct ldb_log_fact *facts;	/* by line */
	size_t n_facts;
	const char *tool, *version;	/* who wrote the log; NULL: not told */
	const char *chip, *step;	/* "connect", "load", "init", "erase", "program", "verify" */
	bool has_address;
	uint64_t address;		/* where it failed */
	const struct ldb_hit *hits;	/* advisories, the likeliest first */
	size_t n_hits;
	const struct ldb_log_cause *causes;	/* the likeliest first */
	size_t n_causes;
	const char *next;		/* the next command to run */
	const char *next_why;
	const char *unknown;		/* one sentence: why not; NULL: known */
};

/* @ctx knows chips by identity code; *ret is for ldb_free(). */
stk_export int ldb_explain(struct stk_ctx *ctx, struct ldb_facts *facts, const char *log,
			   size_t len, const struct ldb_explanation **ret,
			   struct stk_error *err) stk_must_check;

/* ---- the database ----------------------------------------------------- */

struct ldb;

struct ldb_options {
	size_t size;
	/* NULL: $STOKER_DB, else $XDG_DATA_HOME/stoker/loaders.db, else below ~/.local/share */
	const char *path;
	bool must_exist;	/* do not make a new one: -ENOENT ("no-database") */
	struct ldb_facts *facts;	/* orders of versions; must outlive *ret */
};

/*
 * Open or make it, with its folders; bring an older schema up to date. A newer
 * schema, or a file that is no loader database, is refused and left alone.
 * Another process that writes is waited for.
 */
stk_export int ldb_open(struct stk_ctx *ctx, const struct ldb_options *opt,
			struct ldb **ret, struct stk_error *err) stk_must_check;
stk_export void ldb_close(struct ldb *db);
stk_export const char *ldb_path(const struct ldb *db);

struct ldb_check_result {
	uint64_t builds, bytes, origins, verdicts, pins, swaps;
	uint64_t stored;		/* bytes in the file */
	const char *const *problems;	/* sentences; none: all is well */
	size_t n_problems;
};

/* SQLite's own check, foreign keys, and every digest made again. For ldb_free(). */
stk_export int ldb_check(struct ldb *db, const struct ldb_check_result **ret,
			 struct stk_error *err) stk_must_check;

/* ---- builds ----------------------------------------------------------- */

/* A loader's bytes, and what they say. */
struct ldb_build {
	int64_t id;		/* within this file alone */
	const char *sha256, *code_sha256, *table_sha256;
	const char *name;	/* as it was called when it was first seen */
	uint64_t size;
	const char *format;	/* NULL: no host can use it, see problem */
	const char *problem;
	const char *device_name;
	bool has_range;
	struct stk_range range;	/* of the device */
	const char *family;	/* "STM32G4": what its name gives away */
	int64_t first_seen;
};

struct ldb_builds {
	const struct ldb_build *item;
	size_t count;
};

/* Where bytes were seen. */
struct ldb_origin {
	const char *path;	/* absolute; of a loader in a pack archive PACK#FILE */
	const char *name;	/* base name */
	const char *tool;	/* "cubeide", "Keil.STM32G4xx_DFP"; NULL: a plain file */
	const char *version;
	const char *component;	/* "programmer 2.9.0", "pack 1.3.0" */
	int64_t when;
};

/*
 * Keep @loader's bytes and that they were seen at @origin. *ret_new: the bytes
 * were not known. Committed when it returns. *ret, for ldb_free(), may be NULL.
 */
stk_export int ldb_import_loader(struct ldb *db, struct stk_ctx *ctx,
				 const struct stk_loader *loader,
				 const struct ldb_origin *origin, bool *ret_new,
				 const struct ldb_build **ret,
				 struct stk_error *err) stk_must_check;

struct ldb_import_row {
	const char *path;
	const char *sha256;	/* NULL where error.code is set */
	bool is_new, usable;
	struct stk_error error;
};

/*
 * Import a file, a folder with all below it, a pack, PACK#LOADER, or the loaders of
 * an install; @row is told each and may return non-zero to stop (-EINTR). What is
 * no loader is passed over in folders. Rows are committed in batches; @row is
 * called when the row is safe.
 */
stk_export int ldb_import_path(struct ldb *db, struct stk_ctx *ctx, const char *path,
			       int (*row)(void *data, const struct ldb_import_row *row),
			       void *data, struct stk_error *err) stk_must_check;

struct ldb_query {
	size_t size;
	const char *text;	/* in names, device names, paths; every word of it; NULL: all */
	const char *tool, *version;	/* seen there */
	const char *device;	/* part number that the name gives away */
	const char *format;
	bool has_address;
	uint64_t address;	/* in its device's range */
	size_t limit;		/* 0: none */
};

/* *ret is for ldb_free(); by name, then first seen. */
stk_export int ldb_builds_find(struct ldb *db, const struct ldb_query *query,
			       const struct ldb_builds **ret,
			       struct stk_error *err) stk_must_check;

/*
 * The one build that @ref means: eight or more hex digits of its file's
 * SHA-256; a name; NAME@VERSION, NAME@TOOL@VERSION as it was seen there. None
 * or several: -ENOENT, -ENOTUNIQ with the digests in the sentence. For ldb_free().
 */
stk_export int ldb_build_find(struct ldb *db, const char *ref, const struct ldb_build **ret,
			      struct stk_error *err) stk_must_check;
/* A copy of the bytes, checked against the digest; the caller frees them. */
stk_export int ldb_build_bytes(struct ldb *db, const char *sha256, void **ret,
			       size_t *ret_len, struct stk_error *err) stk_must_check;

struct ldb_origins {
	const struct ldb_origin *item;	/* by time */
	size_t count;
};

stk_export int ldb_build_origins(struct ldb *db, int64_t build,
				 const struct ldb_origins **ret,
				 struct stk_error *err) stk_must_check;

struct ldb_event {
	int64_t when;
	const char *what;	/* "seen", "verdict", "pin", "unpin", "swap", "restore" */
	const char *text;	/* one sentence */
	const char *sha256;	/* the build; NULL: a tree */
};

struct ldb_events {
	const struct ldb_event *item;	/* by time */
	size_t count;
};

/*
 * What happened to the builds whose name is @name or whose digest begins with
 * it; NULL: everything. For ldb_free().
 */
stk_export int ldb_history(struct ldb *db, const char *name, const struct ldb_events **ret,
			   struct stk_error *err) stk_must_check;

/* ---- verdicts --------------------------------------------------------- */

enum ldb_verdict_kind {
	LDB_GOOD,
	LDB_BAD,
	LDB_DISPUTED,
};

/* "good", "bad", "disputed". */
stk_export const char *ldb_verdict_name(enum ldb_verdict_kind kind);

struct ldb_verdict {
	int64_t id;			/* out */
	enum ldb_verdict_kind kind;
	/* What it holds for; NULL: whatever it is used for. */
	const char *chip, *option_state, *host;
	const char *reason;		/* a sentence; must be given */
	const char *source;		/* who says so: a name, a link, "stoker qualify 0.1.0" */
	const char *evidence_sha256;	/* out: of bytes kept here; NULL: none */
	const char *evidence_name;
	int64_t when;			/* out */
};

/* @evidence may be NULL; kept byte by byte. Committed when it returns. */
stk_export int ldb_verdict_add(struct ldb *db, int64_t build,
			       const struct ldb_verdict *verdict, const void *evidence,
			       size_t evidence_len, struct stk_error *err) stk_must_check;

struct ldb_verdicts {
	const struct ldb_verdict *item;	/* by time */
	size_t count;
};

stk_export int ldb_verdicts_of(struct ldb *db, int64_t build,
			       const struct ldb_verdicts **ret,
			       struct stk_error *err) stk_must_check;

/* What verdicts and advisories about a build add up to for one use of it. */
struct ldb_judgement {
	bool known;			/* anything speaks at all */
	enum ldb_verdict_kind kind;
	const char *why;		/* one sentence */
	const char *depends;		/* "DBANK": what decides between them; NULL: nothing */
};

/*
 * NULL: not known. What is said for one option state alone is disputed then, for
 * it may be the other; what is said for one chip or host alone holds for that one,
 * and depends tells. For ldb_free().
 */
stk_export int ldb_judge(struct ldb *db, int64_t build, const char *chip,
			 const char *option_state, const char *host,
			 const struct ldb_judgement **ret,
			 struct stk_error *err) stk_must_check;

/* ---- pins ------------------------------------------------------------- */

struct ldb_pin {
	int64_t id;
	const char *tool, *range, *device;	/* as they were given */
	/* One of the two: */
	const char *sha256, *name;	/* a build */
	const char *from;		/* a tool tree: "cubeide@1.7.0" */
	const char *why;
	int64_t when;
	int64_t ended;			/* 0: in force */
	const char *ended_why;
};

struct ldb_pins {
	const struct ldb_pin *item;	/* by id */
	size_t count;
};

/*
 * One in force for the same toolchain, range, device and place must be ended
 * first: -EEXIST ("pinned"). @pin's id, when and ended are not looked at. Its tool
 * may be "*", any, or "stoker", our own command; a device NULL is "*".
 */
stk_export int ldb_pin_add(struct ldb *db, const struct ldb_pin *pin, int64_t *ret,
			   struct stk_error *err) stk_must_check;
/* What is in its way is ended with it, all or nothing. */
stk_export int ldb_pin_replace(struct ldb *db, const struct ldb_pin *pin, int64_t *ret,
			       struct stk_error *err) stk_must_check;
/* -ENOENT ("no-pin"), -EALREADY ("pin-ended"). */
stk_export int ldb_pin_end(struct ldb *db, int64_t pin, const char *why,
			   struct stk_error *err) stk_must_check;
/* @all: also those that were ended. For ldb_free(). */
stk_export int ldb_pins(struct ldb *db, bool all, const struct ldb_pins **ret,
			struct stk_error *err) stk_must_check;

struct ldb_candidate {
	const struct ldb_pin *pin;	/* NULL: no pin, the only good build */
	const struct ldb_build *build;	/* NULL: a tool tree */
	bool chosen;
	const char *why;		/* it is, or lost to which */
};

/* The answer for one place in the device's memory map; len 0: the tool tree. */
struct ldb_place {
	struct stk_range range;
	const struct ldb_candidate *candidates;	/* the chosen one first */
	size_t n_candidates;
};

struct ldb_answer {
	const struct ldb_place *places;	/* by address, the tree first */
	size_t n_places;
};

struct ldb_question {
	size_t size;
	const char *tool;	/* NULL: "stoker" */
	const char *version;	/* NULL: not known; of "stoker": this one */
	const char *device;	/* part number */
	bool has_address;
	uint64_t address;
	bool or_good;		/* where nothing is pinned: the only build with a good verdict */
};

/*
 * The most specific pin wins: one whose toolchain, versions and devices are a part
 * of the other's. Neither is, and they name different builds: -ENOTUNIQ ("tie")
 * names both. None: -ENOENT ("no-pin"). Pins of "*" hold for every toolchain. Where
 * devices of builds overlap, each part that has the same candidates is a place.
 * For ldb_free().
 */
stk_export int ldb_resolve(struct ldb *db, const struct ldb_question *question,
			   const struct ldb_answer **ret,
			   struct stk_error *err) stk_must_check;

/* ---- swap and restore ------------------------------------------------- */

enum ldb_swap_kind {
	LDB_SWAP_FILE,		/* a loader's bytes */
	LDB_SWAP_TREE,		/* a programmer's folder */
};

/* One thing that changes, or that cannot. */
struct ldb_change {
	enum ldb_swap_kind kind;
	const char *path;		/* absolute */
	const char *before_sha256;	/* what is there; NULL: nothing */
	const char *after_sha256;	/* what comes; NULL: it goes away */
	const char *from;		/* the tree that comes */
	size_t n_files;			/* of a tree */
	const char *why;		/* the pin, or what is put back */
	/*
	 * Restore: what is there is not what was put there: an IDE changed it.
	 * Swap: another swap's bytes are there.
	 */
	const char *caution;
	const char *refused;		/* why it cannot be done; NULL: it can */
	bool done;			/* it is as it shall be already */
	int64_t swap;			/* restore: the swap undone; else 0 until it is run */
	const char *refused_cause;	/* the stable cause id of refused: "immutable" */
};

struct ldb_swap;

struct ldb_swap_info {
	const struct ldb_change *changes;
	size_t n_changes;
	size_t n_refused, n_todo, n_cautions;
};

struct ldb_swap_options {
	size_t size;
	const struct ldb_install *install;	/* must outlive *ret */
	const char *device;		/* NULL: every pin that holds for the install */
	/* The tree of this one instead of the install's; NULL: none */
	const struct ldb_component *programmer_from;
	const char *programmer_from_name;	/* "cubeide@1.7.0" */
	/*
	 * The programmer of a toolchain that a pin names; it must outlive *ret. NULL:
	 * what such pins want is refused.
	 */
	int (*find_programmer)(void *data, const char *name,
			       const struct ldb_component **ret, struct stk_error *err);
	void *find_data;
	bool force;	/* also a build that does not fit what it replaces: a caution */
};

/* What would change; nothing is touched. The caller frees *ret with ldb_swap_free(). */
stk_export int ldb_swap_plan(struct ldb *db, struct stk_ctx *ctx,
			     const struct ldb_swap_options *opt, struct ldb_swap **ret,
			     struct stk_error *err) stk_must_check;
/* What would be put back: below @path, or of swap number @id; NULL and 0: everything. */
stk_export int ldb_restore_plan(struct ldb *db, const char *path, int64_t id,
				struct ldb_swap **ret, struct stk_error *err) stk_must_check;
stk_export const struct ldb_swap_info *ldb_swap_info(const struct ldb_swap *swap);
/*
 * Do it, change by change: the original's bytes are in the database (a tree
 * beside where it was) before anything is replaced, each change is recorded
 * when it is done and its bytes were read again. A failed change ends it; those
 * before stay done and recorded, that one is undone. @cautions: also where
 * there is a caution, whose bytes are kept too.
 */
stk_export int ldb_swap_run(struct ldb_swap *swap, bool cautions,
			    void (*told)(void *data, const struct ldb_change *change),
			    void *data, struct stk_error *err) stk_must_check;
stk_export void ldb_swap_free(struct ldb_swap *swap);

/*
 * Finish or undo what a killed process left; call it before a plan. Sentences of
 * what was done, for ldb_free().
 */
struct ldb_recovery {
	const char *const *told;
	size_t count;
};

stk_export int ldb_recover(struct ldb *db, const struct ldb_recovery **ret,
			   struct stk_error *err) stk_must_check;

enum ldb_drift_kind {
	LDB_IN_PLACE,		/* what was put there is there */
	LDB_CHANGED,		/* something else is there */
	LDB_BACK,		/* the original is there again */
	LDB_GONE,
	LDB_NEW_INSTALL,	/* a pin holds for it, and nothing was swapped there */
	LDB_NEW_PIN,	/* what another pin put there is there, this one's is not */
	LDB_ORIGINAL_LOST,	/* of a tree: it was kept at path, and cannot be put back */
	LDB_UNINSTALLED,	/* with all of its install: no drift */
};

stk_export const char *ldb_drift_name(enum ldb_drift_kind kind);

struct ldb_drift {
	enum ldb_drift_kind kind;
	const char *path, *text;
	const char *next;	/* a command line that mends it; NULL: none does */
	int64_t swap;
};

struct ldb_drifts {
	const struct ldb_drift *item;
	size_t count;
};

/* Since the last swaps and pins, over the installs of @scan. For ldb_free(). */
stk_export int ldb_status(struct ldb *db, struct stk_ctx *ctx, const struct ldb_scan *scan,
			  const struct ldb_drifts **ret, struct stk_error *err) stk_must_check;

/* A programmer that a swap put in the place of a toolchain's own. */
struct ldb_placed {
	const char *path;	/* of the component that it is now */
	int64_t swap;
	const char *from;	/* the tree that it is a copy of */
	const char *why;	/* "the whole programmer of cubeide@1.7.0" */
	const char *version;	/* CubeProgrammer's, by the stamp in @from; NULL: not told */
	const char *basis;	/* of that; NULL too */
	bool changed;		/* another program changed it since */
};

struct ldb_placed_list {
	const struct ldb_placed *item;
	size_t count;
};

/*
 * Of the components in @scan: what a scan cannot see, as the names of folders
 * stay. For ldb_free().
 */
stk_export int ldb_placed_find(struct ldb *db, struct ldb_facts *facts,
			       const struct ldb_scan *scan,
			       const struct ldb_placed_list **ret,
			       struct stk_error *err) stk_must_check;

/* What is known of one loader that a scan found. */
struct ldb_sighting {
	const struct ldb_found_file *file;	/* of the scan, which must outlive this */
	bool known;		/* its bytes are in the database */
	const char *before;	/* other bytes were seen at its path, these never were */
	int64_t before_when;
	bool bad;		/* by verdicts, or by an advisory that knows it for sure */
	const char *why;	/* who says so, one sentence */
};

struct ldb_sightings {
	const struct ldb_sighting *item;	/* in the scan's order, every file once */
	size_t count;
};

/* For ldb_free(). Files that could not be read are neither known nor bad. */
stk_export int ldb_sightings(struct ldb *db, struct stk_ctx *ctx, const struct ldb_scan *scan,
			     const struct ldb_sightings **ret,
			     struct stk_error *err) stk_must_check;

#ifdef __cplusplus
}
#endif
#endif
