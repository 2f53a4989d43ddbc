/* SPDX-License-Identifier: MIT */
/* inspect PACK and inspect PACK#DEVICE: the loaders of a pack, and whom they serve. */
#include "inspect.h"

#include <unistd.h>

static void *array(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		out_of_memory();
	return p;
}

/* One bad file does not keep the others from being shown. */
static void open_file(const struct inspect_args *args, struct stk_ctx *ctx,
		      struct inspect_pack *p, size_t i)
{
	const struct stk_pack_info *info = stk_pack_info(p->pack);
	struct stk_loader *loader = NULL;

	if (asprintf(&p->paths[i], "%s#%s", info->path, info->files[i].path) < 0)
		out_of_memory();
	p->files[i].path = p->paths[i];
	p->files[i].err = &p->errors[i];
	if (stk_pack_loader(ctx, p->pack, i, STK_LOADER_DESCRIBE, &loader, &p->errors[i]))
		return;
	if (inspect_check(args, ctx, loader, false, &p->errors[i])) {
		stk_loader_close(loader);
		return;
	}
	p->loaders[i] = loader;
	p->files[i].info = stk_loader_info(loader);
}

static int check(struct inspect_pack *p, struct stk_error *err)
{
	const struct stk_loader_info **infos = array(p->n, sizeof(*infos));
	int r;

	for (size_t i = 0; i < p->n; i++)
		infos[i] = p->files[i].info;
	r = stk_pack_check(p->pack, infos, err);
	free(infos);
	return r;
}

int inspect_pack_open(const struct inspect_args *args, struct stk_ctx *ctx,
		      const char *path, struct inspect_pack *ret, struct stk_error *err)
{
	struct inspect_pack p = { 0 };
	int r = stk_pack_open(ctx, path, &p.pack, err);

	if (r)
		return r;
	p.n = stk_pack_info(p.pack)->n_files;
	p.loaders = array(p.n, sizeof(struct stk_loader *));
	p.errors = array(p.n, sizeof(*p.errors));
	p.files = array(p.n, sizeof(*p.files));
	p.paths = array(p.n, sizeof(char *));
	for (size_t i = 0; i < p.n; i++)
		open_file(args, ctx, &p, i);
	r = check(&p, err);
	p.facts = (struct inspected_pack){
		.path = path,
		.info = stk_pack_info(p.pack),
		.files = p.files,
	};
	if (r)
		inspect_pack_close(&p);
	else
		*ret = p;
	return r;
}

void inspect_pack_close(struct inspect_pack *p)
{
	for (size_t i = 0; i < p->n; i++) {
		stk_loader_close(p->loaders[i]);
		free(p->paths[i]);
	}
	free(p->loaders);
	free(p->errors);
	free(p->files);
	free(p->paths);
	stk_pack_close(p->pack);
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
	struct inspect_pack p;
	struct stk_error err = { 0 };
	enum stk_origin origin;

	if (inspect_pack_open(args, ctx, container, &p, &err))
		return refuse(args, path, &err, index);
	p.facts.path = path;
	if (device && stk_pack_choose(p.pack, device, &p.facts.choice, &err)) {
		origin = refuse(args, path, &err, index);
	} else {
		show(args, &p.facts, index);
		origin = verdict(args, &p.facts);
	}
	inspect_pack_close(&p);
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
