/* SPDX-License-Identifier: MIT */
/* What swap and restore change, as JSON. */
#include <jansson.h>

#include "json.h"

static json_t *json_change(const struct ldb_change *c)
{
	json_t *o = json_new();

	put_text(o, "kind", c->kind == LDB_SWAP_TREE ? "tree" : "file");
	put_text(o, "path", c->path);
	put_text(o, "before_sha256", c->before_sha256);
	put_text(o, "after_sha256", c->after_sha256);
	put_text(o, "from", c->from);
	put_u64(o, "files", c->n_files);
	put_text(o, "why", c->why);
	put_text(o, "caution", c->caution);
	put_text(o, "refused", c->refused);
	put_text(o, "refused_cause", c->refused_cause);
	put_bool(o, "done", c->done);
	put(o, "swap", c->swap ? json_integer(c->swap) : json_null());
	return o;
}

void json_swapped(FILE *out, const struct swapped *s)
{
	json_t *o = json_document(), *changes = json_new_array(), *told = json_new_array();

	for (size_t i = 0; i < s->info->n_changes; i++)
		put_last(changes, json_change(&s->info->changes[i]));
	for (size_t i = 0; s->recovered && i < s->recovered->count; i++)
		put_last(told, json_text(s->recovered->told[i]));
	put_bool(o, "ok", !s->err);
	put_text(o, "action", s->restore ? "restore" : "swap");
	put_bool(o, "run", s->run);
	put(o, "changes", changes);
	put(o, "recovered", told);
	if (s->err)
		put(o, "error", json_error(s->err));
	json_finish(out, o);
}
