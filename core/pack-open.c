/* SPDX-License-Identifier: MIT */
/* A pack is opened, and the loaders in it. */
#include "pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"
#include "modules.h"

static void pack_closep(struct stk_pack **p)
{
	stk_pack_close(*p);
}

/* ---- may it be one? --------------------------------------------------- */

static bool ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), len = strlen(ending);

	return n > len && !strcasecmp(name + n - len, ending);
}

static bool has_pdsc(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir)))
		found = ends_in(e->d_name, ".pdsc");
	if (dir)
		closedir(dir);
	return found;
}

/* Local file header, or the end of a directory without entries (APPNOTE 4.3). */
static bool is_zip(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint8_t magic[4] = { 0 };
	bool yes = fd >= 0 && pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
		   (get_le32(magic) == 0x04034B50 || get_le32(magic) == 0x06054B50);

	if (fd >= 0)
		close(fd);
	return yes;
}

bool stk_pack_probe(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if (S_ISDIR(st.st_mode))
		return has_pdsc(path);
	return S_ISREG(st.st_mode) && (ends_in(path, ".pdsc") || is_zip(path));
}

/* ---- open ------------------------------------------------------------- */

static bool usable(const struct stk_container_driver *d)
{
	return stk_offers(d, probe) && stk_offers(d, open) && stk_offers(d, describe) &&
	       stk_offers(d, read) && stk_offers(d, close);
}

static const struct stk_container_driver *
surest(const struct stk_container_driver *const *drivers, size_t n, const char *path)
{
	const struct stk_container_driver *best = NULL;
	int most = 0;

	for (size_t i = 0; i < n; i++) {
		int sure = usable(drivers[i]) ? drivers[i]->probe(path) : 0;

		if (sure <= most)
			continue;
		most = sure;
		best = drivers[i];
	}
	return best;
}

int pack_open(const struct stk_container_driver *driver, const char *path,
	      struct stk_pack **ret, struct stk_error *err)
{
	stk_cleanup(pack_closep) struct stk_pack *pack = calloc(1, sizeof(*pack));
	struct stk_pack_builder b = { pack };
	void *priv = calloc(1, driver->priv_size + 1);
	int r;

	if (!pack || !priv) {
		free(priv);
		return stk_fail_nomem(err);
	}
	pack->info.path = arena_strdup(&pack->arena, path);
	pack->base = "";
	pack->driver = driver;
	r = pack->info.path ? driver->open(priv, path, err) : stk_fail_nomem(err);
	if (r) {
		free(priv);
		return r;
	}
	pack->priv = priv;
	r = driver->describe(priv, &b, err);
	if (!r)
		r = pack_finish(pack, err);
	if (!r)
		*ret = take_ptr(pack);
	return r;
}

int stk_pack_open(struct stk_ctx *ctx, const char *path, struct stk_pack **ret,
		  struct stk_error *err)
{
	const struct stk_container_driver *const *drivers, *driver;
	size_t n;
	int r = module_containers(ctx, &drivers, &n, err);

	if (r)
		return r;
	driver = surest(drivers, n, path);
	if (!driver)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "no-pack",
			"'%s' is no pack: neither a .pack file, nor a folder with a "
			".pdsc in it, nor a .pdsc",
			path);
	return pack_open(driver, path, ret, err);
}

/* The arena has them. */
static void keep(void *name)
{
	(void)name;
}

void stk_pack_close(struct stk_pack *pack)
{
	if (!pack)
		return;
	if (pack->priv)
		pack->driver->close(pack->priv);
	free(pack->priv);
	while (pack->n_scopes--) {
		free(pack->scopes[pack->n_scopes].memories.item);
		free(pack->scopes[pack->n_scopes].algorithms.item);
	}
	free(pack->entries.item);
	free(pack->algorithms.item);
	free(pack->devices.item);
	free(pack->findings.item);
	tdestroy(pack->names, keep);
	arena_free(&pack->arena);
	free(pack);
}

const struct stk_pack_info *stk_pack_info(const struct stk_pack *pack)
{
	return &pack->info;
}

/* ---- loaders ---------------------------------------------------------- */

int stk_pack_loader(struct stk_ctx *ctx, struct stk_pack *pack, size_t file,
		    unsigned int flags, struct stk_loader **ret, struct stk_error *err)
{
	const struct stk_pack_file *f;
	const char *path;
	uint8_t *bytes;
	size_t len;
	int r;

	if (file >= pack->info.n_files)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-such-member",
				"'%s' has %zu loaders, and no number %zu",
				pack->info.path, pack->info.n_files, file);
	f = &pack->info.files[file];
	path = arena_printf(&pack->arena, "%s#%s", pack->info.path, f->path);
	if (!path)
		return stk_fail_nomem(err);
	r = pack->driver->read(pack->priv, pack->numbers[file], LOADER_MAX_BYTES, &bytes,
			       &len, err);
	if (r)
		return r;
	return loader_parse_named(ctx, path, f->path, bytes, len, flags, ret, err);
}

int pack_member(struct stk_ctx *ctx, const char *path, unsigned int flags,
		struct stk_loader **ret, struct stk_error *err)
{
	stk_cleanup(pack_closep) struct stk_pack *pack = NULL;
	stk_cleanup(freep) char *container = NULL;
	const char *mark = strrchr(path, '#');
	size_t file;
	int r;

	/* A file may well have a "#" in its name. */
	if (!mark || mark == path || !mark[1] || !access(path, F_OK))
		return -ENOENT;
	container = strndup(path, (size_t)(mark - path));
	if (!container)
		return stk_fail_nomem(err);
	if (!stk_pack_probe(container))
		return -ENOENT;
	r = stk_pack_open(ctx, container, &pack, err);
	if (!r)
		r = stk_pack_find_file(pack, mark + 1, &file, err);
	if (!r)
		r = stk_pack_loader(ctx, pack, file, flags, ret, err);
	/* The caller takes that for "no pack", which it is. */
	return r == -ENOENT ? -EINVAL : r;
}
