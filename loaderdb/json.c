/* SPDX-License-Identifier: MIT */
/* Reading JSON: the one file here that knows the library for it. */
#include "json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "core/file.h"

#define CAUSE	"bad-facts"

struct jdoc {
	struct arena arena;
	const char *name;
	json_t *root;
	struct stk_error error;		/* the first one */
};

/*
 * How deep arrays and objects lie in each other: jansson calls itself for each.
 * What is in a text does not count.
 */
static bool is_too_deep(const char *text, size_t len)
{
	bool in_text = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (in_text && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_text = !in_text;
		else if (!in_text && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!in_text && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > JDOC_MAX_DEPTH)
			return true;
	}
	return false;
}

/* The end of a long path, which has the file's name. */
static const char *tail(const char *path)
{
	const size_t len = strlen(path), most = 100;

	return len > most ? path + len - most : path;
}

static int parse(const char *name, const char *text, size_t len, json_t **ret,
		 struct stk_error *err)
{
	json_error_t e;

	if (len > JDOC_MAX_BYTES)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, CAUSE,
				"%s: %zu bytes, and no more than %u are read", tail(name), len,
				JDOC_MAX_BYTES);
	if (is_too_deep(text, len))
		return stk_fail(err, STK_ORIGIN_INPUT, EINVAL, CAUSE,
				"%s: arrays and objects are more than %u deep", tail(name),
				JDOC_MAX_DEPTH);
	*ret = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
	if (!*ret)
		return stk_fail(err, STK_ORIGIN_INPUT, EINVAL, CAUSE,
				"%s: line %d, column %d: %.160s", tail(name), e.line, e.column,
				e.text);
	return 0;
}

int jdoc_open(const char *name, const char *text, size_t len, struct jdoc **ret,
	      struct stk_error *err)
{
	struct jdoc *doc;
	json_t *root = NULL;
	int rc = parse(name, text, len, &root, err);

	if (rc < 0)
		return rc;
	doc = calloc(1, sizeof(*doc));
	if (doc)
		doc->name = arena_strdup(&doc->arena, name);
	if (!doc || !doc->name) {
		free(doc);
		json_decref(root);
		return stk_fail_nomem(err);
	}
	doc->root = root;
	*ret = doc;
	return 0;
}

int jdoc_open_file(const char *path, struct jdoc **ret, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *text = NULL;
	size_t len;
	int rc = file_read(path, JDOC_MAX_BYTES, &text, &len, err);

	return rc < 0 ? rc : jdoc_open(path, (const char *)text, len, ret, err);
}

void jdoc_close(struct jdoc *doc)
{
	if (!doc)
		return;
	json_decref(doc->root);
	arena_free(&doc->arena);
	free(doc);
}

const char *jdoc_name(const struct jdoc *doc)
{
	return doc->name;
}

int jdoc_end(const struct jdoc *doc, struct stk_error *err)
{
	if (!doc->error.code)
		return 0;
	if (err)
		*err = doc->error;
	return -doc->error.code;
}

/* ---- where something is ----------------------------------------------- */

/* "affected[0].package.name" behind what is in @buf, from the outermost on. */
static void write_place(const struct jval *v, char *buf, size_t size)
{
	size_t len;

	if (!v->in)
		return;
	write_place(v->in, buf, size);
	len = strlen(buf);
	if (v->name)
		snprintf(buf + len, size - len, "%s%.60s", len ? "." : "", v->name);
	else
		snprintf(buf + len, size - len, "[%zu]", v->index);
}

void jval_fail(const struct jval *v, const char *fmt, ...)
{
	char place[160] = "", what[200];
	va_list args;

	if (v->doc->error.code)
		return;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	write_place(v, place, sizeof(place));
	(void)stk_fail(&v->doc->error, STK_ORIGIN_INPUT, EINVAL, CAUSE, "%s: %s%s%s",
		       tail(v->doc->name), place, *place ? ": " : "", what);
}

/* ---- values ----------------------------------------------------------- */

/* What is there to be looked at: nothing once something was wrong. */
static const json_t *value_of(const struct jval *v)
{
	return v->doc->error.code ? NULL : v->value;
}

/* @v's value if it is a @type; if it is another, that is an error. */
static const json_t *typed(const struct jval *v, json_type type, const char *what)
{
	const json_t *value = value_of(v);

	if (!value || json_typeof(value) == type)
		return value;
	jval_fail(v, "%s is expected", what);
	return NULL;
}

struct jval jdoc_root(struct jdoc *doc)
{
	const struct jval root = { .doc = doc, .value = doc->root };

