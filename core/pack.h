/* SPDX-License-Identifier: MIT */
/* pack.h - what the files that make a pack share */
#ifndef PACK_H
#define PACK_H

#include "arena.h"

/*
 * Limits. The largest public packs have some 30,000 files, 1,500 devices and
 * 300 loaders; what goes far beyond is no pack but an attack on its reader.
 */
#define PACK_MAX_FILES		100000
#define PACK_MAX_PATH		1024
#define PACK_MAX_DEVICES	20000
#define PACK_MAX_LOADERS	4096
/* Of one device, inherited ones included. */
#define PACK_MAX_ELEMENTS	256
/* Over all devices: what a family has counts once for each. */
#define PACK_MAX_INHERITED	500000
#define PACK_MAX_FINDINGS	256

/* Of stk_pack_info and stk_pack_choice; docs/findings/ has a page for each. */
enum pack_rule {
	PACK_RULE_MISSING,
	PACK_RULE_CASE,
	PACK_RULE_IDLE,
	PACK_RULE_TWO_DEFAULTS,
	PACK_RULE_TABLE,
	PACK_RULE_NO_RAM,
	PACK_RULE_MORE_RAM,
	PACK_RULE_LESS_RAM,
	PACK_RULE_NO_DEFAULT,
	PACK_RULE_UNUSABLE,
	PACK_RULE_PYOCD,
	PACK_RULE_PROBE_RS,
	PACK_RULE_MORE,
	PACK_RULE_COUNT
};

extern const struct stk_rule pack_rules[PACK_RULE_COUNT];

/* Pointers; the array is free()d, what they point to is the arena's. */
struct pack_list {
	void **item;
	size_t count, room;
};

/* A file of the container, as the driver numbers it. */
struct pack_entry {
	const char *path;
	uint64_t size;
	size_t number;
	size_t file;		/* index into the public files; STK_PACK_NO_FILE */
};

/* What is known of a loader once stk_pack_check() has seen it. */
struct pack_facts {
	bool known;
	struct stk_range device;	/* of its device table; len 0: none */
	uint64_t ram_size;		/* code and data */
	uint32_t page_size;
};

/* An element that has begun and not ended. */
struct pack_scope {
	enum stk_pack_level level;
	const char *name, *vendor;
	struct pack_list memories, algorithms;
	size_t devices_before;		/* of the pack, when it began */
};

#define PACK_MAX_SCOPES		4

/* The memories of a device in the order of their addresses. */
struct pack_memories {
	const struct stk_pack_device *device;	/* NULL: of none yet */
	const struct stk_pack_memory *item[PACK_MAX_ELEMENTS];
};

struct stk_pack {
	struct stk_pack_info info;
	struct arena arena;
	const struct stk_container_driver *driver;
	void *priv;

	struct pack_list entries;	/* struct pack_entry, by number */
	bool all_files;
	const char *base;		/* folder of the .pdsc, "" or ending in "/" */

	struct pack_scope scopes[PACK_MAX_SCOPES];
	size_t n_scopes;
	struct pack_list algorithms;	/* struct stk_pack_algorithm, as written */
	void *names;			/* of algorithms, each once: a tree of tsearch() */
	struct pack_list devices;	/* struct stk_pack_device */
	size_t inherited;
	struct pack_memories by_address; /* of the device that was asked for last */

	struct stk_pack_file *files;	/* info.files */
	size_t *numbers;		/* the driver's number of each */
	struct pack_facts *facts;	/* and what is known of it; NULL: nothing yet */
	struct pack_list findings;	/* struct stk_finding */
	bool checked;
};

/* What a container driver fills is the pack itself. */
struct stk_pack_builder {
	struct stk_pack *pack;
};

/* pack-build.c */
int pack_list_add(struct pack_list *l, void *item, struct stk_error *err) stk_must_check;
/* "title: @detail". After PACK_MAX_FINDINGS one says that there are more. */
int pack_finding(struct stk_pack *pack, struct pack_list *findings, enum pack_rule rule,
		 const char *detail, struct stk_error *err) stk_must_check;
/* A list of findings as an array in the arena; NULL: out of memory. */
struct stk_finding *pack_findings(struct stk_pack *pack,
				  const struct pack_list *findings);
/* Make what was found so far public. */
int pack_publish(struct stk_pack *pack, struct stk_error *err) stk_must_check;
/* The driver has described everything: make the public arrays. */
int pack_finish(struct stk_pack *pack, struct stk_error *err) stk_must_check;

/* pack-path.c */
/* Why a container's file must not be called so; NULL: it may. */
const char *pack_path_refusal(const char *path);
/* @path without ".", ".." and empty parts; NULL: it leaves the pack, or is none. */
char *pack_path_normal(struct arena *a, const char *path);

/* pack-files.c: the files of a pack, and which algorithm means which. */
int pack_files(struct stk_pack *pack, struct stk_error *err) stk_must_check;

/* pack-find.c */
/* *ret_alike: how many are meant; *ret is the first of them. */
int pack_find_device(const struct stk_pack *pack, const char *name,
		     const struct stk_pack_device **ret, size_t *ret_alike,
		     struct stk_error *err) stk_must_check;

/* pack-choose.c */
/* Is it a loader of the kind that we know, and not IAR's? */
bool pack_is_ours(const struct stk_pack_algorithm *a);
/* May both be used by one processor? */
bool pack_same_processor(const struct stk_pack_algorithm *a,
			 const struct stk_pack_algorithm *b);
/* Where @a runs on @device; len 0: nowhere. @ret_clamped may be NULL. */
struct stk_range pack_ram(struct stk_pack *pack, const struct stk_pack_device *device,
			  const struct stk_pack_algorithm *a, bool *ret_clamped);

/*
 * pack-hosts.c: what other programmers make of the algorithms for @place, which
 * has its options already.
 */
int pack_hosts(struct stk_pack *pack, const struct stk_pack_device *device,
	       struct stk_pack_place *place, struct stk_error *err) stk_must_check;

/* pack-check.c: the findings that concern one device alone. */
int pack_check_device(struct stk_pack *pack, const struct stk_pack_device *device,
		      const struct stk_finding **ret, size_t *ret_count,
		      struct stk_error *err) stk_must_check;

/* pack-uses.c: which devices have which algorithm. */
int pack_uses(struct stk_pack *pack, struct stk_error *err) stk_must_check;
/* Alike in all but the line. */
bool pack_same_algorithm(const struct stk_pack_algorithm *a,
			 const struct stk_pack_algorithm *b);

/* pack-open.c: stk_pack_open() by a driver given by the caller. */
int pack_open(const struct stk_container_driver *driver, const char *path,
	      struct stk_pack **ret, struct stk_error *err) stk_must_check;
/* The loader behind PACK#FILE. -ENOENT without @err: it is none. */
int pack_member(struct stk_ctx *ctx, const char *path, unsigned int flags,
		struct stk_loader **ret, struct stk_error *err) stk_must_check;

#endif
