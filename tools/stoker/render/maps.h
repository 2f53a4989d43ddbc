/* SPDX-License-Identifier: MIT */
/* maps.h - devices and RAM as rows to draw, for the terminal and for pages alike */
#ifndef MAPS_H
#define MAPS_H

#include "render.h"

/* ---- sector-map.c ----------------------------------------------------- */

#define SECTOR_SHADES 6

/* Equal sectors one after the other, however many table entries give them. */
struct sector_run {
	uint64_t start, count, size;
	uint64_t first;	    /* number of its first sector, by address */
	unsigned int shade; /* the same for the same size, below SECTOR_SHADES */
};

struct sector_map {
	struct stk_range device; /* as declared; len 0: nothing is */
	struct stk_range extent; /* device and sectors; len 0: there is neither */
	struct sector_run *runs; /* by address; those that hold no sector left out */
	size_t n_runs;
	uint64_t sectors;   /* saturates, as all sums here do */
	uint64_t uncovered; /* bytes of the device that are in no sector */
	uint64_t outside;   /* bytes of sectors that are not in the device */
	bool overlap;	    /* bytes that are in two sectors */
};

/* Ends the program when memory runs out. Free with sector_map_free(). */
void sector_map_make(const struct stk_device *d, struct sector_map *ret);
void sector_map_free(struct sector_map *map);
struct stk_range sector_run_range(const struct sector_run *run);

/* ---- ram-map.c -------------------------------------------------------- */

/* A stretch of RAM and what it is for. */
struct ram_row {
	struct stk_range range;
	bool used;			/* else free */
	enum stk_layout_part_kind kind; /* if used */
	bool on_image;			/* lies in the loader's image: overwrites it */
	bool outside;			/* lies in no RAM that the chip has */
	bool first;			/* begins a range of RAM */
};

struct ram_map {
	struct ram_row *rows; /* by address */
	size_t n_rows;
};

/*
 * RAM that is not known has no free rows: where it ends nobody told. Ends the
 * program when memory runs out. Free with ram_map_free().
 */
void ram_map_make(const struct stk_layout_info *layout, struct ram_map *ret);
void ram_map_free(struct ram_map *map);
/* "functions return here", "pattern that shows an overflow of the stack". */
const char *ram_row_note(const struct ram_row *row, const struct stk_layout_info *layout);

#endif
