/* SPDX-License-Identifier: MIT */
/*
 * qualify: the loaders there are in files, folders and packs, and which chips a
 * pack has for each of its own.
 */
#include <sys/stat.h>

#include "folder.h"
#include "qualify.h"

#define NAMED 3 /* devices in a sentence */

static struct qualify_item *add(struct qualify_list *l, const char *container,
				const char *path)
{
	struct qualify_item *item;

	l->item = reallocarray(l->item, l->count + 1, sizeof(*l->item));
	if (!l->item)
		out_of_memory();
	item = &l->item[l->count++];
	*item = (struct qualify_item){ .container = container, .path = strdup(path) };
	if (!item->path)
		out_of_memory();
	return item;
}

/* ---- packs ------------------------------------------------------------ */

static bool uses(const struct stk_pack_device *d, size_t file)
{
	for (size_t i = 0; i < d->n_algorithms; i++)
		if (d->algorithms[i]->file == file)
			return true;
	return false;
}

/* A chip that has virtual ones, and how many of the devices it stands for. */
struct pack_chip {
	const struct stk_chip *chip;
	size_t devices;
};

struct pack_chips {
	struct pack_chip *chip;
	size_t count, devices;
	char named[120]; /* the first devices that use the file */
};

static void count_chip(struct pack_chips *c, const struct stk_chip *chip)
{
	for (size_t i = 0; i < c->count; i++) {
		if (stk_chip_same(c->chip[i].chip, chip)) {
			c->chip[i].devices++;
			return;
		}
	}
	c->chip = reallocarray(c->chip, c->count + 1, sizeof(*c->chip));
	if (!c->chip)
		out_of_memory();
	c->chip[c->count++] = (struct pack_chip){ chip, 1 };
}

static void find_chips(struct stk_ctx *ctx, const struct stk_pack_info *info, size_t file,
		       struct pack_chips *ret)
{
	for (size_t i = 0; i < info->n_devices; i++) {
		const struct stk_pack_device *d = &info->devices[i];
		const struct stk_chip *chip;
		size_t used = strlen(ret->named);

		if (!uses(d, file))
			continue;
		if (ret->devices++ < NAMED)
			snprintf(ret->named + used, sizeof(ret->named) - used, "%s%.30s",
				 used ? ", " : "", d->name);
		if (!stk_chip_find(ctx, d->name, &chip, NULL))
			count_chip(ret, chip);
	}
}

static struct qualify_item *add_inner(struct qualify_list *l, const char *pack,
				      const struct stk_pack_info *info, size_t file)
{
	struct qualify_item *item;
	char *path;

	if (asprintf(&path, "%s#%s", pack, info->files[file].path) < 0)
		out_of_memory();
	item = add(l, pack, path);
	free(path);
	if (asprintf(&item->pdsc, "%s#%s", pack, info->pdsc) < 0)
		out_of_memory();
	return item;
}

static void cannot_run(struct qualify_item *item, const struct pack_chips *c)
{
	item->not_run = true;
	if (!c->devices)
		stk_fail(&item->err, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip",
			 "it serves no device of the pack");
	else
		stk_fail(&item->err, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip",
			 "there is no virtual chip for %s it serves: %s%s",
			 c->devices > 1 ? "any device that" : "the device that", c->named,
			 c->devices > NAMED ? ", ..." : "");
}

/* One for each chip that is not like another one. */
static void add_pack_file(const struct qualify_args *args, struct stk_ctx *ctx,
			  struct qualify_list *l, const char *pack,
			  const struct stk_pack_info *info, size_t file)
{
	struct pack_chips chips = { .count = 0 };

	if (args->common.target) {
		add_inner(l, pack, info, file);
		return;
	}
	find_chips(ctx, info, file, &chips);
	if (!chips.count)
		cannot_run(add_inner(l, pack, info, file), &chips);
	for (size_t i = 0; i < chips.count; i++) {
		struct qualify_item *item = add_inner(l, pack, info, file);

		item->chip = chips.chip[i].chip;
		if (asprintf(&item->how, "for %zu of the %zu devices that use it",
			     chips.chip[i].devices, chips.devices) < 0)
			out_of_memory();
	}
	free(chips.chip);
}

static void add_pack(const struct qualify_args *args, struct stk_ctx *ctx,
		     struct qualify_list *l, const char *path, const char *container)
{
	const struct stk_pack_info *info;
	struct stk_pack *pack;
	struct stk_error err;

	if (stk_pack_open(ctx, path, &pack, &err)) {
		add(l, container, path)->err = err;
		return;
	}
	info = stk_pack_info(pack);
	if (!info->n_files)
		stk_fail(&add(l, container, path)->err, STK_ORIGIN_INPUT, ENOENT,
			 "pack-no-loaders", "there are no loaders in the pack '%s'", path);
	for (size_t i = 0; i < info->n_files; i++)
		add_pack_file(args, ctx, l, path, info, i);
	stk_pack_close(pack);
}

/* ---- folders ---------------------------------------------------------- */

/* An ELF file that nobody named may be anything. */
static bool is_loader(struct stk_ctx *ctx, const struct folder_row *row)
{
	struct stk_loader *loader;
	bool is = row->named;

	if (!is && !stk_loader_open(ctx, row->path, STK_LOADER_DESCRIBE, &loader, NULL)) {
		is = stk_loader_info(loader)->format != NULL;
		stk_loader_close(loader);
	}
	return is;
}

static void add_folder(const struct qualify_args *args, struct stk_ctx *ctx,
		       struct qualify_list *l, const char *path)
{
	const struct list one = { .item = &path, .count = 1 };
	struct folder f = { .n_rows = 0 };
	size_t before = l->count;

	folder_collect(&f, &one);
	for (size_t i = 0; i < f.n_unreadable; i++)
		add(l, path, f.unreadable[i].path)->err = *f.unreadable[i].err;
	for (size_t i = 0; i < f.n_rows; i++) {
		if (f.rows[i].pack)
			add_pack(args, ctx, l, f.rows[i].path, path);
		else if (is_loader(ctx, &f.rows[i]))
			add(l, path, f.rows[i].path);
	}
	if (l->count == before)
		stk_fail(&add(l, path, path)->err, STK_ORIGIN_INPUT, ENOENT,
			 "folder-no-loaders", "there are no loaders in the folder '%s'",
			 path);
	folder_free(&f);
}

/* ---- all of it -------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

void qualify_list_make(const struct qualify_args *args, struct stk_ctx *ctx,
		       struct qualify_list *ret)
{
	const struct list *names = &args->common.args;
	struct qualify_list l = { .count = 0 };

	for (size_t i = 0; i < names->count; i++) {
		const char *path = names->item[i];

		if (stk_pack_probe(path))
			add_pack(args, ctx, &l, path, path);
		else if (is_folder(path))
			add_folder(args, ctx, &l, path);
		else
			add(&l, path, path)->only = true;
	}
	*ret = l;
}

void qualify_list_free(struct qualify_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->item[i].path);
		free(l->item[i].pdsc);
		free(l->item[i].how);
	}
	free(l->item);
}