	(void)typed(&root, JSON_OBJECT, "an object");
	return root;
}

bool jval_is(const struct jval *v)
{
	return value_of(v) != NULL;
}

bool jval_is_text(const struct jval *v)
{
	const json_t *value = value_of(v);

	return value && json_is_string(value);
}

struct jval jval_get(const struct jval *in, const char *name)
{
	const json_t *object = typed(in, JSON_OBJECT, "an object");

	return (struct jval){ .doc = in->doc, .in = in, .name = name,
			      .value = object ? json_object_get(object, name) : NULL };
}

struct jval jval_need(const struct jval *in, const char *name)
{
	const struct jval v = jval_get(in, name);

	if (!v.value)
		jval_fail(&v, "it is not there");
	return v;
}

size_t jval_count(const struct jval *array)
{
	const json_t *value = typed(array, JSON_ARRAY, "an array");

	return value ? json_array_size(value) : 0;
}

struct jval jval_item(const struct jval *array, size_t index)
{
	const json_t *value = typed(array, JSON_ARRAY, "an array");

	return (struct jval){ .doc = array->doc, .in = array, .index = index,
			      .value = value ? json_array_get(value, index) : NULL };
}

struct jval jval_next(const struct jval *object, const struct jval *after)
{
	/* The iterators are for changing too, and so want what may be changed. */
	json_t *value = (json_t *)typed(object, JSON_OBJECT, "an object");
	struct jval v = { .doc = object->doc, .in = object };
	void *at;

	if (!value)
		return v;
	at = after ? json_object_iter_next(value, json_object_iter_at(value, after->name))
		   : json_object_iter(value);
	if (at) {
		v.name = json_object_iter_key(at);
		v.value = json_object_iter_value(at);
	}
	return v;
}

const char *jval_as_text(const struct jval *v)
{
	const json_t *value = typed(v, JSON_STRING, "a text");

	return value ? json_string_value(value) : NULL;
}

bool jval_as_bool(const struct jval *v)
{
	const json_t *value = value_of(v);

	if (value && !json_is_boolean(value))
		jval_fail(v, "true or false is expected");
	return value && json_is_true(value);
}

uint64_t jval_as_number(const struct jval *v, uint64_t max)
{
	const json_t *value = typed(v, JSON_INTEGER, "a number without fraction");
	json_int_t n = value ? json_integer_value(value) : 0;

	if (n >= 0 && (uint64_t)n <= max)
		return (uint64_t)n;
	jval_fail(v, "a number from 0 to %llu is expected", (unsigned long long)max);
	return 0;
}

uint64_t jval_as_address(const struct jval *v)
{
	const char *text;
	char *end;
	uint64_t n;

	if (!jval_is_text(v))
		return jval_as_number(v, UINT32_MAX);
	text = jval_as_text(v);
	errno = 0;
	n = strtoull(text, &end, 16);
	if (strncmp(text, "0x", 2) == 0 && end != text + 2 && !*end && !errno &&
	    n <= UINT32_MAX)
		return n;
	jval_fail(v, "an address as \"0x08000000\" is expected");
	return 0;
}

/* ---- members ---------------------------------------------------------- */

static struct jval member(const struct jval *in, const char *name, enum jval_need need)
{
	return need == JVAL_NEEDED ? jval_need(in, name) : jval_get(in, name);
}

const char *jval_text(const struct jval *in, const char *name, enum jval_need need)
{
	const struct jval v = member(in, name, need);
	const char *text = jval_as_text(&v);

	if (need == JVAL_NEEDED && text && !*text)
		jval_fail(&v, "it is empty");
	return text;
}

bool jval_bool(const struct jval *in, const char *name, enum jval_need need)
{
	const struct jval v = member(in, name, need);

	return jval_as_bool(&v);
}

uint64_t jval_number(const struct jval *in, const char *name, uint64_t max,
		     enum jval_need need)
{
	const struct jval v = member(in, name, need);

	return jval_as_number(&v, max);
}

/* Is @name one of @names, separated by spaces? */
static bool is_listed(const char *names, const char *name)
{
	const size_t len = strlen(name);

	for (const char *at = names; len && (at = strstr(at, name)); at += len)
		if ((at == names || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

void jval_only(const struct jval *object, const char *names)
{
	for (struct jval v = jval_next(object, NULL); jval_is(&v); v = jval_next(object, &v))
		if (!is_listed(names, v.name))
			jval_fail(&v, "not a member that is known here; these are: %.120s",
				  names);
}
