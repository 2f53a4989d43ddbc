/* SPDX-License-Identifier: MIT */
/* A CMSIS-Pack: a source of files, one of which is the .pdsc. */
#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* The core's for each open pack. */
struct pack {
	struct source *source;
	char *path;
};

/* ---- whose is it? ----------------------------------------------------- */

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), len = strlen(ending);

	return n > len && !strcasecmp(path + n - len, ending);
}

static bool begins_with_pk(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char magic[2];
	bool yes = fd >= 0 && pread(fd, magic, 2, 0) == 2 && !memcmp(magic, "PK", 2);

	if (fd >= 0)
		close(fd);
	return yes;
}

/* A folder without .pdsc may be any, and describe() says what it lacks. */
static int pack_probe(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return 50;
	if (!S_ISREG(st.st_mode))
		return 0;
	return ends_in(path, ".pdsc") || begins_with_pk(path) ? 100 : 0;
}

static int pack_open(void *priv, const char *path, struct stk_error *err)
{
	struct pack *p = priv;
	struct stat st;
	int r;

	if (stat(path, &st))
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%s': %m", path);
	p->path = strdup(path);
	if (!p->path)
		return stk_fail_nomem(err);
	if (S_ISDIR(st.st_mode))
		r = folder_open(path, &p->source, err);
	else if (ends_in(path, ".pdsc"))
		r = folder_open_pdsc(path, &p->source, err);
	else
		r = zip_open(path, &p->source, err);
	if (r)
		free(p->path);
	return r;
}

static void pack_close(void *priv)
{
	struct pack *p = priv;

	p->source->ops->close(p->source);
	free(p->path);
}

static int pack_read(void *priv, size_t file, uint64_t max, uint8_t **ret,
		     size_t *ret_len, struct stk_error *err)
{
	struct source *s = ((struct pack *)priv)->source;

	return s->ops->read(s, file, max, ret, ret_len, err);
}

/* ---- the .pdsc -------------------------------------------------------- */

/* Listing looks for it: the one that is nearest to the top. */
struct search {
	struct stk_pack_builder *builder;
	const char *path; /* of the pack, for sentences */
	size_t count;	  /* files so far */
	char *pdsc;	  /* NULL: none yet */
	char *rival;	  /* another one at the same depth */
	size_t depth, number;
};

static size_t depth_of(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

static int found(struct search *s, const char *path, size_t number, struct stk_error *err)
{
	size_t depth = depth_of(path);
	char *copy;

	if (!ends_in(path, ".pdsc") || (s->pdsc && depth > s->depth))
		return 0;
	copy = strdup(path);
	if (!copy)
		return stk_fail_nomem(err);
	if (s->pdsc && depth == s->depth) {
		free(s->rival);
		s->rival = copy;
		return 0;
	}
	free(s->pdsc);
	free(s->rival);
	s->rival = NULL;
	s->pdsc = copy;
	s->depth = depth;
	s->number = number;
	return 0;
}

static int on_file(void *data, const char *path, uint64_t size, struct stk_error *err)
{
	struct search *s = data;
	int r = stk_build_pack_file(s->builder, path, size, err);

	return r ? r : found(s, path, s->count++, err);
}

static int check_search(const struct search *s, struct stk_error *err)
{
	if (!s->pdsc)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "pack-no-pdsc",
				"'%s' is no pack: none of its %zu files is a .pdsc",
				s->path, s->count);
	if (s->rival)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "pack-two-pdsc",
			"'%s' has two descriptions, '%.120s' and '%.120s': name the "
			"one that is meant",
			s->path, s->pdsc, s->rival);
	return 0;
}

/* ---- description ------------------------------------------------------ */

/* For sources that do not list everything: files that the .pdsc names. */
struct offer {
	struct source *source;
	struct stk_pack_builder *builder;
};

/* The core refuses what is no plain path, and says so with the algorithm. */
static bool is_plain(const char *path)
{
	return *path && *path != '/' && !strstr(path, "//") && !strstr(path, "./") &&
	       strlen(path) < 1024;
}

static int offer_file(void *data, const char *path, struct stk_error *err)
{
	struct offer *o = data;
	uint64_t size;

	if (!is_plain(path) || !o->source->ops->offer(o->source, path, &size))
		return 0;
	return stk_build_pack_file(o->builder, path, size, err);
}

/* As its reader would name it, so that one of many packs can be told by it. */
static int parse(const struct source *source, const struct search *s,
		 const uint8_t *bytes, size_t len, const struct pdsc_sink *sink,
		 struct stk_error *err)
{
	bool itself = !strcmp(source->ops->kind, "pdsc");
	char *name;
	int r;

	if (asprintf(&name, "%s%s%s", s->path, itself ? "" : "#", itself ? "" : s->pdsc) < 0)
		return stk_fail_nomem(err);
	r = pdsc_parse(name, bytes, len, sink, err);
	free(name);
	return r;
}

static int read_pdsc(struct source *source, const struct search *s, struct stk_error *err)
{
	struct offer offer = { source, s->builder };
	const struct pdsc_sink sink = {
		.builder = s->builder,
		.file = source->ops->complete ? NULL : offer_file,
		.data = &offer,
	};
	uint8_t *bytes;
	size_t len;
	int r = source->ops->read(source, s->number, PDSC_MAX_BYTES, &bytes, &len, err);

	if (r)
		return r;
	r = stk_build_pack_kind(s->builder, source->ops->kind, s->pdsc,
				source->ops->complete, err);
	if (!r)
		r = parse(source, s, bytes, len, &sink, err);
	free(bytes);
	return r;
}

int pack_describe(struct source *source, const char *path, struct stk_pack_builder *b,
		  struct stk_error *err)
{
	struct search s = { .builder = b, .path = path };
	int r = source->ops->list(source, on_file, &s, err);

	if (!r)
		r = check_search(&s, err);
	if (!r)
		r = read_pdsc(source, &s, err);
	free(s.pdsc);
	free(s.rival);
	return r;
}

static int pack_describe_it(void *priv, struct stk_pack_builder *b, struct stk_error *err)
{
	const struct pack *p = priv;

	return pack_describe(p->source, p->path, b, err);
}

const struct stk_container_driver pack_driver = {
	.size = sizeof(pack_driver),
	.name = "pack",
	.priv_size = sizeof(struct pack),
	.probe = pack_probe,
	.open = pack_open,
	.describe = pack_describe_it,
	.read = pack_read,
	.close = pack_close,
};
