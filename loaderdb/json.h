/* SPDX-License-Identifier: MIT */
/*
 * json.h - reading facts: JSON of any origin, built in or a user's
 *
 * The first thing that is wrong is kept with its place, all that is asked for
 * after that is as if it were not there, and jdoc_end() tells. So a reader asks
 * for what it wants and checks once:
 *
 *	struct jval root, tool;
 *	const char *title;
 *
 *	if (jdoc_open("toolchains.json", text, len, &doc, err) < 0)
 *		return -EINVAL;
 *	root = jdoc_root(doc);
 *	tool = jval_need(&root, "tool");
 *	title = jval_text(&tool, "title", JVAL_NEEDED);
 *	return jdoc_end(doc, err);
 *
 * All texts belong to the document.
 */
#ifndef LOADERDB_JSON_H
#define LOADERDB_JSON_H

#include <stoker/stoker.h>

#define JDOC_MAX_BYTES	(4u << 20)
#define JDOC_MAX_DEPTH	32

struct jdoc;

/*
 * A value, or that there is none. It knows where it is by the one it was taken
 * from, which must be there as long as it is.
 */
struct jval {
	struct jdoc *doc;
	const void *value;	/* NULL: none */
	const struct jval *in;
	const char *name;	/* in an object; NULL: in an array */
	size_t index;
};

enum jval_need { JVAL_OPTIONAL, JVAL_NEEDED };

/*
 * Read @len bytes of @text, which need not be there any longer then. @name
 * stands in each error; STK_ORIGIN_INPUT, cause "bad-facts". The caller frees
 * *ret with jdoc_close().
 */
int jdoc_open(const char *name, const char *text, size_t len, struct jdoc **ret,
	      struct stk_error *err) stk_must_check;
/* The same of a regular file. */
int jdoc_open_file(const char *path, struct jdoc **ret, struct stk_error *err) stk_must_check;
void jdoc_close(struct jdoc *doc);
const char *jdoc_name(const struct jdoc *doc);
/* Whatever was wrong since it was opened: 0, or the first error. */
int jdoc_end(const struct jdoc *doc, struct stk_error *err) stk_must_check;

/* The document's own value, an object: anything else is an error. */
struct jval jdoc_root(struct jdoc *doc);

bool jval_is(const struct jval *v);
/* Is it a text, rather than an array or an object? */
bool jval_is_text(const struct jval *v);
/* A member, none if it is not there. @in is an object or an error. */
struct jval jval_get(const struct jval *in, const char *name);
/* It must be there. */
struct jval jval_need(const struct jval *in, const char *name);

/* Items of an array, 0 if there is none; anything else is an error. */
size_t jval_count(const struct jval *array);
struct jval jval_item(const struct jval *array, size_t index);

/*
 * The members of an object, in the order of the file, one after another:
 * @after is the one before or NULL; none is the end.
 */
struct jval jval_next(const struct jval *object, const struct jval *after);

/* What a value says; @v none: NULL, false, 0. Other types are errors. */
const char *jval_as_text(const struct jval *v);
bool jval_as_bool(const struct jval *v);
uint64_t jval_as_number(const struct jval *v, uint64_t max);
/* A number, or a text as "0x08000000". */
uint64_t jval_as_address(const struct jval *v);

/* The same of a member; a text that must be there must not be empty. */
const char *jval_text(const struct jval *in, const char *name, enum jval_need need);
bool jval_bool(const struct jval *in, const char *name, enum jval_need need);
uint64_t jval_number(const struct jval *in, const char *name, uint64_t max,
		     enum jval_need need);

/* An error about each member that is not one of @names, separated by spaces. */
void jval_only(const struct jval *object, const char *names);
/* What else is wrong with @v, as "a version is expected". */
void jval_fail(const struct jval *v, const char *fmt, ...) stk_printf(2, 3);

static inline void jdoc_closep(struct jdoc **doc)
{
	jdoc_close(*doc);
}

#endif
