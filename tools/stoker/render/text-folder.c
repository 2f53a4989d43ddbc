/* SPDX-License-Identifier: MIT */
/* inspect -r for people: a row a loader, paths last since they have any length. */
#include "../folder.h"

#include <inttypes.h>

#include "render.h"

/* Digits of a digest that tell the files of a folder apart. */
#define DIGEST_DIGITS 12
#define MAX_DEVICE    40

enum column { FORMAT, DEVICE, START, SIZE, ERRORS, WARNINGS, NOTES, DIGEST, COLUMNS };

/* One line without its path; "-" where there is nothing to say. */
struct line {
	char cell[COLUMNS][MAX_DEVICE + 1];
};

static const struct line head = { {
	"format", "device", "start", "size", "errors", "warnings", "notes", "sha256",
} };

/* In one width, and control bytes must not move the cursor. */
static void device_cell(const char *name, char ret[MAX_DEVICE + 1])
{
	char text[4 * MAX_DEVICE + 8];
	size_t used = 0;

	for (; *name && used <= MAX_DEVICE; name++) {
		unsigned char c = (unsigned char)*name;

		if (c >= 0x20 && c < 0x7F)
			text[used++] = *name;
		else
			used += (size_t)sprintf(text + used, "\\x%02X", c);
	}
	text[used] = '\0';
	if (used > MAX_DEVICE)
		strcpy(text + MAX_DEVICE - 3, "...");
	strcpy(ret, text);
}

static void count_cell(unsigned int n, char ret[MAX_DEVICE + 1])
{
	snprintf(ret, MAX_DEVICE + 1, n ? "%u" : "-", n);
}

static void cells_of(const struct folder_row *row, struct line *ret)
{
	for (int c = 0; c < COLUMNS; c++)
		strcpy(ret->cell[c], "-");
	if (row->format)
		snprintf(ret->cell[FORMAT], sizeof(ret->cell[FORMAT]), "%s", row->format);
	if (row->pack)
		strcpy(ret->cell[FORMAT], "pack");
	if (row->device)
		device_cell(row->device, ret->cell[DEVICE]);
	if (row->device && !row->pack) {
		snprintf(ret->cell[START], sizeof(ret->cell[START]), "0x%08" PRIX64,
			 row->start);
		text_size(row->size, ret->cell[SIZE], sizeof(ret->cell[SIZE]));
	}
	count_cell(row->findings[STK_ERROR], ret->cell[ERRORS]);
	count_cell(row->findings[STK_WARNING], ret->cell[WARNINGS]);
	count_cell(row->findings[STK_NOTE], ret->cell[NOTES]);
	if (row->sha256)
		snprintf(ret->cell[DIGEST], sizeof(ret->cell[DIGEST]), "%.*s",
			 DIGEST_DIGITS, row->sha256);
}

/* ---- rows ------------------------------------------------------------- */

static void widen(int width[COLUMNS], const struct line *line)
{
	for (int c = 0; c < COLUMNS; c++) {
		int len = (int)strlen(line->cell[c]);

		if (len > width[c])
			width[c] = len;
	}
}

static void print_line(FILE *out, const struct line *line, const int width[COLUMNS],
		       const char *path)
{
	for (int c = 0; c < COLUMNS; c++) {
		bool number = c >= SIZE && c <= NOTES;

		fprintf(out, "%*s  ", number ? width[c] : -width[c], line->cell[c]);
	}
	text_safe(out, path);
	putc('\n', out);
}

static void text_rows(FILE *out, const struct folder *f)
{
	int width[COLUMNS] = { 0 };
	struct line line;

	if (!f->n_rows)
		return;
	widen(width, &head);
	for (size_t i = 0; i < f->n_rows; i++) {
		cells_of(&f->rows[i], &line);
		widen(width, &line);
	}
	fputs(colour_on(out, COLOUR_BOLD), out);
	print_line(out, &head, width, "file");
	fputs(colour_off(out), out);
	for (size_t i = 0; i < f->n_rows; i++) {
		cells_of(&f->rows[i], &line);
		print_line(out, &line, width, f->rows[i].path);
	}
}

static void title(FILE *out, bool *said, const char *text)
{
	if (!*said)
		fprintf(out, "\n%s%s%s\n", colour_on(out, COLOUR_BOLD), text,
			colour_off(out));
	*said = true;
}

