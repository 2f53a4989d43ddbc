/* SPDX-License-Identifier: MIT */
/* pin.h - pins as they lie in the database, and whose versions they speak of */
#ifndef PIN_H
#define PIN_H

#include "build-row.h"

#define TOOL_ANY	"*"
/* Our own command: what it uses where no -l names a loader. */
#define TOOL_STOKER	"stoker"

/* Of a query over pin p, build b, pin_end e. */
#define PIN_COLUMNS                                                                 \
	"p.id, p.tool, p.range, p.device, b.sha256, coalesce(p.name, b.name), "     \
	"p.tree, p.why, p.made, e.made, e.why"
#define PIN_TABLES                                                                  \
	"pin p LEFT JOIN build b ON b.id = p.build "                                \
	"LEFT JOIN pin_end e ON e.pin = p.id"

/* The pin whose PIN_COLUMNS the row begins with; its texts go into @arena. */
int pin_row(const struct db_rows *rows, struct arena *arena, struct ldb_pin *ret,
	    struct stk_error *err) stk_must_check;

/*
 * How the versions of the toolchain @name are ordered, and how it is spelt;
 * "*" and "stoker" are toolchains here.
 */
int pin_tool(struct ldb *db, const char *name, enum ldb_order *ret_order,
	     const char **ret_name, struct stk_error *err) stk_must_check;

#endif
