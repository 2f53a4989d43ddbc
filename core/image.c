/* SPDX-License-Identifier: MIT */
/* Firmware images: which module reads a file, and several as one. */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "image.h"
#include "modules.h"

#define DEFAULT_MAX (256ull << 20)

static void image_closep(struct stk_image **image)
{
	stk_image_close(*image);
}

static void image_builder_freep(struct stk_image_builder **b)
{
	image_builder_free(*b);
}

/* What the caller knows of the options, the rest as if not given. */
static struct stk_image_options options_of(const struct stk_image_options *opt)
{
	struct stk_image_options o = { 0 };

	if (opt)
		memcpy(&o, opt, opt->size < sizeof(o) ? opt->size : sizeof(o));
	o.size = sizeof(o);
	if (!o.max_bytes)
		o.max_bytes = DEFAULT_MAX;
	return o;
}

static const char *display_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

static bool usable(const struct stk_image_driver *driver)
{
	return stk_offers(driver, probe) && stk_offers(driver, parse);
}

static int by_name(const struct stk_image_driver *const *drivers, size_t n,
		   const char *name, const struct stk_image_driver **ret,
		   struct stk_error *err)
{
	char known[128] = "";
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (!usable(drivers[i]))
			continue;
		if (!strcmp(drivers[i]->name, name)) {
			*ret = drivers[i];
			return 0;
		}
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used,
						 "%s%s",
						 used ? ", " : "", drivers[i]->name);
	}
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "unknown-format",
			"no module reads images of format '%s'; known: %s", name,
			used ? known : "none");
}

static int by_content(const struct stk_image_driver *const *drivers, size_t n,
		      const char *what, const uint8_t *bytes, size_t len,
		      const struct stk_image_driver **ret, struct stk_error *err)
{
	const struct stk_image_driver *best = NULL, *rival = NULL;
	int best_score = 0;

	for (size_t i = 0; i < n; i++) {
		int score = usable(drivers[i]) ? drivers[i]->probe(bytes, len) : 0;

		if (score == best_score)
			rival = drivers[i];
		if (score <= best_score)
			continue;
		best = drivers[i];
		best_score = score;
		rival = NULL;
	}
	if (!best)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "unknown-format",
				"'%s' is in no format that the installed modules read",
				what);
	if (rival)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "ambiguous-format",
				"'%s' may be %s as well as %s: say which", what,
				best->name, rival->name);
	*ret = best;
	return 0;
}

int image_parse(const struct stk_image_driver *const *drivers, size_t n_drivers,
		const char *path, const uint8_t *bytes, size_t len,
		const struct stk_image_options *opt, struct stk_image **ret,
		struct stk_error *err)
{
	stk_cleanup(image_builder_freep) struct stk_image_builder *b = NULL;
	struct stk_image_options o = options_of(opt);
	const char *what = display_name(path);
	const struct stk_image_driver *driver = NULL;
	int r;

	if (!len)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "file-empty",
				"'%s' is empty", what);
	if (o.format)
		r = by_name(drivers, n_drivers, o.format, &driver, err);
	else
		r = by_content(drivers, n_drivers, what, bytes, len, &driver, err);
	if (r)
		return r;
	r = image_builder_new(what, o.has_base ? o.base : 0, o.max_bytes, &b, err);
	if (r)
		return r;
	r = driver->parse(what, bytes, len, &o, b, err);
	if (r)
		return r;
	return image_builder_finish(b, path, driver->name, ret, err);
}

int stk_image_from_memory(struct stk_ctx *ctx, const char *name, const void *bytes,
			  size_t len, const struct stk_image_options *opt,
			  struct stk_image **ret, struct stk_error *err)
{
	const struct stk_image_driver *const *drivers;
	size_t n;
	int r = module_images(ctx, &drivers, &n, err);

	return r ? r : image_parse(drivers, n, name, bytes, len, opt, ret, err);
}

/*
 * The largest file worth reading: hexadecimal text has about three characters
 * a byte, an ELF file has debugging information besides.
 */
static uint64_t max_file(const struct stk_image_options *opt)
{
	uint64_t max = options_of(opt).max_bytes;

	if (max < DEFAULT_MAX)
		return DEFAULT_MAX;
	return max > UINT64_MAX / 4 ? UINT64_MAX : max * 4;
}