static void text_errors(FILE *out, const char *name, const struct folder_row *rows,
			size_t n)
{
	bool said = false;

	for (size_t i = 0; i < n; i++) {
		if (!rows[i].err)
			continue;
		title(out, &said, name);
		fprintf(out, "  %s: ", rows[i].err->cause);
		text_safe(out, rows[i].err->msg);
		putc('\n', out);
	}
}

/* ---- groups ----------------------------------------------------------- */

static void text_files(FILE *out, const struct folder_build *b, int indent)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		fprintf(out, "%*s", indent, "");
		text_safe(out, b->rows[i]->path);
		putc('\n', out);
	}
}

static void text_digest(FILE *out, const char *name, const char *digest)
{
	fprintf(out, "%s %.*s", name, DIGEST_DIGITS, digest ? digest : "-");
}

static void text_builds(FILE *out, const struct folder_code *c)
{
	for (size_t i = 0; i < c->n_builds; i++) {
		const struct folder_row *row = c->builds[i].rows[0];

		fputs("    ", out);
		text_digest(out, "file", row->sha256);
		text_digest(out, ", table", row->table_sha256);
		putc('\n', out);
		text_files(out, &c->builds[i], 6);
	}
}

static void text_identical(FILE *out, const struct folder *f)
{
	bool said = false;

	for (size_t i = 0; i < f->n_identical; i++) {
		title(out, &said, "identical builds");
		text_digest(out, "  file", f->identical[i]->rows[0]->sha256);
		putc('\n', out);
		text_files(out, f->identical[i], 4);
	}
}

static void text_same_code(FILE *out, const struct folder *f)
{
	bool said = false;

	for (size_t i = 0; i < f->n_codes; i++) {
		if (f->codes[i].n_builds < 2)
			continue;
		title(out, &said, "same code in different builds");
		text_digest(out, "  code", f->codes[i].builds[0].rows[0]->code_sha256);
		putc('\n', out);
		text_builds(out, &f->codes[i]);
	}
}

static void text_like(FILE *out, const struct folder *f, size_t first)
{
	for (size_t i = first; i < f->n_codes; i++) {
		const struct folder_code *c = &f->codes[i];

		if (c->like != first)
			continue;
		text_digest(out, i == first ? "  code" : "    code",
			    c->builds[0].rows[0]->code_sha256);
		if (i != first)
			fprintf(out, ", %u %% of it the same", c->percent);
		putc('\n', out);
		for (size_t k = 0; k < c->n_builds; k++)
			text_files(out, &c->builds[k], 6);
	}
}

static void text_similar(FILE *out, const struct folder *f)
{
	bool said = false;

	for (size_t i = 0; f->code && i < f->n_codes; i++) {
		if (folder_likes(f, i) < 2)
			continue;
		title(out, &said, "other code, mostly the same functions");
		text_like(out, f, i);
	}
}

/* ---- the whole -------------------------------------------------------- */

static void plural(FILE *out, size_t n, const char *what)
{
	fprintf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void text_counts(FILE *out, const struct folder *f, const struct folder_counts *c)
{
	if (f->n_rows || f->n_unreadable)
		putc('\n', out);
	plural(out, c->loaders, "loader");
	if (c->unusable)
		fprintf(out, " (%zu unusable)", c->unusable);
	fputs(", ", out);
	plural(out, f->n_builds, "build");
	fputs(", ", out);
	plural(out, f->n_codes, "code");
	for (int i = STK_ERROR; i >= STK_NOTE; i--) {
		fputs(", ", out);
		plural(out, c->findings[i], stk_level_name((enum stk_level)i));
	}
	fputs("; ", out);
	plural(out, c->packs, "pack");
	fputs(", ", out);
	plural(out, c->others, "other file");
	putc('\n', out);
}

void text_folder(FILE *out, const struct folder *f, const struct folder_counts *counts)
{
	text_rows(out, f);
	text_errors(out, "unusable", f->rows, f->n_rows);
	text_errors(out, "unreadable", f->unreadable, f->n_unreadable);
	text_identical(out, f);
	text_same_code(out, f);
	text_similar(out, f);
	text_counts(out, f, counts);
}
