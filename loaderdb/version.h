/* SPDX-License-Identifier: MIT */
/* version.h - a version taken apart, for ranges of them */
#ifndef VERSION_H
#define VERSION_H

#include <stoker/loaderdb.h>

#include "core.h"

#define VERSION_NUMBERS	4
/* Room for the successor of a version, or a bound made of one. */
#define VERSION_ROOM	(LDB_VERSION_MAX + 8)

/* A part of a text. */
struct span {
	const char *text;
	size_t len;
};

struct version {
	/* Digits without leading zeros; a number that is missing is empty, as 0 is. */
	struct span number[VERSION_NUMBERS];
	struct span pre, post;	/* behind "-" and "+"; len 0: none */
};

/* Take @text apart; points into it. False: no version. Any length. */
bool version_parse(enum ldb_order order, const char *text, struct version *ret);
int version_compare(enum ldb_order order, const struct version *a, const struct version *b);

/* The lowest version that comes after @text, which is valid; in @buf. */
const char *version_next(enum ldb_order order, const char *text, char buf[VERSION_ROOM]);

/*
 * What excludes every version from the next @number (0: major, 1: minor) on,
 * with what leads to that one: "2.0.0-0" for 1.3.0 and 0. False: too long.
 */
bool version_above(enum ldb_order order, const char *text, unsigned int number,
		   char buf[LDB_VERSION_MAX]);

/* Does something like "-RC01" lead to a version of @order? */
static inline bool version_has_pre(enum ldb_order order)
{
	return order != LDB_ORDER_CUBEIDE;
}

/* The lowest version there is. */
static inline const char *version_lowest(enum ldb_order order)
{
	return version_has_pre(order) ? "0.0.0-0" : "0.0.0";
}

#endif
