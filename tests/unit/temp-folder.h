/* SPDX-License-Identifier: MIT */
/* temp-folder.h - a folder of a test's own, gone afterwards; files in it */
#ifndef TEMP_FOLDER_H
#define TEMP_FOLDER_H

#include <check.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A test's process runs one at a time. */
static char temp_folder[PATH_MAX];

static inline void temp_make(void)
{
	char name[] = "/tmp/stoker-unit-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(name));
	/* As the library wants it: without symbolic links. */
	ck_assert_ptr_nonnull(realpath(name, temp_folder));
}

static inline int temp_remove_one(const char *path, const struct stat *st, int kind,
				  struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void temp_remove(void)
{
	nftw(temp_folder, temp_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of @name in it; valid until the next but three. */
static inline const char *temp_path(const char *name)
{
	static char paths[4][PATH_MAX + 64];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", temp_folder, name);
	return path;
}

static inline void temp_write(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(temp_path(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(temp_path(name), mode), 0);
}

/* What it holds; "(none)" where it is not. */
static inline const char *temp_text(const char *name)
{
	static char text[4096];
	FILE *f = fopen(temp_path(name), "r");
	size_t n;

	if (!f)
		return "(none)";
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

#endif
