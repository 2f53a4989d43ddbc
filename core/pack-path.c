/* SPDX-License-Identifier: MIT */
/*
 * Names of files in a pack. Nothing is ever written to where they point, but a
 * pack whose names would lead elsewhere when somebody unpacks it is no pack.
 */
#include "pack.h"

#include <ctype.h>
#include <string.h>

/* Is the part of @path from @part on, up to the next "/", @name? */
static bool part_is(const char *part, const char *name)
{
	size_t len = strcspn(part, "/");

	return len == strlen(name) && !strncmp(part, name, len);
}

const char *pack_path_refusal(const char *path)
{
	if (!*path)
		return "it is empty";
	if (strlen(path) > PACK_MAX_PATH)
		return "it is too long";
	if (*path == '/')
		return "it is absolute";
	if (strchr(path, '\\'))
		return "it has a backslash";
	if (isalpha((unsigned char)path[0]) && path[1] == ':')
		return "it has a drive letter";
	for (const char *p = path; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (part_is(p, ".."))
			return "it leads out of its folder";
		if (part_is(p, ".") || part_is(p, ""))
			return "it has an empty part";
	}
	return NULL;
}

char *pack_path_normal(struct arena *a, const char *path)
{
	char *normal = arena_alloc(a, strlen(path) + 1), *end = normal;

	if (!normal || *path == '/' || strchr(path, '\\') || strlen(path) > PACK_MAX_PATH)
		return NULL;
	for (; *path; path += *path == '/') {
		size_t len = strcspn(path, "/");

		if (part_is(path, "..")) {
			if (end == normal)
				return NULL;
			while (end > normal && *--end != '/')
				;
		} else if (!part_is(path, ".") && len) {
			if (end > normal)
				*end++ = '/';
			memcpy(end, path, len);
			end += len;
		}
		path += len;
	}
	*end = '\0';
	return pack_path_refusal(normal) ? NULL : normal;
}
