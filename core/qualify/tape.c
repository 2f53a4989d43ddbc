/* SPDX-License-Identifier: MIT */
/* Record the register accesses of a call, and put them in words. */
#include "tape.h"

#include <string.h>

#define FNV_START	0xcbf29ce484222325ull
#define FNV_PRIME	0x100000001b3ull

/* FNV-1a, 64 bits, over the bytes of @value. */
static uint64_t mix(uint64_t digest, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		digest = (digest ^ (value >> 8 * i & 0xff)) * FNV_PRIME;
	return digest;
}

static uint64_t mix_all(uint64_t digest, const struct stk_observation *o)
{
	digest = mix(digest, (uint64_t)o->kind << 1 | o->write);
	digest = mix(digest, o->addr);
	digest = mix(digest, o->len);
	return mix(digest, o->value);
}

static void mix_observation(struct tape *t, const struct stk_observation *o)
{
	t->digest = mix_all(t->digest, o);
	if (!o->write)
		return;
	t->wrote = mix_all(t->wrote, o);
	t->before = t->effect;
	t->effect = mix_all(t->effect, o);
}

static void note_read(struct tape *t, const struct stk_observation *o)
{
	for (size_t i = 0; i < t->n_reads; i++)
		if (t->read[i].address == o->addr)
			return;
	if (t->n_reads < TAPE_READS)
		t->read[t->n_reads++] = (struct tape_read){ o->addr, o->len,
							    (uint32_t)o->value };
}

static bool again(const struct tape *t, const struct stk_observation *o)
{
	const struct stk_access *last = &t->access[(t->n - 1) % TAPE_ROOM];

	return t->n && last->address == o->addr && last->value == (uint32_t)o->value &&
	       last->write == o->write && t->width == o->len;
}

static void take(struct tape *t, const struct stk_observation *o)
{
	if (again(t, o)) {
		t->access[(t->n - 1) % TAPE_ROOM].repeats++;
		if (o->write)
			mix_observation(t, o);
		return;
	}
	t->access[t->n++ % TAPE_ROOM] = (struct stk_access){
		.ns = o->ns,
		.pc = o->pc,
		.address = o->addr,
		.value = (uint32_t)o->value,
		.write = o->write,
	};
	t->width = o->len;
	mix_observation(t, o);
	if (!o->write)
		note_read(t, o);
}

static void observed(void *data, const struct stk_observation *o)
{
	struct tape *t = data;

	if (o->kind == STK_OBS_BUS)
		take(t, o);
	if (o->kind == STK_OBS_NO_EFFECT)
		t->effect = t->before;
	if (o->kind != STK_OBS_FLASH)
		return;
	t->flash_changes++;
	mix_observation(t, o);
}

void tape_start(struct tape *t, struct witness *w)
{
	t->n = 0;
	t->digest = t->wrote = t->effect = t->before = FNV_START;
	t->n_reads = 0;
	t->flash_changes = 0;
	w->tap = observed;
	w->tap_data = t;
}

void tape_stop(struct tape *t, struct witness *w)
{
	if (w->tap_data != t)
		return;
	w->tap = NULL;
	w->tap_data = NULL;
}

/* false: out of memory */
static bool put_in_words(struct stk_access *a, struct stk_ctx *ctx,
			 const struct stk_chip *chip, struct arena *arena)
{
	struct stk_register_place place;
	char text[256];

	if (!stk_register_name(ctx, chip, a->address, text, sizeof(text)))
		return true;
	a->name = arena_strdup(arena, text);
	if (!a->name)
		return false;
	if (!stk_register_at(ctx, chip, a->address, &place) || !place.reg ||
	    place.offset || !place.reg->n_fields)
		return true;
	a->text = arena_strdup(arena, stk_register_text(place.reg, a->value, text,
							sizeof(text)));
	return a->text != NULL;
}

const struct stk_access *tape_text(const struct tape *t, struct stk_ctx *ctx,
				   const struct stk_chip *chip, struct arena *arena,
				   size_t *ret_count, uint64_t *ret_dropped)
{
	size_t n = t->n < TAPE_ROOM ? (size_t)t->n : TAPE_ROOM;
	struct stk_access *list = arena_alloc(arena, (n + 1) * sizeof(*list));

	if (!list)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		list[i] = t->access[(t->n - n + i) % TAPE_ROOM];
		if (!put_in_words(&list[i], ctx, chip, arena))
			return NULL;
	}
	*ret_count = n;
	*ret_dropped = t->n - n;
	return list;
}
