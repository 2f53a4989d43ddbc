/* SPDX-License-Identifier: MIT */
/* The files of a pack: which are loaders, and which algorithm means which. */
#include "pack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* By path in any case: then by path, so that the order is always the same. */
static int by_path(const void *a, const void *b)
{
	const struct pack_entry *const *x = a, *const *y = b;
	int order = strcasecmp((*x)->path, (*y)->path);

	return order ? order : strcmp((*x)->path, (*y)->path);
}

static int find_path(const void *key, const void *item)
{
	const struct pack_entry *const *e = item;

	return strcasecmp(key, (*e)->path);
}

/* On Windows two such files are one: which of the two is a matter of chance. */
static int refuse_twins(const struct stk_pack *pack, struct pack_entry *const *sorted,
			struct stk_error *err)
{
	for (size_t i = 1; i < pack->entries.count; i++) {
		const char *a = sorted[i - 1]->path, *b = sorted[i]->path;

		if (strcasecmp(a, b))
			continue;
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "pack-duplicate-name",
				"'%s' is refused: it has %s '%.160s'%s%.160s%s",
				pack->info.path, strcmp(a, b) ? "both" : "two files", a,
				strcmp(a, b) ? " and '" : "", strcmp(a, b) ? b : "",
				strcmp(a, b) ? "', which are one file on Windows" : "");
	}
	return 0;
}

static bool has_loader_ending(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcasecmp(dot, ".flm") || !strcasecmp(dot, ".stldr"));
}

/* The entry that @a means; NULL: there is none. */
static struct pack_entry *entry_of(struct stk_pack *pack, struct pack_entry **sorted,
				   const struct stk_pack_algorithm *a)
{
	char path[2 * PACK_MAX_PATH + 2];
	struct pack_entry **found;

	snprintf(path, sizeof(path), "%s%s", pack->base, a->name);
	found = pack->entries.count ? bsearch(path, sorted, pack->entries.count,
					      sizeof(struct pack_entry *), find_path)
				    : NULL;
	return found ? *found : NULL;
}

/* Below the .pdsc's folder: what is elsewhere in the archive is not the pack's. */
static bool in_base(const struct stk_pack *pack, const struct pack_entry *e)
{
	return !strncmp(e->path, pack->base, strlen(pack->base));
}

/* Number the loaders, by path. */
static int make_files(struct stk_pack *pack, struct pack_entry **sorted,
		      struct stk_error *err)
{
	struct stk_pack_file *files;
	size_t n = 0;

	for (size_t i = 0; i < pack->entries.count; i++) {
		struct pack_entry *e = sorted[i];

		if (e->file != STK_PACK_NO_FILE ||
		    (in_base(pack, e) && has_loader_ending(e->path)))
			e->file = n++;
	}
	if (n > PACK_MAX_LOADERS)
		return stk_fail(
			err, STK_ORIGIN_INPUT, EFBIG, "pack-too-large",
			"'%s' has more than the %d loaders that are read of a pack",
			pack->info.path, PACK_MAX_LOADERS);
	files = arena_alloc(&pack->arena, (n + 1) * sizeof(*files));
	pack->numbers = arena_alloc(&pack->arena, (n + 1) * sizeof(*pack->numbers));
	if (!files || !pack->numbers)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < pack->entries.count; i++) {
		const struct pack_entry *e = sorted[i];

		if (e->file == STK_PACK_NO_FILE)
			continue;
		files[e->file] = (struct stk_pack_file){ .path = e->path, .size = e->size };
		pack->numbers[e->file] = e->number;
	}
	pack->files = files;
	pack->info.files = files;
	pack->info.n_files = n;
	return 0;
}

/* Let each algorithm know its file. */
static int resolve(struct stk_pack *pack, struct pack_entry **sorted, struct stk_error *err)
{
	int r;

	for (size_t i = 0; i < pack->algorithms.count; i++) {
		struct pack_entry *e = entry_of(pack, sorted, pack->algorithms.item[i]);

		if (e)
			e->file = 0; /* a loader; make_files() numbers it */
	}
	r = make_files(pack, sorted, err);
	if (r)
		return r;
	for (size_t i = 0; i < pack->algorithms.count; i++) {
		struct stk_pack_algorithm *a = pack->algorithms.item[i];
		const struct pack_entry *e = entry_of(pack, sorted, a);

		a->file = e ? e->file : STK_PACK_NO_FILE;
	}
	return 0;
}

/* How many devices and boards may use each file; a device counts once. */
static int count_uses(struct stk_pack *pack, struct stk_error *err)
{
	const struct stk_pack_info *info = &pack->info;
	size_t *last = calloc(info->n_files + 1, sizeof(*last));

	if (!last)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < info->n_devices; i++) {
		const struct stk_pack_device *d = &info->devices[i];

		for (size_t k = 0; k < d->n_algorithms; k++) {
			size_t file = d->algorithms[k]->file;

			if (file == STK_PACK_NO_FILE || last[file] == i + 1)
				continue;
			last[file] = i + 1;
			pack->files[file].n_devices++;
		}
	}
	for (size_t i = 0; i < info->n_algorithms; i++) {
		const struct stk_pack_algorithm *a = info->algorithms[i];

		if (a->level == STK_PACK_BOARD && a->file != STK_PACK_NO_FILE)
			pack->files[a->file].n_boards++;
	}
	free(last);
	return 0;
}

int pack_files(struct stk_pack *pack, struct stk_error *err)
{
	const size_t n = pack->entries.count;
	stk_cleanup(freep) struct pack_entry **sorted = calloc(n + 1, sizeof(*sorted));
	int r;

	if (!sorted)
		return stk_fail_nomem(err);
	if (n)
		memcpy(sorted, pack->entries.item, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(struct pack_entry *), by_path);
	r = refuse_twins(pack, sorted, err);
	if (!r)
		r = resolve(pack, sorted, err);
	return r ? r : count_uses(pack, err);
}

/* ---- by name ---------------------------------------------------------- */

static bool ends_in(const char *path, const char *name)
{
	size_t n = strlen(path), len = strlen(name);

	return n > len && path[n - len - 1] == '/' && !strcasecmp(path + n - len, name);
}

int stk_pack_find_file(const struct stk_pack *pack, const char *name, size_t *ret,
		       struct stk_error *err)
{
	const struct stk_pack_info *info = &pack->info;
	size_t found = STK_PACK_NO_FILE;

	for (size_t i = 0; i < info->n_files; i++) {
		if (strcasecmp(info->files[i].path, name))
			continue;
		*ret = i;
		return 0;
	}
	for (size_t i = 0; i < info->n_files; i++) {
		if (!ends_in(info->files[i].path, name))
			continue;
		if (found != STK_PACK_NO_FILE)
			return stk_fail(
				err, STK_ORIGIN_USAGE, EINVAL, "pack-file-ambiguous",
				"'%s' has '%.120s' and '%.120s'; say which '%.80s' "
				"is meant",
				info->path, info->files[found].path, info->files[i].path,
				name);
		found = i;
	}
	if (found == STK_PACK_NO_FILE)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-such-member",
				"'%s' has no loader '%.160s'", info->path, name);
	*ret = found;
	return 0;
}
