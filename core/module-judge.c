/* SPDX-License-Identifier: MIT */
/* What can be said of a module before any of its code runs. */
#include "core.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module-judge.h"

/* A group that has only its namesake in it, as Debian gives every user. */
static bool private_group(uid_t owner, gid_t gid)
{
	const struct passwd *pw = getpwuid(owner);
	const struct group *gr;
	stk_cleanup(freep) char *user = pw && pw->pw_gid == gid ? strdup(pw->pw_name)
								: NULL;

	if (!user)
		return false;
	gr = getgrgid(gid);
	return gr && !strcmp(gr->gr_name, user) && (!gr->gr_mem || !gr->gr_mem[0]);
}

/* Could somebody else have put code there? Fills @why. */
bool judge_trusted(const struct stat *st, const char *path, char *why, size_t len)
{
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		snprintf(why, len, "'%s' belongs to user %u, neither root nor you", path,
			 (unsigned int)st->st_uid);
		return false;
	}
	if (st->st_mode & S_IWOTH) {
		snprintf(why, len, "'%s' can be written by everybody; chmod o-w it", path);
		return false;
	}
	if ((st->st_mode & S_IWGRP) && !private_group(st->st_uid, st->st_gid)) {
		snprintf(why, len, "'%s' can be written by its group; chmod g-w it", path);
		return false;
	}
	return true;
}

/* ---- the ELF note ----------------------------------------------------- */

uint8_t *judge_read(int fd, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	size_t done = 0;

	while (bytes && done < size) {
		ssize_t n = pread(fd, bytes + done, size - done, (off_t)done);

		if (n <= 0) {
			free(bytes);
			return NULL;
		}
		done += (size_t)n;
	}
	return bytes;
}

/* The NUL-separated strings of the note, copied and closed by an empty one. */
char *judge_note_strings(const uint8_t *bytes, size_t size, const char *path,
			  struct stk_error *err)
{
	const struct stk_elf_section *sections;
	struct stk_elf *elf;
	char *ret = NULL;
	size_t n;

	if (stk_elf_new(bytes, size, path, &elf, err))
		return NULL;
	sections = stk_elf_sections(elf, &n);
	for (size_t i = 1; i < n; i++) {
		const struct stk_elf_section *s = &sections[i];
		uint32_t len;

		if (strcmp(s->name, ".note.stoker") || !s->data || s->size < 20)
			continue;
		len = get_le32(s->data + 4);
		if (get_le32(s->data) != 7 || get_le32(s->data + 8) != 1 ||
		    memcmp(s->data + 12, "stoker", 7) || len > s->size - 20)
			continue;
		ret = calloc(1, (size_t)len + 2);
		if (ret)
			memcpy(ret, s->data + 20, len);
		break;
	}
	stk_elf_free(elf);
	if (!ret)
		stk_fail(err, STK_ORIGIN_TARGET, ENOEXEC, "no-module",
			 "'%s' has no .note.stoker: it is no Stoker module", path);
	return ret;
}

const char *judge_note_value(const char *strings, const char *key)
{
	size_t len = strlen(key);

	for (const char *s = strings; *s; s += strlen(s) + 1) {
		if (!strncmp(s, key, len) && s[len] == '=')
			return s + len + 1;
	}
	return NULL;
}
