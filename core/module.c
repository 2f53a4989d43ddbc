/* SPDX-License-Identifier: MIT */
/* Modules are mapped only when needed, and described only when asked for. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "module-file.h"
#include "module-judge.h"
#include "modules.h"
#include "params.h"

void module_free_all(struct stk_ctx *ctx)
{
	for (size_t i = 0; i < ctx->n_modules; i++)
		module_free(ctx->modules[i]);
	free(ctx->modules);
	for (int c = 0; c < STK_CLASS_COUNT; c++)
		free(ctx->drivers[c]);
	free(ctx->infos);
}

/* ---- mapping ---------------------------------------------------------- */

static const void *driver_of(const struct stk_module *desc, enum stk_class c)
{
#define DRIVER(member)	(stk_has(desc, member) ? desc->member : NULL)
	switch (c) {
	case STK_CLASS_FORMAT:
		return DRIVER(format);
	case STK_CLASS_IMAGE:
		return DRIVER(image);
	case STK_CLASS_CHIP:
		return DRIVER(chip);
	case STK_CLASS_TARGET:
		return DRIVER(target);
	case STK_CLASS_SERVER:
		return DRIVER(server);
	case STK_CLASS_ANALYSIS:
		return DRIVER(analysis);
	case STK_CLASS_CONTAINER:
		return DRIVER(container);
	default:
		return NULL;
	}
#undef DRIVER
}

/* What was judged must be what was mapped. */
static bool still_the_file(const struct module *m)
{
	struct stat st;

	return !stat(m->path, &st) && st.st_dev == m->st.st_dev &&
	       st.st_ino == m->st.st_ino && st.st_size == m->st.st_size &&
	       st.st_mtim.tv_sec == m->st.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == m->st.st_mtim.tv_nsec;
}

static int module_load(struct stk_ctx *ctx, struct module *m, struct stk_error *err)
{
	/*
	 * Some libraries must never be unmapped (Unicorn), or leave behind what
	 * they keep for the process or a thread (libxml2), so none is. The next
	 * context finds the same file mapped.
	 */
	const int flags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
	const void *driver;
	int r;

	if (m->info.refused)
		return stk_fail(err, STK_ORIGIN_TARGET, EPROTO, "module-refused", "%s",
				m->info.refused);
	if (m->driver)
		return 0;
	stk_log(ctx, "module %s", m->path);
	if (!m->handle)
		m->handle = dlopen(m->path, flags);
	if (!m->handle)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOEXEC, "module-unloadable",
				"'%s' cannot be mapped: %s", m->path, dlerror());
	if (!still_the_file(m))
		return stk_fail(err, STK_ORIGIN_TARGET, ESTALE, "module-changed",
				"'%s' was replaced while it was being loaded; run again",
				m->path);
	m->desc = dlsym(m->handle, "stk_module");
	driver = m->desc ? driver_of(m->desc, m->info.class_id) : NULL;
	if (!driver)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOEXEC, "module-empty",
				"'%s' has no %s driver in its descriptor", m->path,
				stk_class_name(m->info.class_id));
	m->info.loaded = true;
	r = params_taken(ctx, &m->info, m->desc->params, err);
	if (!r)
		m->driver = driver;
	return r;
}

static int load_class(struct stk_ctx *ctx, enum stk_class c, struct stk_error *err)
{
	stk_cleanup(freep) const void **drivers = NULL;
	size_t n = 0;
	int r;

	if (ctx->drivers[c])
		return 0;
	r = module_scan(ctx, c, err);
	if (r)
		return r;
	drivers = calloc(ctx->n_modules + 1, sizeof(*drivers));
	if (!drivers)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < ctx->n_modules; i++) {
		struct module *m = ctx->modules[i];
		struct stk_error why = { 0 };

		if (m->info.class_id != c || m->on_demand)
			continue;
		/* A module that is refused does not keep the others from loading. */
		r = module_load(ctx, m, &why);
		if (r && why.origin == STK_ORIGIN_USAGE) {
			if (err)
				*err = why;
			return r;
		}
		if (r)
			stk_log(ctx, "%s", why.msg);
		else
			drivers[n++] = m->driver;
	}
	if (!n)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOENT, "no-modules",
				"no usable %s module in '%s'; is Stoker installed in full? "
				"(stoker module list says what was refused)",
				stk_class_name(c), ctx->module_dir);
	ctx->drivers[c] = take_ptr(drivers);
	ctx->n_drivers[c] = n;
	return 0;
}

/* The same for each class but for the type of its drivers. */
#define DRIVERS_OF_CLASS(fn, driver_type, c)					\
int fn(struct stk_ctx *ctx, const struct driver_type *const **ret,		\
       size_t *ret_count, struct stk_error *err)				\
{										\
	int r = load_class(ctx, c, err);					\
										\
	if (r)									\
		return r;							\
	*ret = (const struct driver_type *const *)ctx->drivers[c];		\
	*ret_count = ctx->n_drivers[c];						\
	return 0;								\
}

