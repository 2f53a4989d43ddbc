/* SPDX-License-Identifier: MIT */
/*
 * The same slip is usually made for many devices at once: it is told once, with
 * the first of them and how many there are.
 */
#include "pack-slip.h"

#include <stdio.h>
#include <string.h>

static bool same_slip(const struct slip *a, const struct slip *b)
{
	return a->rule == b->rule && a->a == b->a && a->b == b->b &&
	       a->range.addr == b->range.addr && a->range.len == b->range.len;
}

/* A device may have thousands, and there may be thousands of devices. */
static size_t slip_hash(const struct slip *s)
{
	const uint64_t part[] = { s->rule, (uintptr_t)s->a, (uintptr_t)s->b,
				  s->range.addr, s->range.len };
	uint64_t h = 0;

	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		h = ((h ^ part[i]) * UINT64_C(0x9E3779B97F4A7C15)) ^ h >> 32;
	return (h ^ h >> 32) % SLIP_SLOTS;
}

/* Where it is, or would be: never NULL, for there are more slots than slips. */
static uint16_t *find_slot(struct slips *c, const struct slip *s)
{
	size_t at = slip_hash(s);

	while (c->slot[at] && !same_slip(&c->slips[c->slot[at] - 1], s))
		at = (at + 1) % SLIP_SLOTS;
	return &c->slot[at];
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

bool pack_slip_again(struct slips *c, const struct slip *s)
{
	const uint16_t *slot = find_slot(c, s);

	if (*slot)
		c->slips[*slot - 1].n_devices++;
	return *slot || c->count == SLIP_MAX;
}

int pack_slip(struct slips *c, struct slip s, const char *fmt, ...)
{
	va_list args;

	if (pack_slip_again(c, &s))
		return 0;
	if (c->count == c->room && grow(c))
		return -ENOMEM;
	va_start(args, fmt);
	vsnprintf(s.text, sizeof(s.text), fmt, args);
	va_end(args);
	s.device = c->device ? c->device->name : NULL;
	s.n_devices = 1;
	c->slips[c->count++] = s;
	*find_slot(c, &s) = (uint16_t)c->count;
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
