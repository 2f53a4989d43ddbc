/* SPDX-License-Identifier: MIT */
/*
 * code-view.h - the code of one file as inspect --functions shows it
 *
 * What an analysis found, by function, with names for what it touches. All
 * strings and arrays belong to the view.
 */
#ifndef CODE_VIEW_H
#define CODE_VIEW_H

#include "cmd.h"
#include "render/render.h"

/* Where the names of registers come from. */
enum names_from {
	NAMES_CORE,   /* what every Cortex-M has, no more */
	NAMES_SVD,    /* --svd */
	NAMES_GIVEN,  /* --chip */
	NAMES_CHIP,   /* the chip that a name gives away */
	NAMES_LINE,   /* one of those that a name can mean */
	NAMES_FAMILY, /* another of the family */
};

struct code_names {
	struct stk_ctx *ctx;
	const struct stk_chip *chip; /* NULL: NAMES_CORE */
	const char *family;	     /* whose keys count; NULL: any */
	enum names_from from;
	char why[120]; /* "'STM32G43x-4x' in the device name"; "": nothing told */
};

/* A value that is written somewhere, and what it means there. */
struct told_value {
	uint32_t value;
	char *text; /* "FLASH_KEYR key 1", "LOCK, PG"; NULL: nothing known */
};

#define TOLD_VALUES 16

/* A register, or another address outside the loader's own image. */
struct touched {
	uint64_t address;
	char *name; /* "FLASH_CR"; NULL: not known */
	const struct stk_register *reg;
	size_t reads, writes;
	struct told_value values[TOLD_VALUES]; /* distinct, in order */
	size_t n_values;
	bool more_values; /* others, or some that could not be told */
};

struct callee {
	const char *name; /* NULL: it has none */
	uint64_t address;
};

struct special_count {
	enum stk_special_kind kind;
	const char *text; /* the first of them: "wfi" */
	uint64_t pc;
	size_t count;
};

struct code_line {
	struct stk_code_line line;
	char *text, *comment; /* comment NULL: nothing to say */
};

struct code_function {
	const struct stk_code_function *facts;
	struct touched *touched; /* by address */
	size_t n_touched;
	struct told_value *constants; /* those that mean something, by value */
	size_t n_constants;
	struct callee *calls; /* distinct, in order */
	size_t n_calls;
	size_t blind_calls; /* through registers, not told */
	struct special_count specials[STK_SPECIAL_COUNT];
	size_t n_specials;
	struct code_line *lines; /* of the one that is listed */
	size_t n_lines;
};

struct code_view {
	struct inspected file;
	struct stk_loader *loader;
	struct code_names names;
	const char *analysis; /* NULL: @err says why, or nobody asked */
	struct stk_error err;
	struct code_function *functions;
	size_t n_functions;
};

/*
 * Fill @v->functions from the code of @v->loader, by @v->names: all of them,
 * or with its listing the one that @only names by symbol or address. The
 * error is @v->err.
 */
int code_view_fill(struct code_view *v, const char *only) stk_must_check;
void code_view_free(struct code_view *v);

/* ---- code-names.c ----------------------------------------------------- */

/* The caller frees what these return; NULL: nothing known. */
char *code_name_address(const struct code_names *names, uint64_t address);
/* What @value means when it is written to @reg, which may be NULL. */
char *code_name_value(const struct code_names *names, const struct stk_register *reg,
		      uint32_t value);
/* What to say beside @line of a listing. */
char *code_comment(const struct code_view *v, const struct stk_code_info *code,
		   const struct stk_code_line *line);
/* The symbol of the function at @address, Thumb bit or not; NULL: none. */
const char *code_function_name(const struct stk_code_info *code, uint64_t address);
/* Is it part of the loader's own image, zero-initialised data included? */
bool code_is_own(const struct stk_loader_info *info, uint64_t address);

#endif
