/* SPDX-License-Identifier: MIT */
/* pages.h - docs/findings, built into the command */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

struct finding_page {
	const char *id;		/* "STK-S006" */
	const char *level, *title;
	const char *text;	/* the page as it stands */
};

/* By id; ended by a NULL id. */
extern const struct finding_page finding_pages[];

#endif