DRIVERS_OF_CLASS(module_formats, stk_format_driver, STK_CLASS_FORMAT)
DRIVERS_OF_CLASS(module_images, stk_image_driver, STK_CLASS_IMAGE)
DRIVERS_OF_CLASS(module_chips, stk_chip_driver, STK_CLASS_CHIP)
DRIVERS_OF_CLASS(module_analyses, stk_analysis_driver, STK_CLASS_ANALYSIS)
DRIVERS_OF_CLASS(module_containers, stk_container_driver, STK_CLASS_CONTAINER)

int module_chip_reader(struct stk_ctx *ctx, size_t nth,
		       const struct stk_chip_driver **ret, struct stk_error *err)
{
	int r = module_scan(ctx, STK_CLASS_CHIP, err);

	*ret = NULL;
	for (size_t i = 0; !r && i < ctx->n_modules; i++) {
		struct module *m = ctx->modules[i];

		if (m->info.class_id != STK_CLASS_CHIP || !m->on_demand ||
		    m->info.refused || nth--)
			continue;
		r = module_load(ctx, m, err);
		if (!r)
			*ret = m->driver;
		break;
	}
	return r;
}

/* The module CLASS/NAME, mapped; the sentence of a refusal names the file. */
static int module_by_name(struct stk_ctx *ctx, enum stk_class c, const char *name,
			  struct module **ret, struct stk_error *err)
{
	struct module *m;
	char known[256] = "";
	int r = module_scan(ctx, c, err);

	if (r)
		return r;
	m = module_find(ctx, c, name);
	if (!m) {
		for (size_t i = 0; i < ctx->n_modules; i++) {
			const struct stk_module_info *info = &ctx->modules[i]->info;
			size_t used = strlen(known);

			if (info->class_id == c && !info->refused)
				snprintf(known + used, sizeof(known) - used, "%s%s",
					 used ? ", " : "", info->name);
		}
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-such-module",
				"there is no %s module '%s'; there is: %s",
				stk_class_name(c), name, known[0] ? known : "none");
	}
	r = module_load(ctx, m, err);
	if (r)
		return r;
	*ret = m;
	return 0;
}

/* The driver of one module, as its class has it. */
#define DRIVER_BY_NAME(fn, driver_type, c)					\
int fn(struct stk_ctx *ctx, const char *name, const struct driver_type **ret,	\
       struct stk_error *err)							\
{										\
	struct module *m;							\
	int r = module_by_name(ctx, c, name, &m, err);				\
										\
	if (r)									\
		return r;							\
	*ret = m->driver;							\
	return 0;								\
}

DRIVER_BY_NAME(module_target, stk_target_driver, STK_CLASS_TARGET)
DRIVER_BY_NAME(module_server, stk_server_driver, STK_CLASS_SERVER)

/* ---- description ------------------------------------------------------ */

/* Digest, description and parameters: only when somebody asks. */
static int describe(struct module *m, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *bytes = NULL;
	size_t n = 0;

	if (m->info.sha256)
		return 0;
	bytes = judge_read(m->fd, (size_t)m->st.st_size);
	if (!bytes)
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "module-unreadable",
				"'%s' cannot be read any more", m->path);
	while (m->desc->params && m->desc->params[n])
		n++;
	stk_sha256_hex(bytes, (size_t)m->st.st_size, m->sha256);
	m->info.sha256 = m->sha256;
	m->info.description = m->desc->description;
	m->info.params = m->desc->params;
	m->info.n_params = n;
	return 0;
}

const struct stk_module_info *module_by_driver(struct stk_ctx *ctx, const void *driver)
{
	for (size_t i = 0; i < ctx->n_modules; i++) {
		struct module *m = ctx->modules[i];

		if (m->driver && m->driver == driver)
			return describe(m, NULL) ? NULL : &m->info;
	}
	return NULL;
}

const struct stk_module_info *module_mapped(struct stk_ctx *ctx, enum stk_class c,
					    const char *name)
{
	struct module *m = name ? module_find(ctx, c, name) : NULL;

	return m && m->driver && !describe(m, NULL) ? &m->info : NULL;
}

int stk_module_get(struct stk_ctx *ctx, enum stk_class c, const char *name,
		   const struct stk_module_info **ret, struct stk_error *err)
{
	struct module *m;
	int r = module_by_name(ctx, c, name, &m, err);

	if (!r)
		r = describe(m, err);
	if (r)
		return r;
	*ret = &m->info;
	return 0;
}

int stk_module_list(struct stk_ctx *ctx, const struct stk_module_info *const **ret,
		    size_t *ret_count, struct stk_error *err)
{
	for (int c = 0; c < STK_CLASS_COUNT; c++) {
		int r = module_scan(ctx, (enum stk_class)c, err);

		if (r)
			return r;
	}
	if (!ctx->infos)
		ctx->infos = calloc(ctx->n_modules + 1, sizeof(*ctx->infos));
	if (!ctx->infos)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < ctx->n_modules; i++)
		ctx->infos[i] = &ctx->modules[i]->info;
	*ret = ctx->infos;
	*ret_count = ctx->n_modules;
	return 0;
}
