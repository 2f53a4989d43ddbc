/* SPDX-License-Identifier: MIT */
/*
 * A loader file becomes checked facts: the format whose probe is surest reads
 * it, the core adds what all formats have in common.
 */
#include "loader.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "file.h"
#include "loader-priv.h"
#include "modules.h"
#include "pack.h"

static void loader_closep(struct stk_loader **l)
{
	stk_loader_close(*l);
}

/* Keeps @bytes, and frees them also on failure. */
static struct stk_loader *loader_new(const char *path, const char *name, uint8_t *bytes,
				     size_t len)
{
	struct stk_loader *l = calloc(1, sizeof(*l));
	const char *slash = strrchr(name, '/');

	if (!l) {
		free(bytes);
		return NULL;
	}
	l->bytes = bytes;
	l->info.path = arena_strdup(&l->arena, path);
	l->info.name = arena_strdup(&l->arena, slash ? slash + 1 : name);
	l->info.file_size = len;
	l->info.functions = l->functions;
	l->info.findings = l->findings;
	if (l->info.path && l->info.name)
		return l;
	stk_loader_close(l);
	return NULL;
}

static int describe_machine(struct stk_loader *l, struct stk_error *err)
{
	const struct stk_elf_header *h = stk_elf_header(l->elf);

	l->info.machine = machine_name(h->machine);
	if (!l->info.machine)
		l->info.machine = arena_printf(&l->arena, "machine %u", h->machine);
	return l->info.machine ? 0 : stk_fail_nomem(err);
}

/* The format that is surest of the file; NULL: none. */
static const struct stk_format_driver *
choose(const struct stk_elf *elf, const struct stk_format_driver *const *drivers,
       size_t n)
{
	const struct stk_format_driver *best = NULL;
	int surest = 0;

	for (size_t i = 0; i < n; i++) {
		int sure = drivers[i]->probe(elf);

		if (sure > surest) {
			surest = sure;
			best = drivers[i];
		}
	}
	return best;
}

static int recover(struct stk_loader *l, const struct stk_format_driver *const *drivers,
		   size_t n, struct stk_error *err)
{
	struct stk_loader_builder b = { l };

	for (size_t i = 0; i < n; i++) {
		int r = stk_offers(drivers[i], recover)
				? drivers[i]->recover(l->elf, &b, err)
				: 0;

		if (r)
			return r < 0 ? r : 0;
	}
	return 0;
}

static void no_table(struct stk_loader *l)
{
	if (!stk_elf_has_symbols(l->elf))
		stk_fail(&l->info.error, STK_ORIGIN_INPUT, ENOEXEC, "no-symbols",
			 "'%s' has no symbols, so neither its functions nor its device "
			 "table can be found; ask for a build that is not stripped",
			 l->info.path);
	else
		stk_fail(&l->info.error, STK_ORIGIN_INPUT, ENOEXEC, "no-device-table",
			 "'%s' defines no device table that a known format has",
			 l->info.path);
}

/* What is wrong with the file is told in its description; the rest is a failure. */
static int tell(struct stk_loader *l, const struct stk_error *e, struct stk_error *err)
{
	if (e->origin == STK_ORIGIN_INPUT) {
		l->info.error = *e;
		return 0;
	}
	if (err)
		*err = *e;
	return -e->code;
}

/* Device table and functions, by the format's module. */
static int read_format(struct stk_loader *l,
		       const struct stk_format_driver *const *drivers, size_t n,
		       struct stk_error *err)
{
	struct stk_loader_builder b = { l };
	struct stk_error e = { 0 };
	int r;

	l->format = choose(l->elf, drivers, n);
	if (!l->format) {
		no_table(l);
		return recover(l, drivers, n, err);
	}
	l->info.format = l->format->name;
	r = l->format->parse(l->elf, &b, &e);
	if (!r)
		return 0;
	l->info.device = NULL;
	r = tell(l, &e, err);
	if (!r)
		stk_fail(&l->info.error, e.origin, e.code, e.cause, "'%s': %s",
			 l->info.path, e.msg);
	return r;
}

/* No relocations are left that somebody would have to apply when the image is loaded. */
static bool fully_linked(const struct stk_elf *elf)
{
	const uint16_t type = stk_elf_header(elf)->type;
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(elf, &n);

	if (type != ET_DYN)
		return type == ET_EXEC;
	for (size_t i = 1; i < n; i++) {
		if ((s[i].type == SHT_REL || s[i].type == SHT_RELA) &&
		    s[i].flags & SHF_ALLOC && s[i].size)
			return false;
	}
	return true;
}

