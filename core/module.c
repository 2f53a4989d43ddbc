/* SPDX-License-Identifier: MIT */
/*
 * Modules: found by file name, judged by their ELF note and by who could have
 * written them, mapped only when needed.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctx.h"
#include "module-judge.h"
#include "modules.h"
#include "params.h"

#define MAX_MODULE_BYTES	(64u << 20)

struct module {
	struct stk_module_info info;
	char *path, *name;
	char *strings;			/* the note's "key=value" */
	char refused[512];
	char sha256[65];
	bool on_demand;			/* not mapped with the others of its class */
	int fd;				/* the bytes that were judged */
	struct stat st;
	void *handle;
	const struct stk_module *desc;
	const void *driver;
	struct stk_param_info *param_array;
};

static const char *const class_names[STK_CLASS_COUNT] = {
	[STK_CLASS_FORMAT] = "format", [STK_CLASS_IMAGE] = "image",
	[STK_CLASS_CHIP] = "chip",     [STK_CLASS_TARGET] = "target",
	[STK_CLASS_SERVER] = "server", [STK_CLASS_ANALYSIS] = "analysis",
	[STK_CLASS_CONTAINER] = "container",
};

const char *stk_class_name(enum stk_class c)
{
	return (unsigned int)c < STK_CLASS_COUNT ? class_names[c] : "unknown";
}

static void module_free(struct module *m)
{
	if (!m)
		return;
	if (m->handle)
		dlclose(m->handle);
	if (m->fd >= 0)
		close(m->fd);
	free(m->param_array);
	free(m->strings);
	free(m->name);
	free(m->path);
	free(m);
}

static void module_freep(struct module **m)
{
	module_free(*m);
}

void module_free_all(struct stk_ctx *ctx)
{
	for (size_t i = 0; i < ctx->n_modules; i++)
		module_free(ctx->modules[i]);
	free(ctx->modules);
	for (int c = 0; c < STK_CLASS_COUNT; c++)
		free(ctx->drivers[c]);
	free(ctx->infos);
}

static void refuse(struct module *m, const char *fmt, ...) stk_printf(2, 3);
static void refuse(struct module *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(m->refused, sizeof(m->refused), fmt, args);
	va_end(args);
	m->info.refused = m->refused;
}

/* Fill m->info from the note, or refuse. */
static void judge_note(struct module *m)
{
	struct stk_error err = { 0 };
	stk_cleanup(freep) uint8_t *bytes = NULL;
	const char *class, *name, *abi, *load;

	if (m->st.st_size > MAX_MODULE_BYTES) {
		refuse(m, "'%s' is larger than any module", m->path);
		return;
	}
	bytes = judge_read(m->fd, (size_t)m->st.st_size);
	if (!bytes) {
		refuse(m, "'%s' cannot be read", m->path);
		return;
	}
	m->strings = judge_note_strings(bytes, (size_t)m->st.st_size, m->path, &err);
	if (!m->strings) {
		refuse(m, "%s", err.code ? err.msg : "out of memory");
		return;
	}
	class = judge_note_value(m->strings, "class");
	name = judge_note_value(m->strings, "name");
	abi = judge_note_value(m->strings, "abi");
	load = judge_note_value(m->strings, "load");
	m->on_demand = load && !strcmp(load, "demand");
	m->info.version = judge_note_value(m->strings, "version");
	m->info.license = judge_note_value(m->strings, "license");
	if (!class || !name || !abi || !m->info.version || !m->info.license) {
		refuse(m,
		       "'%s': its .note.stoker lacks class, name, version, license or abi",
		       m->path);
		return;
	}
	m->info.abi = (unsigned int)strtoul(abi, NULL, 10);
	if (m->info.abi != STK_MODULE_ABI)
		refuse(m,
		       "'%s' was built for module ABI %u, this libstoker has %u; rebuild it",
		       m->path, m->info.abi, STK_MODULE_ABI);
	else if (strcmp(class, class_names[m->info.class_id]) || strcmp(name, m->info.name))
		refuse(m, "'%s' says it is %s/%s; a module's file is called CLASS-NAME.so",
		       m->path, class, name);
}

/* ---- search ----------------------------------------------------------- */

static struct module *find_module(const struct stk_ctx *ctx, enum stk_class c,
				  const char *name)
{
	for (size_t i = 0; i < ctx->n_modules; i++) {
		struct module *m = ctx->modules[i];

		if (m->info.class_id == c && !strcmp(m->info.name, name))
			return m;
	}
	return NULL;
}