int stk_image_open(struct stk_ctx *ctx, const char *path,
		   const struct stk_image_options *opt, struct stk_image **ret,
		   struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *bytes = NULL;
	size_t len;
	int r;

	if (!strcmp(path, "-"))
		r = file_read_fd(STDIN_FILENO, display_name(path), max_file(opt), &bytes,
				 &len, err);
	else
		r = file_read(path, max_file(opt), &bytes, &len, err);
	return r ? r : stk_image_from_memory(ctx, path, bytes, len, opt, ret, err);
}

static int add_image(struct stk_image_builder *b, const struct stk_image_info *info,
		     struct stk_error *err)
{
	image_builder_rename(b, display_name(info->path));
	for (size_t i = 0; i < info->n_chunks; i++) {
		const struct stk_chunk *c = &info->chunks[i];
		int r = stk_image_add(b, c->addr, c->data, c->len,
				      "merged with the images before it", err);

		if (r)
			return r;
	}
	return 0;
}

/* "a.elf + b.hex"; the caller frees it. */
static char *joined_paths(const struct stk_image *const *images, size_t count)
{
	size_t size = 1;
	char *text, *end;

	for (size_t i = 0; i < count; i++)
		size += strlen(images[i]->path) + strlen(" + ");
	text = malloc(size);
	if (!text)
		return NULL;
	end = text;
	*end = '\0';
	for (size_t i = 0; i < count; i++) {
		if (i)
			end = stpcpy(end, " + ");
		end = stpcpy(end, images[i]->path);
	}
	return text;
}

int image_add_format(struct stk_image *image, const char *format, struct stk_error *err)
{
	const char **grown;

	for (size_t i = 0; i < image->n_formats; i++) {
		if (!strcmp(image->formats[i], format))
			return 0;
	}
	grown = reallocarray(image->formats, image->n_formats + 1, sizeof(*grown));
	if (!grown)
		return stk_fail_nomem(err);
	grown[image->n_formats++] = format;
	image->formats = grown;
	image->info.format = image->n_formats == 1 ? format : NULL;
	return 0;
}

static int add_formats(struct stk_image *image, const struct stk_image *of,
		       struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < of->n_formats && !r; i++)
		r = image_add_format(image, of->formats[i], err);
	return r;
}

/* An entry point that all images that have one agree on. */
static void set_common_entry(struct stk_image *image,
			     const struct stk_image *const *images, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct stk_image_info *info = &images[i]->info;

		if (!info->has_entry)
			continue;
		if (image->info.has_entry && image->info.entry != info->entry) {
			image->info.has_entry = false;
			image->info.entry = 0;
			return;
		}
		image->info.has_entry = true;
		image->info.entry = info->entry;
	}
}

int stk_image_merge(const struct stk_image *const *images, size_t count,
		    struct stk_image **ret, struct stk_error *err)
{
	stk_cleanup(image_builder_freep) struct stk_image_builder *b = NULL;
	stk_cleanup(image_closep) struct stk_image *image = NULL;
	stk_cleanup(freep) char *path = NULL;
	int r;

	if (!count)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-image",
				"there is no image to merge");
	path = joined_paths(images, count);
	if (!path)
		return stk_fail_nomem(err);
	/* Each was under its cap already. */
	r = image_builder_new(path, 0, UINT64_MAX, &b, err);
	if (r)
		return r;
	for (size_t i = 0; i < count; i++) {
		r = add_image(b, &images[i]->info, err);
		if (r)
			return r;
	}
	r = image_builder_finish(b, path, NULL, &image, err);
	for (size_t i = 0; i < count && !r; i++)
		r = add_formats(image, images[i], err);
	if (r)
		return r;
	set_common_entry(image, images, count);
	*ret = take_ptr(image);
	return 0;
}

void stk_image_close(struct stk_image *image)
{
	if (!image)
		return;
	free(image->path);
	free(image->formats);
	free(image->chunks);
	free(image->data);
	free(image);
}

const struct stk_image_info *stk_image_info(const struct stk_image *image)
{
	return &image->info;
}
