/* SPDX-License-Identifier: MIT */
/* inspect -r as one document, whose files are printed as they come. */
#include "../folder.h"

#include <jansson.h>

#include "json.h"

void json_folder_begin(FILE *out)
{
	fprintf(out, "{\n\"stoker_json\": %d,\n\"files\": [", JSON_VERSION);
}

void json_folder_file(FILE *out, const char *text, size_t index)
{
	json_embedded_item(out, text, index);
}

static json_t *json_build(const struct folder_build *b)
{
	json_t *o = json_new(), *files = json_new_array();

	put_text(o, "sha256", b->rows[0]->sha256);
	put_text(o, "table_sha256", b->rows[0]->table_sha256);
	for (size_t i = 0; i < b->n_rows; i++)
		put_last(files, json_text(b->rows[i]->path));
	put(o, "files", files);
	return o;
}

static json_t *json_builds(const struct folder_code *c)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < c->n_builds; i++)
		put_last(array, json_build(&c->builds[i]));
	return array;
}

static json_t *json_code(const struct folder_code *c)
{
	json_t *o = json_new();

	put_text(o, "code_sha256", c->builds[0].rows[0]->code_sha256);
	put(o, "builds", json_builds(c));
	return o;
}

static json_t *json_identical(const struct folder *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_identical; i++)
		put_last(array, json_build(f->identical[i]));
	return array;
}

static json_t *json_same_code(const struct folder *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_codes; i++) {
		if (f->codes[i].n_builds > 1)
			put_last(array, json_code(&f->codes[i]));
	}
	return array;
}

static json_t *json_like(const struct folder *f, size_t first)
{
	json_t *array = json_new_array();

	for (size_t i = first; i < f->n_codes; i++) {
		json_t *o;

		if (f->codes[i].like != first)
			continue;
		o = json_code(&f->codes[i]);
		put_u64(o, "percent", f->codes[i].percent);
		put_last(array, o);
	}
	return array;
}

static json_t *json_similar(const struct folder *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_codes; i++) {
		if (folder_likes(f, i) > 1)
			put_last(array, json_like(f, i));
	}
	return array;
}

static json_t *json_counts(const struct folder_counts *c)
{
	json_t *o = json_new(), *findings = json_new();

	put_u64(o, "loaders", c->loaders);
	put_u64(o, "unusable", c->unusable);
	put_u64(o, "packs", c->packs);
	put_u64(o, "others", c->others);
	for (int i = STK_ERROR; i >= STK_NOTE; i--)
		put_u64(findings, stk_level_name((enum stk_level)i), c->findings[i]);
	put(o, "findings", findings);
	return o;
}

static json_t *json_packs(const struct folder *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_rows; i++) {
		if (f->rows[i].pack)
			put_last(array, json_text(f->rows[i].path));
	}
	return array;
}

static json_t *json_unreadable(const struct folder *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_unreadable; i++) {
		json_t *o = json_new();

		put_text(o, "path", f->unreadable[i].path);
		put(o, "error", json_error(f->unreadable[i].err));
		put_last(array, o);
	}
	return array;
}

void json_folder_end(FILE *out, const struct folder *f,
		     const struct folder_counts *counts, const struct stk_error *err)
{
	json_t *rest = json_new();

	put(rest, "packs", json_packs(f));
	put(rest, "unreadable", json_unreadable(f));
	put(rest, "counts", json_counts(counts));
	put(rest, "identical", json_identical(f));
	put(rest, "same_code", json_same_code(f));
	if (f->code)
		put(rest, "similar", json_similar(f));
	json_embedded_end(out, rest, err);
}
