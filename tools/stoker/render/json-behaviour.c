/* SPDX-License-Identifier: MIT */
/* diff --behaviour as JSON. */
#include "../cmd.h"

#include <jansson.h>

#include "json.h"

static json_t *json_call_pair(const struct stk_behaviour_call *c)
{
	json_t *o = json_new();

	put_text(o, "call", c->text);
	put_bool(o, "equal", c->equal);
	put(o, "a", json_trial_call(&c->a));
	put(o, "b", json_trial_call(&c->b));
	if (c->equal)
		return o;
	put_text(o, "difference", c->difference);
	put_u64(o, "differs", c->differs);
	return o;
}

void json_behaviour(FILE *out, const struct stk_loader_info *const loader[2],
		    const struct stk_behaviour_report *r)
{
	json_t *o = json_document(), *calls = json_new_array();

	for (size_t i = 0; i < r->n_calls; i++)
		put_last(calls, json_call_pair(&r->calls[i]));
	put_bool(o, "ok", true);
	put_bool(o, "equal", r->equal);
	put(o, "a", json_loader_id(loader[0]));
	put(o, "b", json_loader_id(loader[1]));
	put_text(o, "chip", r->chip);
	put_text(o, "target", r->target);
	put_text(o, "host", r->host);
	put(o, "calls", calls);
	json_finish(out, o);
}