static int add_module(struct stk_ctx *ctx, enum stk_class c, const char *dir, bool ours,
		      const char *dir_refused, const char *file, struct stk_error *err)
{
	stk_cleanup(module_freep) struct module *m = calloc(1, sizeof(*m));
	const struct module *first;
	struct module **grown;
	size_t prefix = strlen(class_names[c]) + 1;

	if (!m)
		return stk_fail_nomem(err);
	m->fd = -1;
	if (asprintf(&m->path, "%s/%s", dir, file) < 0) {
		m->path = NULL;
		return stk_fail_nomem(err);
	}
	m->name = strndup(file + prefix, strlen(file) - prefix - 3);	/* CLASS-NAME.so */
	if (!m->name)
		return stk_fail_nomem(err);
	m->info.class_id = c;
	m->info.ours = ours;
	m->info.path = m->path;
	m->info.name = m->name;
	first = find_module(ctx, c, m->name);
	m->fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (m->fd < 0 || fstat(m->fd, &m->st))
		refuse(m, "'%s': %s", m->path, strerror(errno));
	else if (!S_ISREG(m->st.st_mode))
		refuse(m, "'%s' is no regular file", m->path);
	else if (dir_refused)
		refuse(m, "%s", dir_refused);
	else if (judge_trusted(&m->st, m->path, m->refused, sizeof(m->refused)))
		judge_note(m);
	else
		m->info.refused = m->refused;
	if (!m->info.refused && first)
		refuse(m, "'%s' comes first in the search path", first->path);

	grown = reallocarray(ctx->modules, ctx->n_modules + 1, sizeof(*grown));
	if (!grown)
		return stk_fail_nomem(err);
	ctx->modules = grown;
	ctx->modules[ctx->n_modules++] = take_ptr(m);
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int scan_dir(struct stk_ctx *ctx, enum stk_class c, const char *dir, bool ours,
		    struct stk_error *err)
{
	size_t prefix = strlen(class_names[c]);
	char why[512] = "";
	struct dirent **entry;
	struct stat st;
	int n, r = 0;

	if (stat(dir, &st))
		return 0;	/* a search path may name what is not there */
	judge_trusted(&st, dir, why, sizeof(why));
	n = scandir(dir, &entry, NULL, by_name);
	for (int i = 0; i < n; i++) {
		const char *file = entry[i]->d_name;
		size_t len = strlen(file);

		if (!r && len > prefix + 4 && !strncmp(file, class_names[c], prefix) &&
		    file[prefix] == '-' && !strcmp(file + len - 3, ".so"))
			r = add_module(ctx, c, dir, ours, why[0] ? why : NULL, file, err);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return r;
}

static int scan_class(struct stk_ctx *ctx, enum stk_class c, struct stk_error *err)
{
	stk_cleanup(freep) char *path = NULL;
	char *dir, *rest;
	int r;

	if (ctx->scanned[c])
		return 0;
	r = scan_dir(ctx, c, ctx->module_dir, true, err);
	if (r)
		return r;
	path = strdup(ctx->module_path);
	if (!path)
		return stk_fail_nomem(err);
	rest = path;
	while ((dir = strsep(&rest, ":")) != NULL) {
		r = *dir ? scan_dir(ctx, c, dir, false, err) : 0;
		if (r)
			return r;
	}
	ctx->scanned[c] = true;
	return 0;
}

/* ---- mapping ---------------------------------------------------------- */

static const void *driver_of(const struct stk_module *desc, enum stk_class c)
{
	switch (c) {
	case STK_CLASS_FORMAT:
		return desc->format;
	case STK_CLASS_IMAGE:
		return desc->image;
	case STK_CLASS_CHIP:
		return desc->chip;
	case STK_CLASS_TARGET:
		return desc->target;
	case STK_CLASS_SERVER:
		return desc->server;
	case STK_CLASS_ANALYSIS:
		return desc->analysis;
	case STK_CLASS_CONTAINER:
		return desc->container;
	default:
		return NULL;
	}
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
				class_names[m->info.class_id]);
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
	r = scan_class(ctx, c, err);
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
				class_names[c], ctx->module_dir);
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
	int r = scan_class(ctx, STK_CLASS_CHIP, err);

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
	int r = scan_class(ctx, c, err);

	if (r)
		return r;
	m = find_module(ctx, c, name);
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
				class_names[c], name, known[0] ? known : "none");
	}
	r = module_load(ctx, m, err);
	if (r)
		return r;
	*ret = m;
	return 0;
}

int module_target(struct stk_ctx *ctx, const char *name,
		  const struct stk_target_driver **ret, struct stk_error *err)
{
	struct module *m;
	int r = module_by_name(ctx, STK_CLASS_TARGET, name, &m, err);

	if (r)
		return r;
	*ret = m->driver;
	return 0;
}

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
	if (n) {
		m->param_array = calloc(n, sizeof(*m->param_array));
		if (!m->param_array)
			return stk_fail_nomem(err);
		for (size_t i = 0; i < n; i++)
			m->param_array[i] = *m->desc->params[i];
	}
	stk_sha256_hex(bytes, (size_t)m->st.st_size, m->sha256);
	m->info.sha256 = m->sha256;
	m->info.description = m->desc->description;
	m->info.params = m->param_array;
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
	struct module *m = name ? find_module(ctx, c, name) : NULL;

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
		int r = scan_class(ctx, (enum stk_class)c, err);

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
