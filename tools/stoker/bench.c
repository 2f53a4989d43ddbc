/* SPDX-License-Identifier: MIT */
/* What a job needs, opened from the options: context, loaders, image, host, target. */
#include "cmd.h"

static int open_loaders(struct bench *b, const struct options *opt, struct stk_error *err)
{
	if (!opt->loaders.count && opt->cmd->groups & GROUP_CHOICE)
		return choose_begin(b, opt, err);
	if (!opt->loaders.count)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a loader is needed: -l FILE");
	if (opt->as)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"--as goes without -l: it says whose pins name the loader");
	b->loaders = calloc(opt->loaders.count, sizeof(*b->loaders));
	if (!b->loaders)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < opt->loaders.count; i++) {
		int r = ref_open(opt, b->ctx, opt->loaders.item[i], 0, &b->loaders[i], err);

		if (r < 0)
			return r;
		b->n_loaders++;
	}
	return 0;
}

static int open_target(struct bench *b, const struct options *opt, struct stk_error *err)
{
	const struct stk_target_options target = {
		.size = sizeof(target),
		.wrap = (const char *const *)opt->wraps.item,
		.chip = opt->chip,
		.ram = opt->ram,
		.n_ram = opt->n_ram,
	};

	if (!opt->target)
		return stk_fail(
			err, STK_ORIGIN_USAGE, EINVAL, "usage",
			"a target is needed: -t NAME:ADDRESS, as in -t emu:stm32g431cb");
	return stk_target_open(b->ctx, opt->target, &target, &b->target, err);
}

static int merge_images(const struct options *opt, struct stk_image **images,
			struct stk_image **ret, struct stk_error *err)
{
	if (opt->args.count > 1)
		return stk_image_merge((const struct stk_image *const *)images,
				       opt->args.count, ret, err);
	*ret = images[0];
	images[0] = NULL;
	return 0;
}

static int open_image(struct bench *b, const struct options *opt, struct stk_error *err)
{
	const struct stk_image_options how = {
		.size = sizeof(how),
		.format = opt->image_format,
		.has_base = opt->has_base,
		.base = opt->base,
	};
	struct stk_image **images;
	int r = 0;

	if (!opt->args.count)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a firmware image is needed");
	images = calloc(opt->args.count, sizeof(struct stk_image *));
	if (!images)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < opt->args.count && r == 0; i++)
		r = stk_image_open(b->ctx, opt->args.item[i], &how, &images[i], err);
	if (r == 0)
		r = merge_images(opt, images, &b->image, err);
	for (size_t i = 0; i < opt->args.count; i++)
		stk_image_close(images[i]);
	free(images);
	return r;
}

/* Files first: a wrong name should not cost a connection to a chip. */
int bench_open(struct bench *b, const struct options *opt, struct stk_error *err)
{
	int r = options_ctx(opt, &b->ctx, err);

	if (r == 0 && opt->cmd->groups & GROUP_LOADER)
		r = open_loaders(b, opt, err);
	if (r == 0 && opt->cmd->groups & GROUP_HOST)
		r = host_find(opt, b->ctx, &b->host, err);
	if (r == 0 && opt->cmd->groups & GROUP_IMAGE)
		r = open_image(b, opt, err);
	if (r == 0)
		r = open_target(b, opt, err);
	if (r == 0 && b->db.db)
		r = choose_loaders(b, opt, err);
	return r;
}

void bench_close(struct bench *b)
{
	stk_target_close(b->target);
	stk_image_close(b->image);
	for (size_t i = 0; i < b->n_loaders; i++) {
		stk_loader_close(b->loaders[i]);
		if (b->chosen)
			free(b->chosen[i]);
	}
	free(b->loaders);
	free(b->chosen);
	free(b->lacking);
	opened_db_close(&b->db);
	stk_ctx_free(b->ctx);
}

int bench_whole_devices(struct options *opt, const struct bench *b, struct stk_error *err)
{
	if (opt->n_ranges)
		return 0;
	for (size_t i = 0; i < b->n_loaders; i++) {
		const struct stk_device *d = stk_loader_info(b->loaders[i])->device;

		options_add_range(opt, (struct stk_range){ d->start, d->size });
	}
	return 0;
}
