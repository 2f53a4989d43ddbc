/* SPDX-License-Identifier: MIT */
/*
 * scan.h - what the files of a scan share
 *
 * A folder is read once (struct folder) and shown to each kind of install in
 * turn (scan-walk.c); the first that knows it takes it, and what lies below is
 * then that one's. Packs are gathered and put together by their root at the end.
 * What an install says of itself counts; the name of a folder is the last resort.
 *
 * Everything here is void: out of memory and cancelled stay in struct scan,
 * where loops look at them; what cannot be read becomes a sentence of the answer.
 */
#ifndef SCAN_H
#define SCAN_H

#include <sys/stat.h>
#include <string.h>
#include <strings.h>

#include "answer.h"

struct found_pack {
	struct ldb_component component;
	const char *root; /* of the packs that it lies among; NULL: alone */
};

struct scan {
	struct arena *arena; /* of the answer */
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	const struct ldb_scan_options *opt;
	struct ldb_scan *ret;
	struct found_pack *packs;
	size_t n_packs;
	const char *root;     /* what is being searched */
	const char *too_deep; /* the first folder that was */
	struct stk_error *err;
	int stop; /* -ENOMEM, -EINTR, ...: it is over */
};

/* ---- scan.c ----------------------------------------------------------- */

/* A text of the answer; "" when memory ran out. */
const char *scan_say(struct scan *s, const char *fmt, ...) stk_printf(2, 3);
/* Room for one more, as answer_grow(); NULL when memory ran out. */
void *scan_grow(struct scan *s, void *items, size_t *count, size_t size);
/* One more sentence in a list of them. */
void scan_add(struct scan *s, const char *const **list, size_t *count, const char *text);
/* A sentence of what could not be read. */
void scan_problem(struct scan *s, const char *path, const char *why);
/* Is it over? Looks at the caller's flag too. */
bool scan_stopped(struct scan *s);
/* One more install of the toolchain @tool at @path; NULL when it is over. */
struct ldb_install *scan_install(struct scan *s, const char *tool, const char *path);
void scan_component(struct scan *s, struct ldb_install *install,
		    const struct ldb_component *component);

/* ---- scan-folder.c ---------------------------------------------------- */

struct entry {
	const char *name;
	mode_t type; /* S_IFDIR, ...; S_IFLNK: not followed */
};

struct folder {
	const char *path;
	struct entry *item; /* by name, as they are spelled */
	size_t count;
	const char **kept; /* what swaps keep there: no part of an install */
	size_t n_kept;
	struct arena arena;
};

/*
 * Read @path, which is not followed where it is a link. False: it could not be
 * read, which was said. Free with folder_free() in any case.
 */
bool folder_read(struct scan *s, const char *path, struct folder *ret);
void folder_free(struct folder *f);
/* By name, in this case or else in any; @type 0: whatever it is. NULL: none. */
const struct entry *folder_find(const struct folder *f, const char *name, mode_t type);
/* Was the folder @path, or one that is called so in @f, put there by a swap? */
bool folder_swapped(const struct folder *f, const char *name);
bool path_swapped(struct scan *s, const char *path);
/* The path of the entry, in the answer's memory. */
const char *folder_path(struct scan *s, const struct folder *f, const struct entry *e);
/*
 * @rel ("bin/ExternalLoader") below @base, spelled as it lies there, links in
 * it followed as long as they stay within @install. NULL: there is none, or it
 * is not of @type.
 */
const char *path_below(struct scan *s, const char *install, const char *base,
		       const char *rel, mode_t type);
/* Does @path, with links followed, lie in the folder @in? NULL errno: no such. */
bool path_inside(const char *in, const char *path);
const char *path_base(const char *path);
/* The folder that it lies in. */
const char *path_parent(struct scan *s, const char *path);
bool name_ends(const char *name, const char *suffix);

/* ---- scan-files.c ----------------------------------------------------- */

/*
 * Text of a small file with a NUL behind it, which free() frees; NULL: it is not
 * there, or cannot be read, which is said.
 */
char *file_text(struct scan *s, const char *path);
/* The value of "key=value" lines, blanks around it left out; NULL: not there. */
const char *text_value(struct scan *s, const char *text, const char *key);
/* Add the loaders below @folder, which lies in @c->path, of @install. */
void files_below(struct scan *s, const char *install, struct ldb_component *c,
		 const char *folder);

/* ---- scan-version.c --------------------------------------------------- */

/* "1.8.0" of "stm32cubeide_1.8.0"; NULL: it names none. */
const char *version_in_name(struct scan *s, enum ldb_order order, const char *name);
/* What bin/version of a programmer says; NULL: nothing. */
const char *version_of_programmer(struct scan *s, const char *path);
/* The highest-versioned of a kind becomes the current one; @why ends its sentence. */
void version_mark_newest(struct scan *s, struct ldb_install *install, enum ldb_order order,
			 enum ldb_component_kind kind, const char *why);
/* The name of the folder, or of the one around it, says otherwise: note it. */
void version_note_name(struct scan *s, struct ldb_install *install,
		       const char *const *paths, size_t n_paths);

/* ---- kinds of installs: true, it is one and was taken ------------------ */

bool scan_cubeide(struct scan *s, const struct folder *f);
bool scan_cubeclt(struct scan *s, const struct folder *f);
bool scan_bundles(struct scan *s, const struct folder *f);
bool scan_programmer(struct scan *s, const struct folder *f);
bool scan_keil(struct scan *s, const struct folder *f);
bool scan_pack(struct scan *s, const struct folder *f);
/* Archives lie among other things: nothing is taken. */
void scan_archives(struct scan *s, const struct folder *f);
/* One archive alone, or the .pdsc of an unpacked pack; false: it is neither. */
bool scan_pack_file(struct scan *s, const char *path);
/* Packs by their roots, at the end. */
void scan_finish_packs(struct scan *s);

/* A programmer's folder as a component; its version is what it says itself, or NULL. */
void programmer_fill(struct scan *s, const char *install, const char *path,
		     struct ldb_component *ret);
/* A swap put it there and it does not say its version: no name tells it. That is noted. */
bool programmer_swapped(struct scan *s, struct ldb_install *install,
			const struct ldb_component *c);
/* The stamp in a plug-in's name, "...cubeprogrammer.linux64_2.0.100.2021..."; or NULL. */
const char *plugin_stamp(const char *name, const char *plugin);
#define PLUGIN_PROGRAMMER "com.st.stm32cube.ide.mcu.externaltools.cubeprogrammer."
#define PLUGIN_GDB_SERVER "com.st.stm32cube.ide.mcu.externaltools.stlink-gdb-server."
/* The version that the facts know for a plug-in stamp, with where it comes from. */
void programmer_from_stamp(struct scan *s, struct ldb_component *c);

/* ---- scan-walk.c ------------------------------------------------------ */

/* Search @path and below; @path is real. */
void scan_walk(struct scan *s, const char *path);

/* ---- scan-places.c ---------------------------------------------------- */

/* Search the places where installs usually lie; a place that is not there is none. */
void scan_places(struct scan *s);

#endif
