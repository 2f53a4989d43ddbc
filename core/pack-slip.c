/* SPDX-License-Identifier: MIT */
/*
 * The same slip is usually made for many devices at once: it is told once, with
 * the first of them and how many there are.
 */
#include "pack-slip.h"

#include <stdio.h>
#include <string.h>

static struct slip *find_slip(struct slips *c, const struct slip *s)
{
	for (size_t i = 0; i < c->count; i++) {
		struct slip *old = &c->slips[i];

		if (old->rule == s->rule && !strcmp(old->a, s->a) &&
		    (old->b && s->b ? !strcmp(old->b, s->b) : old->b == s->b) &&
		    old->range.addr == s->range.addr && old->range.len == s->range.len)
			return old;
	}
	return NULL;
}

static int grow(struct slips *c)
{
	size_t room = c->room ? 2 * c->room : 16;
	struct slip *grown = reallocarray(c->slips, room, sizeof(*grown));

	if (!grown)
		return stk_fail_nomem(c->err);
	c->slips = grown;
	c->room = room;
	return 0;
}

int pack_slip(struct slips *c, struct slip s, const char *fmt, ...)
{
	struct slip *old = find_slip(c, &s);
	va_list args;

	if (old) {
		old->n_devices++;
		return 0;
	}
	if (c->count == PACK_MAX_FINDINGS)
		return 0;
	if (c->count == c->room && grow(c))
		return -ENOMEM;
	va_start(args, fmt);
	vsnprintf(s.text, sizeof(s.text), fmt, args);
	va_end(args);
	s.device = c->device ? c->device->name : NULL;
	s.n_devices = 1;
	c->slips[c->count++] = s;
	return 0;
}

static int tell(struct slips *c, const struct slip *s, struct pack_list *findings)
{
	char text[SLIP_TEXT + 120];

	if (!s->device)
		snprintf(text, sizeof(text), "%s", s->text);
	else if (s->n_devices == 1)
		snprintf(text, sizeof(text), "%s (%.60s)", s->text, s->device);
	else
		snprintf(text, sizeof(text), "%s (%.60s and %zu more)", s->text,
			 s->device, s->n_devices - 1);
	return pack_finding(c->pack, findings, s->rule, text, c->err);
}

int pack_tell_slips(struct slips *c, struct pack_list *findings)
{
	int r = 0;

	for (size_t i = 0; i < c->count && !r; i++)
		r = tell(c, &c->slips[i], findings);
	free(c->slips);
	return r;
}
