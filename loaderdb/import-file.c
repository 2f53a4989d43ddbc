/* SPDX-License-Identifier: MIT */
/* What one file gives to import: a loader, or a pack with several. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "import.h"

/* By its ending: that is what hosts look for. */
static bool named_loader(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcasecmp(dot, ".FLM") || !strcasecmp(dot, ".stldr"));
}

/*
 * One that no host can use is kept too if it claims to be a loader, or if the
 * user named it and it is a program at all.
 */
static bool worth_keeping(const struct stk_loader_info *info, bool named)
{
	if (!info->error.code)
		return true;
	return named_loader(info->name) || (named && info->machine);
}

static void drop(struct import_item *item)
{
	stk_loader_close(item->loader);
	free(item->path);
	free(item->tool);
	free(item->version);
	free(item->component);
}

static int add_loader(struct import *im, const char *path, struct stk_loader *loader,
		      struct stk_error *err)
{
	struct import_item item = { .path = strdup(path), .loader = loader };

	if (item.path && import_place(im, &item) == 0)
		return import_add(im, &item, err);
	drop(&item);
	return stk_fail_nomem(err);
}

int import_file(struct import *im, const char *path, bool named, struct stk_error *err)
{
	const struct stk_loader_info *info;
	struct stk_loader *loader;
	struct stk_error why;
	int r = stk_loader_open(im->ctx, path, STK_LOADER_DESCRIBE, &loader, &why);

	if (r == -ENOMEM)
		return stk_fail_nomem(err);
	if (r < 0)
		return import_add_error(im, path, &why, err);
	info = stk_loader_info(loader);
	if (worth_keeping(info, named))
		return add_loader(im, path, loader, err);
	why = info->error;
	stk_loader_close(loader);
	return named ? import_add_error(im, path, &why, err) : 0;
}

/* ---- packs ------------------------------------------------------------ */

static bool is_archive(const struct stk_pack_info *info)
{
	return !strcmp(info->kind, "pack");
}

/* Where the file is: PACK#FILE, or below the unpacked pack's folder. */
static char *path_of(const struct stk_pack_info *info, const char *file)
{
	const char *slash = strrchr(info->path, '/');
	int folder = (int)strlen(info->path);
	char *path;

	if (!strcmp(info->kind, "pdsc"))
		folder = slash ? (int)(slash - info->path) : 0;
	return asprintf(&path, "%.*s%c%s", folder, info->path, is_archive(info) ? '#' : '/',
			file) < 0 ? NULL : path;
}

/* What the pack says of itself, if it does. */
static int fill_origin(struct import_item *item, const struct stk_pack_info *info)
{
	if (!info->vendor || !info->name || !info->version)
		return 0;
	if (asprintf(&item->tool, "%s.%s", info->vendor, info->name) < 0) {
		item->tool = NULL;
		return -ENOMEM;
	}
	if (asprintf(&item->component, "pack %s", info->version) < 0) {
		item->component = NULL;
		return -ENOMEM;
	}
	item->version = strdup(info->version);
	return item->version ? 0 : -ENOMEM;
}

static int import_packed(struct import *im, struct stk_pack *pack, size_t file,
			 struct stk_error *err)
{
	const struct stk_pack_info *info = stk_pack_info(pack);
	struct import_item item = { .path = path_of(info, info->files[file].path) };

	if (!item.path || fill_origin(&item, info) < 0) {
		drop(&item);
		return stk_fail_nomem(err);
	}
	if (stk_pack_loader(im->ctx, pack, file, STK_LOADER_DESCRIBE, &item.loader,
			    &item.error) < 0)
		item.loader = NULL;
	return import_add(im, &item, err);
}

int import_member(struct import *im, const char *path, const char *name,
		  struct stk_error *err)
{
	struct stk_error why;
	struct stk_pack *pack = NULL;
	size_t file;
	int r = stk_pack_open(im->ctx, path, &pack, &why);

	if (!r)
		r = stk_pack_find_file(pack, name, &file, &why);
	if (r == -ENOMEM)
		r = stk_fail_nomem(err);
	else if (r < 0)
		r = import_add_error(im, path, &why, err);
	else
		r = import_packed(im, pack, file, err);
	stk_pack_close(pack);
	return r;
}

int import_pack(struct import *im, const char *path, bool named, size_t *ret_count,
		struct stk_error *err)
{
	struct stk_error why;
	struct stk_pack *pack;
	size_t count = 0;
	int r = stk_pack_open(im->ctx, path, &pack, &why);

	if (r == -ENOMEM)
		return stk_fail_nomem(err);
	if (r < 0) {
		r = named ? import_add_error(im, path, &why, err) : 0;
	} else {
		count = stk_pack_info(pack)->n_files;
		for (size_t i = 0; !r && i < count; i++)
			r = import_packed(im, pack, i, err);
		stk_pack_close(pack);
	}
	if (!r)
		*ret_count = count;
	return r;
}
