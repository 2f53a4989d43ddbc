/* SPDX-License-Identifier: MIT */
/*
 * svd.h - what the files of the SVD reader share
 *
 * CMSIS-SVD 1.3.10 (Open-CMSIS-Pack, svd_Format_pg): what names addresses is
 * read, the rest (access rules, enumerated values, interrupts) is passed over.
 */
#ifndef SVD_H
#define SVD_H

#include <stoker/module.h>

extern const struct stk_chip_driver svd_chips;

#define SVD_MAX_BYTES	  (32u << 20)
#define SVD_MAX_REGISTERS 100000u /* of a device, arrays taken apart */
#define SVD_MAX_FIELDS	  400000u
#define SVD_MAX_DIM	  8192u
#define SVD_MAX_STEPS	  100000000u /* from element to element, all in all */
#define SVD_MAX_DERIVED	  8	     /* bases of bases */
#define SVD_MAX_CLUSTERS  6	     /* within one another */
#define SVD_NAME	  95	     /* characters, path of clusters included */
#define SVD_TEXT	  511

/* An element, without what nobody here reads. */
struct svd_node {
	const char *name;
	const char *text;	  /* trimmed, cut off at SVD_TEXT */
	const char *derived_from; /* NULL: no such attribute */
	long line;
	const struct svd_node *parent, *children, *next;
};

/* ---- svd-pool.c: memory that is freed at once ------------------------- */

struct svd_block;

/* All zero: empty. */
struct svd_pool {
	struct svd_block *blocks;
};

void *svd_alloc(struct svd_pool *pool, size_t size);
/* A sorted copy of @n things of @size bytes, which it frees; NULL: out of memory. */
void *svd_sorted(struct svd_pool *pool, void *item, size_t n, size_t size,
		 int (*order)(const void *a, const void *b));
char *svd_strdup(struct svd_pool *pool, const char *text);
void svd_free(struct svd_pool *pool);

/* One file on its way into a struct stk_chip. */
struct svd {
	const char *file;
	struct stk_error *err;
	struct svd_pool tree; /* the elements */
	struct svd_pool made; /* all that the chip is made of */
	const struct svd_node *peripherals;
	size_t n_registers, n_fields, n_steps;
};

/* ---- svd-xml.c: the only file that knows libxml2 ---------------------- */

/* The outermost element; it lives in s->tree. */
int svd_parse_xml(struct svd *s, const uint8_t *bytes, size_t len,
		  const struct svd_node **ret) stk_must_check;

/* ---- svd-node.c: elements --------------------------------------------- */

/* An element and what it derives from, nearest first. */
struct svd_chain {
	const struct svd_node *node[SVD_MAX_DERIVED + 1];
	size_t count;
};

/* "'x.svd', line 12: ...": fills the error, returns -@code. */
int svd_fail(struct svd *s, const struct svd_node *at, int code, const char *cause,
	     const char *fmt, ...) stk_printf(5, 6);
/* First child element called @name, or the next after @after; NULL: none. */
const struct svd_node *svd_child(struct svd *s, const struct svd_node *parent,
				 const char *name, const struct svd_node *after);
bool svd_is(const struct svd_node *node, const char *name);
/* The text of @node; "" for NULL. */
const char *svd_text(const struct svd_node *node);
/* The child @name of the first of @chain that has one. */
const struct svd_node *svd_get(struct svd *s, const struct svd_chain *chain,
			       const char *name);
/* Its number; @fallback where there is none. Bad: -EINVAL. */
int svd_number(struct svd *s, const struct svd_chain *chain, const char *name,
	       uint64_t fallback, uint64_t *ret) stk_must_check;
/* The name of an element, only characters of identifiers. None: -EINVAL. */
int svd_name(struct svd *s, const struct svd_chain *chain,
	     char ret[SVD_NAME + 1]) stk_must_check;
/* Whole-string number as SVD has them: 12, 0x1F, #10x1 (x: 0), 4k. */
bool svd_parse(const char *text, uint64_t *ret);

/* ---- svd-derive.c ----------------------------------------------------- */

/* @node with all that it derives from. */
int svd_derive(struct svd *s, const struct svd_node *node,
	       struct svd_chain *ret) stk_must_check;

/* ---- svd-dim.c: arrays and lists -------------------------------------- */

struct svd_dim {
	bool is_array;
	uint64_t count, increment; /* 1, 0: neither array nor list */
	const char *index;	   /* dimIndex; "": 0, 1, 2 ... */
};

int svd_dim(struct svd *s, const struct svd_chain *chain,
	    struct svd_dim *ret) stk_must_check;
/* @name with its %s replaced for element @i. */
void svd_dim_name(const struct svd_dim *dim, const char *name, uint64_t i,
		  char ret[SVD_NAME + 1]);

/* ---- svd-register.c --------------------------------------------------- */

/* What registers inherit from what they are in. */
struct svd_props {
	uint64_t size, reset;
};

int svd_props(struct svd *s, const struct svd_chain *chain,
	      struct svd_props *props) stk_must_check;
/* All registers of the peripheral @chain, and the first byte behind them. */
int svd_registers(struct svd *s, const struct svd_chain *chain,
		  const struct svd_props *props, struct stk_peripheral *ret,
		  uint64_t *ret_end) stk_must_check;

/* ---- svd-field.c ------------------------------------------------------ */

int svd_fields(struct svd *s, const struct svd_chain *chain,
	       struct stk_register *ret) stk_must_check;

#endif
