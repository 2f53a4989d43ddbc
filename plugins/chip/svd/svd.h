/* SPDX-License-Identifier: MIT */
/*
 * svd.h - what the files of the SVD reader share
 *
 * CMSIS-SVD 1.3.10 (Open-CMSIS-Pack, svd_Format_pg): what names addresses is
 * read, the rest (access rules, enumerated values, interrupts) is passed over.
 */
#ifndef SVD_H
#define SVD_H

#include <libxml/tree.h>
#include <stoker/module.h>

extern const struct stk_chip_driver svd_chips;

#define SVD_MAX_BYTES	   (32u << 20)
#define SVD_MAX_REGISTERS  100000u /* of a device, arrays taken apart */
#define SVD_MAX_FIELDS	   400000u
#define SVD_MAX_DIM	   8192u
#define SVD_MAX_STEPS	   100000000u /* from element to element, all in all */
#define SVD_MAX_DERIVED	   8 /* bases of bases */
#define SVD_MAX_CLUSTERS   6 /* within one another */
#define SVD_NAME	   95 /* characters, path of clusters included */

struct svd_block;

/* One file on its way into a struct stk_chip. */
struct svd {
	const char *file;
	struct stk_error *err;
	struct svd_block *blocks; /* all that the chip is made of */
	const xmlNode *peripherals;
	size_t n_registers, n_fields, n_steps;
};

/* ---- svd-pool.c: memory that goes with the chip ----------------------- */

void *svd_alloc(struct svd *s, size_t size);
char *svd_strdup(struct svd *s, const char *text);
void svd_free_blocks(struct svd_block *blocks);

/* ---- svd-xml.c: elements ---------------------------------------------- */

/* An element and what it derives from, nearest first. */
struct svd_chain {
	const xmlNode *node[SVD_MAX_DERIVED + 1];
	size_t count;
};

/* "'x.svd', line 12: ...": fills the error, returns -@code. */
int svd_fail(struct svd *s, const xmlNode *at, int code, const char *cause,
	     const char *fmt, ...) stk_printf(5, 6);
/* First child element called @name, or the next after @after; NULL: none. */
const xmlNode *svd_child(struct svd *s, const xmlNode *parent, const char *name,
			 const xmlNode *after);
bool svd_is(const xmlNode *node, const char *name);
/* The trimmed text of @node, cut off at @len; "" for NULL. Returns @buf. */
const char *svd_text(const xmlNode *node, char *buf, size_t len);
/* The child @name of the first of @chain that has one. */
const xmlNode *svd_get(struct svd *s, const struct svd_chain *chain, const char *name);
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
int svd_derive(struct svd *s, const xmlNode *node, struct svd_chain *ret) stk_must_check;

/* ---- svd-dim.c: arrays and lists -------------------------------------- */

struct svd_dim {
	bool is_array;
	uint64_t count, increment; /* 1, 0: neither array nor list */
	char index[512];	   /* dimIndex; "": 0, 1, 2 ... */
};

int svd_dim(struct svd *s, const struct svd_chain *chain, struct svd_dim *ret) stk_must_check;
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
