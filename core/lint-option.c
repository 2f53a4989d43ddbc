/* SPDX-License-Identifier: MIT */
/* What gives away that a loader is after the option bytes. */
#include "core.h"

#include <string.h>
#include <strings.h>

#include "lint.h"
#include "part.h"

/* A compiler that has other things to do puts them between MOVW and MOVT. */
#define PAIR_REACH	64u

/* Its very purpose: by its name, or by what it serves. */
bool lint_is_option_loader(const struct lint *l)
{
	const struct stk_device *d = l->device;

	return !d || (d->start >= 0x1FF00000 && d->start < 0x20000000) ||
	       (d->start >= 0x40000000 && d->start < 0x60000000) ||
	       strcasestr(d->name, "OPT") || strcasestr(l->info->name, "OPT") ||
	       strcasestr(d->name, "OTP") || strcasestr(l->info->name, "OTP");
}

static const struct stk_signature *option_key(const struct lint *l, uint32_t value)
{
	const struct stk_signature *s =
		signature_find(l->facts, l->n_facts, value,
			       l->guess ? l->guess->family : NULL);

	return s && s->kind == STK_SIGNATURE_OPTION_KEY ? s : NULL;
}

const struct stk_code_constant *lint_option_key(const struct lint *l,
						const struct stk_code_function **ret,
						const struct stk_signature **ret_key)
{
	for (size_t i = 0; l->code && i < l->code->n_functions; i++) {
		const struct stk_code_function *f = &l->code->functions[i];

		for (size_t k = 0; l->reached[i] && k < f->n_constants; k++) {
			*ret_key = option_key(l, f->constants[k].value);
			*ret = f;
			if (*ret_key)
				return &f->constants[k];
		}
	}
	return NULL;
}

/* ---- without knowing what is code ---------------------------------------- */

/* MOVW, encoding T3, and MOVT, T1: DDI0403E A7.7.76, A7.7.79. */
enum half { HALF_NONE, HALF_LOW, HALF_HIGH };

static enum half half_at(const uint8_t *p, unsigned int *rd, uint32_t *imm)
{
	uint32_t first = get_le16(p), second = get_le16(p + 2);

	if ((first & 0xFB70) != 0xF240 || second & 0x8000)
		return HALF_NONE;
	*rd = second >> 8 & 0xF;
	*imm = (first & 0xF) << 12 | (first >> 10 & 1) << 11 |
	       (second >> 12 & 7) << 8 | (second & 0xFF);
	return first & 0x80 ? HALF_HIGH : HALF_LOW;
}

/* The key whose halves a MOVW at @at and a MOVT close behind it load. */
static const struct stk_signature *pair_at(const struct lint *l,
					   const struct loader_chunk *c, uint64_t at)
{
	const struct stk_signature *key = NULL;
	unsigned int rd, other;
	uint32_t low, high;

	if (half_at(c->data + at, &rd, &low) != HALF_LOW)
		return NULL;
	for (uint64_t k = at + 4; !key && k + 4 <= c->len && k - at <= PAIR_REACH; k += 2) {
		if (half_at(c->data + k, &other, &high) == HALF_HIGH && other == rd)
			key = option_key(l, high << 16 | low);
	}
	return key;
}

const struct stk_signature *lint_option_key_bytes(const struct lint *l, uint64_t *ret)
{
	size_t n;
	const struct loader_chunk *c = loader_image(l->loader, &n);

	for (size_t i = 0; i < n; i++) {
		for (uint64_t at = 0; at + 4 <= c[i].len; at += 2) {
			const struct stk_signature *key =
				option_key(l, get_le32(c[i].data + at));

			if (!key)
				key = pair_at(l, &c[i], at);
			*ret = c[i].addr + at;
			if (key)
				return key;
		}
	}
	return NULL;
}
