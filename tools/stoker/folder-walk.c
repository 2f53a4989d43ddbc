/* SPDX-License-Identifier: MIT */
/*
 * inspect -r: the files there are, sorted. What a file is, its content says;
 * all that is read of it here is its first bytes.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

/* Folders that are still to be read. */
struct pending {
	char **path;
	size_t n;
};

static char *join(const char *folder, const char *name)
{
	size_t len = strlen(folder);
	char *path;

	if (asprintf(&path, "%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/",
		     name) < 0)
		out_of_memory();
	return path;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n > s && !strcasecmp(name + n - s, suffix);
}

/* Takes over @path. */
static void add_row(struct folder *f, char *path, bool named, bool pack)
{
	if (f->n_rows == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct folder_row *grown = reallocarray(f->rows, room, sizeof(*f->rows));

		if (!grown)
			out_of_memory();
		f->rows = grown;
		f->room = room;
	}
	f->rows[f->n_rows++] =
		(struct folder_row){ .path = path, .named = named, .pack = pack };
}

/* By errno. */
static void unreadable(struct folder *f, const char *path)
{
	int code = errno;
	struct folder_row *grown, row = { .path = folder_keep(path) };

	row.err = malloc(sizeof(*row.err));
	grown = reallocarray(f->unreadable, f->n_unreadable + 1, sizeof(*grown));
	if (!grown || !row.err)
		out_of_memory();
	stk_fail(row.err, STK_ORIGIN_INPUT, code, "cannot-open", "cannot open '%s': %s",
		 path, strerror(code));
	f->unreadable = grown;
	grown[f->n_unreadable++] = row;
}

/* ---- files ------------------------------------------------------------ */

/* The first bytes of a regular file; 0: it is none, or shorter; -1 and errno. */
static ssize_t first_bytes(int dir, const char *name, char ret[4])
{
	/* Something else may be there by now: do not wait for a FIFO's writer. */
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st))
		n = S_ISREG(st.st_mode) ? pread(fd, ret, 4, 0) : 0;
	close(fd);
	return n < 4 && n > 0 ? 0 : n;
}

/* Takes over @path, whose last part is @name in the folder @dir. */
static void add_file(struct folder *f, int dir, const char *name, char *path)
{
	char first[4];
	ssize_t n;

	if (ends_with(name, ".FLM") || ends_with(name, ".stldr")) {
		add_row(f, path, true, false);
		return;
	}
	n = first_bytes(dir, name, first);
	if (n == 4 && !memcmp(first, "\177ELF", 4)) {
		add_row(f, path, false, false);
		return;
	}
	if (n == 4 && !memcmp(first, "PK\3\4", 4) && ends_with(name, ".pack")) {
		add_row(f, path, true, true);
		return;
	}
	/* A link to nothing holds nothing; whatever else cannot be read may. */
	if (n < 0 && errno != ENOENT && errno != ELOOP)
		unreadable(f, path);
	else
		f->n_other++;
	free(path);
}

/* ---- folders ---------------------------------------------------------- */

static void push(struct pending *p, char *path)
{
	char **grown = reallocarray(p->path, p->n + 1, sizeof(*grown));

	if (!grown)
		out_of_memory();
	p->path = grown;
	grown[p->n++] = path;
}

static mode_t type_of(int dir, const char *name, int flags)
{
	struct stat st;

	return fstatat(dir, name, &st, flags) ? 0 : st.st_mode & S_IFMT;
}

/*
 * A link to a file counts as the file. One to a folder is not followed: it
 * could lead back. What is no file is never opened.
 */
static void add_entry(struct folder *f, struct pending *p, int dir, const char *folder,
		      const struct dirent *e)
{
	mode_t type = e->d_type == DT_UNKNOWN
			      ? type_of(dir, e->d_name, AT_SYMLINK_NOFOLLOW)
			      : (mode_t)DTTOIF(e->d_type);
	bool link = type == S_IFLNK;

	if (link)
		type = type_of(dir, e->d_name, 0);
	if (type == S_IFDIR && !link)
		push(p, join(folder, e->d_name));
	else if (type == S_IFREG || !type)
		add_file(f, dir, e->d_name, join(folder, e->d_name));
	else if (type != S_IFDIR)
		f->n_other++;
}

static void read_folder(struct folder *f, struct pending *p, const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | flags);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!dir) {
		unreadable(f, path);
		if (fd >= 0)
			close(fd);
		return;
	}
	while (errno = 0, (e = readdir(dir))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			add_entry(f, p, fd, path, e);
	}
	if (errno)
		unreadable(f, path);
	closedir(dir);
}

/* The folder that was named may be a link. */
static void walk(struct folder *f, const char *top)
{
	struct pending p = { 0 };

	read_folder(f, &p, top, 0);
	while (p.n) {
		char *path = p.path[--p.n];

		read_folder(f, &p, path, O_NOFOLLOW);
		free(path);
	}
	free(p.path);
}

/* ---- all of it -------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	const struct folder_row *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	/* Of two that are the same, the one that was named stays. */
	return order ? order : y->named - x->named;
}

static void drop_doubles(struct folder *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_rows; i++) {
		if (n && !strcmp(f->rows[n - 1].path, f->rows[i].path))
			folder_row_free(&f->rows[i]);
		else
			f->rows[n++] = f->rows[i];
	}
	f->n_rows = n;
}

void folder_collect(struct folder *f, const struct list *paths)
{
	for (size_t i = 0; i < paths->count; i++) {
		if (type_of(AT_FDCWD, paths->item[i], 0) == S_IFDIR)
			walk(f, paths->item[i]);
		else
			add_row(f, folder_keep(paths->item[i]), true,
				stk_pack_probe(paths->item[i]));
	}
	if (f->n_rows)
		qsort(f->rows, f->n_rows, sizeof(*f->rows), by_path);
	if (f->n_unreadable)
		qsort(f->unreadable, f->n_unreadable, sizeof(*f->unreadable), by_path);
	drop_doubles(f);
}

void folder_free(struct folder *f)
{
	for (size_t i = 0; i < f->n_rows; i++)
		folder_row_free(&f->rows[i]);
	for (size_t i = 0; i < f->n_unreadable; i++)
		folder_row_free(&f->unreadable[i]);
	free(f->rows);
	free(f->unreadable);
	free(f->by_build);
	free(f->builds);
	free(f->identical);
	free(f->codes);
}
