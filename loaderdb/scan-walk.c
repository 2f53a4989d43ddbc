/* SPDX-License-Identifier: MIT */
/*
 * The search through folders: links are not followed, so there is no way out of
 * a root and none around in it; what is no folder is not opened.
 */
#include "scan.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

/* A home's deepest: AppData/Local/Arm/Packs, C:/ST/X/STM32CubeIDE. */
#define MAX_DEPTH 12

static bool (*const kinds[])(struct scan *s, const struct folder *f) = {
	scan_cubeide, scan_cubeclt, scan_bundles, scan_keil, scan_programmer, scan_pack,
};

/* Where the system shows itself, and nothing is installed. */
static bool is_pseudo(const char *path)
{
	struct statfs st;

	return !statfs(path, &st) &&
	       (st.f_type == PROC_SUPER_MAGIC || st.f_type == SYSFS_MAGIC);
}

static void walk(struct scan *s, const char *path, unsigned int depth);

static void walk_below(struct scan *s, const struct folder *f, unsigned int depth)
{
	for (size_t i = 0; i < f->count && !scan_stopped(s); i++) {
		if (f->item[i].type == S_IFDIR)
			walk(s, folder_path(s, f, &f->item[i]), depth + 1);
	}
}

static void walk(struct scan *s, const char *path, unsigned int depth)
{
	struct folder f;
	bool taken = false;

	if (depth > MAX_DEPTH || is_pseudo(path)) {
		if (depth > MAX_DEPTH && !s->too_deep)
			s->too_deep = path;
		return;
	}
	if (folder_read(s, path, &f)) {
		for (size_t i = 0; i < ARRAY_SIZE(kinds) && !taken && !scan_stopped(s); i++)
			taken = kinds[i](s, &f);
		if (!taken) {
			scan_archives(s, &f);
			walk_below(s, &f, depth);
		}
	}
	folder_free(&f);
}

void scan_walk(struct scan *s, const char *path)
{
	walk(s, path, 0);
}
