/* SPDX-License-Identifier: MIT */
/*
 * Modules are found by file name, and judged by their ELF note and by who could
 * have written them.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctx.h"
#include "module-file.h"
#include "module-judge.h"

#define MAX_MODULE_BYTES	(64u << 20)

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

void module_free(struct module *m)
{
	if (!m)
		return;
	if (m->handle)
		dlclose(m->handle);
	if (m->fd >= 0)
		close(m->fd);
	free(m->strings);
	free(m->name);
	free(m->path);
	free(m);
}

static void module_freep(struct module **m)
{
	module_free(*m);
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
	const char *class, *name, *abi, *load, *level;

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
	level = judge_note_value(m->strings, "level");
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
	else if (level && strtoul(level, NULL, 10) > STK_MODULE_LEVEL)
		refuse(m,
		       "'%s' was built for level %s of module ABI %u, this libstoker has %u; "
		       "it needs a newer one",
		       m->path, level, m->info.abi, STK_MODULE_LEVEL);
	else if (strcmp(class, class_names[m->info.class_id]) || strcmp(name, m->info.name))
		refuse(m, "'%s' says it is %s/%s; a module's file is called CLASS-NAME.so",
		       m->path, class, name);
}

/* ---- search ----------------------------------------------------------- */

struct module *module_find(const struct stk_ctx *ctx, enum stk_class c, const char *name)
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
	first = module_find(ctx, c, m->name);
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

int module_scan(struct stk_ctx *ctx, enum stk_class c, struct stk_error *err)
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