/* What makes a file with a sound device table useless for every host. */
static void judge(struct stk_loader *l)
{
	const struct stk_elf_header *h = stk_elf_header(l->elf);
	struct stk_error *e = &l->info.error;

	if (h->machine != EM_ARM || h->class_bits != 32 || h->big_endian) {
		stk_fail(e, STK_ORIGIN_INPUT, ENOEXEC, "foreign-machine",
			 "'%s' is made for %s (%u-bit, %s-endian); loaders run on a "
			 "Cortex-M, which is ARM, 32-bit, little-endian",
			 l->info.path, l->info.machine, h->class_bits,
			 h->big_endian ? "big" : "little");
		return;
	}
	if (!e->code && !fully_linked(l->elf))
		stk_fail(e, STK_ORIGIN_INPUT, ENOEXEC, "not-linked",
			 "'%s' is not linked to its end: it has ELF type %u, and "
			 "relocations that nobody would apply",
			 l->info.path, h->type);
	if (!e->code && !l->n_chunks)
		stk_fail(e, STK_ORIGIN_INPUT, ENOEXEC, "no-image",
			 "'%s' has a device table and no code", l->info.path);
	if (e->code)
		l->info.device = NULL;
}

/* Everything that the bytes say; what no host can use goes into info.error. */
static int describe(struct stk_loader *l, const struct stk_format_driver *const *drivers,
		    size_t n, struct stk_error *err)
{
	struct stk_error e = { 0 };
	int r;

	if (stk_elf_new(l->bytes, (size_t)l->info.file_size, l->info.path, &l->elf, &e))
		return tell(l, &e, err);
	r = describe_machine(l, err);
	if (r)
		return r;
	loader_producer(l);
	r = read_format(l, drivers, n, err);
	if (!r && loader_footprint(l, &e))
		r = tell(l, &e, err);
	if (r)
		return r;
	judge(l);
	return loader_lint(l, drivers, n, err);
}

/* loader_parse() for a file that is called @name, and is found under @path. */
static int parse(const struct stk_format_driver *const *drivers, size_t n_drivers,
		 const char *path, const char *name, uint8_t *bytes, size_t len,
		 unsigned int flags, struct stk_loader **ret, struct stk_error *err)
{
	stk_cleanup(loader_closep) struct stk_loader *l =
		loader_new(path, name, bytes, len);
	char digest[65];
	int r;

	if (!l)
		return stk_fail_nomem(err);
	r = describe(l, drivers, n_drivers, err);
	if (r)
		return r;
	if (l->info.error.code && !(flags & STK_LOADER_DESCRIBE)) {
		if (err)
			*err = l->info.error;
		return -l->info.error.code;
	}
	stk_sha256_hex(bytes, len, digest);
	l->info.sha256 = arena_strdup(&l->arena, digest);
	if (!l->info.sha256)
		return stk_fail_nomem(err);
	*ret = take_ptr(l);
	return 0;
}

int loader_parse(const struct stk_format_driver *const *drivers, size_t n_drivers,
		 const char *path, uint8_t *bytes, size_t len, unsigned int flags,
		 struct stk_loader **ret, struct stk_error *err)
{
	return parse(drivers, n_drivers, path, path, bytes, len, flags, ret, err);
}

int loader_parse_named(struct stk_ctx *ctx, const char *path, const char *name,
		       uint8_t *bytes, size_t len, unsigned int flags,
		       struct stk_loader **ret, struct stk_error *err)
{
	const struct stk_format_driver *const *drivers;
	size_t n;
	int r = module_formats(ctx, &drivers, &n, err);

	if (r) {
		free(bytes);
		return r;
	}
	return parse(drivers, n, path, name, bytes, len, flags, ret, err);
}

int stk_loader_open(struct stk_ctx *ctx, const char *path, unsigned int flags,
		    struct stk_loader **ret, struct stk_error *err)
{
	uint8_t *bytes;
	size_t len;
	int r = pack_member(ctx, path, flags, ret, err);

	if (r != -ENOENT)
		return r;
	r = file_read(path, LOADER_MAX_BYTES, &bytes, &len, err);
	if (r)
		return r;
	return loader_parse_named(ctx, path, path, bytes, len, flags, ret, err);
}

int stk_loader_from_memory(struct stk_ctx *ctx, const char *name, const void *bytes,
			   size_t len, unsigned int flags, struct stk_loader **ret,
			   struct stk_error *err)
{
	uint8_t *copy;

	if (len > LOADER_MAX_BYTES)
		return stk_fail(
			err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
			"'%s' has %zu bytes, more than the %u that are read of a loader",
			name, len, LOADER_MAX_BYTES);
	copy = malloc(len ? len : 1);
	if (!copy)
		return stk_fail_nomem(err);
	if (len)
		memcpy(copy, bytes, len);
	return loader_parse_named(ctx, name, name, copy, len, flags, ret, err);
}

void stk_loader_close(struct stk_loader *l)
{
	if (!l)
		return;
	code_free(l->code);
	stk_elf_free(l->elf);
	free(l->chunks);
	free(l->bytes);
	arena_free(&l->arena);
	free(l);
}

const uint8_t *stk_loader_file(const struct stk_loader *loader, size_t *ret_len)
{
	*ret_len = (size_t)loader->info.file_size;
	return loader->bytes;
}

const struct stk_loader_info *stk_loader_info(const struct stk_loader *l)
{
	return &l->info;
}

const struct loader_chunk *loader_image(const struct stk_loader *l, size_t *ret)
{
	*ret = l->n_chunks;
	return l->chunks;
}

const struct stk_elf *loader_elf(const struct stk_loader *l)
{
	return l->elf;
}

const struct stk_format_driver *loader_format(const struct stk_loader *l)
{
	return l->format;
}
