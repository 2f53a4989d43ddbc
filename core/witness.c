/* SPDX-License-Identifier: MIT */
/* Collect a target's observations in fixed space. */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "witness.h"

#define KINDS	(1u << STK_OBS_BUS | 1u << STK_OBS_RULE | 1u << STK_OBS_RAM_WRITE |	\
		 1u << STK_OBS_STACK | 1u << STK_OBS_EXCEPTION | 1u << STK_OBS_FLASH |	\
		 1u << STK_OBS_NO_EFFECT)

static void copy_text(char *to, size_t len, const char *text)
{
	snprintf(to, len, "%s", text ? text : "");
}

static void note_rule(struct witness *w, const struct stk_observation *o)
{
	struct witness_rule *r;

	for (size_t i = 0; i < w->n_rules; i++) {
		if (o->rule && !strcmp(w->rule[i].id, o->rule)) {
			w->rule[i].count++;
			return;
		}
	}
	if (w->n_rules == WITNESS_RULES)
		return;
	r = &w->rule[w->n_rules++];
	copy_text(r->id, sizeof(r->id), o->rule);
	copy_text(r->basis, sizeof(r->basis), o->basis);
	copy_text(r->source, sizeof(r->source), o->source);
	copy_text(r->text, sizeof(r->text), o->text);
	r->addr = o->addr;
	r->pc = o->pc;
	r->count = 1;
}

static void observed(void *data, const struct stk_observation *o)
{
	struct witness *w = data;
	struct witness_access access = { o->addr, o->value, o->pc };

	if (w->tap)
		w->tap(w->tap_data, o);
	switch (o->kind) {
	case STK_OBS_BUS:
		if (o->write)
			w->write[w->n_writes++ % WITNESS_WRITES] = access;
		break;
	case STK_OBS_RULE:
		note_rule(w, o);
		break;
	case STK_OBS_RAM_WRITE:
		if (!w->wild_write)
			w->wild = access;
		w->wild_write = true;
		break;
	case STK_OBS_STACK:
		if (!w->stack_below)
			w->below = access;
		w->stack_below = true;
		break;
	case STK_OBS_EXCEPTION:
		w->exceptions++;
		break;
	default:
		break;
	}
}

int witness_attach(struct witness *w, struct stk_target *t, struct stk_error *err)
{
	memset(w, 0, sizeof(*w));
	if (!t->ops.observe)
		return 0;
	w->works = true;
	return t->ops.observe(t->priv, KINDS, observed, w, err);
}

void witness_detach(struct witness *w, struct stk_target *t)
{
	if (w->works && t->ops.observe(t->priv, 0, NULL, NULL, NULL))
		return;
	w->works = false;
}

void witness_clear(struct witness *w)
{
	/* The rings need no clearing, only their counts. */
	w->n_rules = 0;
	w->n_writes = 0;
	w->wild_write = false;
	w->stack_below = false;
	w->exceptions = 0;
}
