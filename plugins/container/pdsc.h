/* SPDX-License-Identifier: MIT */
/* pdsc.h - what the reader of a .pdsc and the meaning of its elements share */
#ifndef PDSC_H
#define PDSC_H

#include "source.h"

#define PDSC_MAX_DEPTH	64	/* the deepest that means something has 6 */
#define PDSC_MAX_VALUE	4096	/* of an attribute that is looked at */

struct pdsc {
	const char *name;	/* for sentences */
	const struct pdsc_sink *sink;
	struct stk_error *err;
	void *reader;		/* pdsc-xml.c's */
	unsigned char kinds[PDSC_MAX_DEPTH + 1];	/* pdsc.c's, of the open elements */
	bool has_version;
};

/* ---- pdsc-xml.c ------------------------------------------------------- */

unsigned int pdsc_line(const struct pdsc *p);
/* "'name' line 7: sentence"; -ENOEXEC. */
int pdsc_refuse(struct pdsc *p, const char *cause, const char *fmt, ...) stk_printf(3, 4);
/*
 * An attribute of the element that has begun, in memory that the caller gives,
 * without blanks around it. 1: it is there, 0: it is not, negative: refused.
 */
int pdsc_attribute(struct pdsc *p, const char *name, char ret[PDSC_MAX_VALUE + 1]);

/* ---- pdsc.c: what the reader comes across ----------------------------- */

/* @depth: 0 for the outermost, PDSC_MAX_DEPTH at most. */
int pdsc_begin(struct pdsc *p, int depth, const char *name) stk_must_check;
int pdsc_end(struct pdsc *p, int depth) stk_must_check;
/* @value may be NULL. */
int pdsc_text(struct pdsc *p, int depth, const char *value) stk_must_check;

#endif
