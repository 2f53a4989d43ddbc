/* SPDX-License-Identifier: MIT */
/* inspect PACK and inspect PACK#DEVICE: the loaders of a pack, and whom they serve. */
#include "inspect.h"

#include <unistd.h>

/* Everything that is open for one pack. */
struct pack_files {
	struct stk_loader **loaders;	      /* one a file; NULL: not readable */
	struct stk_error *errors;	      /* why not */
	struct inspected *files;	      /* for rendering */
	char **paths;			      /* PACK#FILE */
	const struct stk_loader_info **infos; /* for stk_pack_check() */
	size_t n;
};

static void files_close(struct pack_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		stk_loader_close(f->loaders[i]);
		free(f->paths[i]);
	}
	free(f->loaders);
	free(f->errors);
	free(f->files);
	free(f->paths);
	free(f->infos);
}

static void *array(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		out_of_memory();
	return p;
}

/* One bad file does not keep the others from being shown. */
static void open_file(const struct inspect_args *args, struct stk_ctx *ctx,
		      struct stk_pack *pack, struct pack_files *f, size_t i)
{
	const struct stk_pack_info *info = stk_pack_info(pack);
	struct stk_loader *loader = NULL;

	if (asprintf(&f->paths[i], "%s#%s", info->path, info->files[i].path) < 0)
		out_of_memory();
	f->files[i].path = f->paths[i];
	f->files[i].err = &f->errors[i];
	if (stk_pack_loader(ctx, pack, i, STK_LOADER_DESCRIBE, &loader, &f->errors[i]))
		return;
	if (inspect_check(args, ctx, loader, false, &f->errors[i])) {
		stk_loader_close(loader);
		return;
	}
	f->loaders[i] = loader;
	f->infos[i] = f->files[i].info = stk_loader_info(loader);
}

static void files_open(const struct inspect_args *args, struct stk_ctx *ctx,
		       struct stk_pack *pack, struct pack_files *f)
{
	f->n = stk_pack_info(pack)->n_files;
	f->loaders = array(f->n, sizeof(struct stk_loader *));
	f->errors = array(f->n, sizeof(*f->errors));
	f->files = array(f->n, sizeof(*f->files));
	f->paths = array(f->n, sizeof(char *));
	f->infos = array(f->n, sizeof(struct stk_loader_info *));
	for (size_t i = 0; i < f->n; i++)
		open_file(args, ctx, pack, f, i);
}

/* Is @file among what is shown: all of the pack, or what the device may use? */
static bool is_shown(const struct inspected_pack *p, size_t file)
{
	const struct stk_pack_choice *c = p->choice;

	for (size_t i = 0; c && i < c->device->n_algorithms; i++)
		if (c->device->algorithms[i]->file == file)
			return true;
	return !c;
}

static bool any_fails(const struct inspect_args *args, const struct stk_finding *f,
		      size_t count)
{
	for (size_t i = 0; args->has_fail_on && i < count; i++)
		if (f[i].level >= args->fail_on)
			return true;
	return false;
}

/* What the loaders and the findings mean for the exit code. */
static enum stk_origin verdict(const struct inspect_args *args,
			       const struct inspected_pack *p)
{
	enum stk_origin origin = STK_ORIGIN_NONE;
	bool fails = p->choice
			     ? any_fails(args, p->choice->findings, p->choice->n_findings)
			     : any_fails(args, p->info->findings, p->info->n_findings);

	for (size_t i = 0; i < p->info->n_files; i++)
		if (is_shown(p, i))
			origin = exit_worst(origin, inspect_verdict(args, &p->files[i]));
	return fails ? exit_worst(origin, STK_ORIGIN_LOADER) : origin;
}

static void show(const struct inspect_args *args, const struct inspected_pack *p,
		 size_t index)
{
	if (args->common.json)
		json_inspected_pack(stdout, p, index);
	else
		text_inspected_pack(stdout, p, index);
}

static enum stk_origin refuse(const struct inspect_args *args, const char *path,
			      const struct stk_error *err, size_t index)
{
	const struct inspected file = { .path = path, .err = err };

	if (args->common.json)
		json_loader(stdout, &file, index);
	else
		text_loader(stdout, &file, index);
	return inspect_verdict(args, &file);
}

/* @device NULL: the whole pack. @path is what the user typed. */
static enum stk_origin inspect_one(const struct inspect_args *args, struct stk_ctx *ctx,
				   const char *path, const char *container,
				   const char *device, size_t index)
{
	struct inspected_pack p = { .path = path };
	struct pack_files f = { 0 };
	struct stk_pack *pack = NULL;
	struct stk_error err = { 0 };
	enum stk_origin origin;
	int r = stk_pack_open(ctx, container, &pack, &err);

	if (!r) {
		files_open(args, ctx, pack, &f);
		r = stk_pack_check(pack, f.infos, &err);
		p.info = stk_pack_info(pack);
		p.files = f.files;
	}
	if (!r && device)
		r = stk_pack_choose(pack, device, &p.choice, &err);
	if (r) {
		origin = refuse(args, path, &err, index);
	} else {
		show(args, &p, index);
		origin = verdict(args, &p);
	}
	files_close(&f);
	stk_pack_close(pack);
	return origin;
}

/*
 * PACK#DEVICE: the part before the last "#" is a pack, and what follows is no
 * file, which has a "." or "/" in its name, while a device has none.
 */
static char *device_pack(const char *path)
{
	const char *mark = strrchr(path, '#');
	char *container;

	if (!mark || !mark[1] || strpbrk(mark + 1, "./") || !access(path, F_OK))
		return NULL;
	container = strndup(path, (size_t)(mark - path));
	if (!container)
		out_of_memory();
	if (stk_pack_probe(container))
		return container;
	free(container);
	return NULL;
}

bool inspect_pack(const struct inspect_args *args, struct stk_ctx *ctx, size_t index,
		  enum stk_origin *ret)
{
	const char *path = args->common.args.item[index];
	char *container;

	if (stk_pack_probe(path)) {
		*ret = inspect_one(args, ctx, path, path, NULL, index);
		return true;
	}
	container = device_pack(path);
	if (!container)
		return false;
	*ret = inspect_one(args, ctx, path, container, strrchr(path, '#') + 1, index);
	free(container);
	return true;
}
