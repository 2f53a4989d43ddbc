/* SPDX-License-Identifier: MIT */
/* json.h - what render/json*.c share, below <jansson.h>, which nobody else includes */
#ifndef JSON_H
#define JSON_H

#include "render.h"

/* Every one of these ends the program when memory runs out. */

json_t *json_new(void);
json_t *json_new_array(void);
/* Takes @value over. */
void put(json_t *object, const char *key, json_t *value);
void put_last(json_t *array, json_t *value);
/* NULL becomes null. */
void put_text(json_t *object, const char *key, const char *s);
/* Seconds since 1970 as text; 0 becomes null. */
void put_when(json_t *object, const char *key, int64_t when);
/* A value above 2^63 - 1, which a JSON reader cannot be trusted with: "0x...". */
void put_u64(json_t *object, const char *key, uint64_t value);
void put_bool(json_t *object, const char *key, bool value);
/* Valid UTF-8 as it is, anything else byte by byte as Latin-1; NULL is null. */
json_t *json_text(const char *s);
json_t *json_hex(const uint8_t *data, size_t len);

/* {cause, message, origin}. */
json_t *json_error(const struct stk_error *err);
void put_diagnosis(json_t *error, const struct stk_diagnosis *d);
/* The same as an object of its own; NULL is null. */
json_t *json_diagnosis(const struct stk_diagnosis *d);
void put_range(json_t *o, struct stk_range r);
/* A document about the loader database at @path. */
json_t *json_db_document(const char *path, bool ok);
/* One verdict of the loader database. */
json_t *json_verdict(const struct ldb_verdict *v);
/* {path, format, sha256}: which loader it was. */
json_t *json_loader_id(const struct stk_loader_info *info);
/* One call into a loader, with its accesses to registers; NULL is null. */
json_t *json_trial_call(const struct stk_trial_call *c);
/* {class, name, version, ...}: the same in module list and in reports. */
json_t *json_module_object(const struct stk_module_info *m);
json_t *json_module_array(const struct stk_module_info *const *modules, size_t count);
json_t *json_loader_object(const struct inspected *file);
/* One more object of an array of files; takes it over. */
void json_array_item(FILE *out, json_t *object, size_t index);
/* The same as text, which free() frees. */
char *json_item_text(json_t *object);
json_t *json_finding(const struct stk_finding *f);
json_t *json_finding_array(const struct stk_finding *findings, size_t count);
json_t *json_region_array(const struct stk_region *regions, size_t count);

/* Members of an array that is written as it comes, inside of a document. */
void json_embedded_item(FILE *out, const char *text, size_t index);
/* The end of that array, what else the document has, and its end. */
void json_embedded_end(FILE *out, json_t *rest, const struct stk_error *err);

/* Begin a document: {"stoker_json": 1}. */
json_t *json_document(void);
/* Print it, and end it. */
void json_finish(FILE *out, json_t *document);

#endif
