/* SPDX-License-Identifier: GPL-2.0-only */
/* failures.c - ways in which this chip can be made to fail, and those it does */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

static size_t find(const struct emu_failures *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (!strcmp(f->list[i].name, name))
			break;
	return i;
}

static bool is_offered(const struct emu_failures *f, const struct emu_failure *offer)
{
	size_t i;

	for (i = 0; i < f->n_offers; i++)
		if (!strcmp(f->offer[i].is.name, offer->is.name) &&
		    f->offer[i].set == offer->set && f->offer[i].priv == offer->priv)
			return true;
	return false;
}

int emu_offer(struct emu *emu, const struct emu_failure *failure, struct stk_error *err)
{
	struct emu_failures *f = &emu->failures;
	size_t i = find(f, failure->is.name);

	if (is_offered(f, failure))
		return 0;
	if (i == EMU_MAX_FAILURE || f->n_offers == EMU_MAX_OFFER)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "chip-facts",
				"%s can fail in more ways than are supported",
				emu->chip->name);
	f->offer[f->n_offers++] = *failure;
	if (i == f->n)
		f->list[f->n++] = failure->is;
	return 0;
}

bool emu_fails(const struct emu *emu, const char *name)
{
	size_t i = find(&emu->failures, name);

	return i < emu->failures.n && emu->failures.on[i];
}

static int unknown(struct emu *emu, const char *name, struct stk_error *err)
{
	const struct emu_failures *f = &emu->failures;
	char known[360] = "";
	size_t i, len = 0;

	for (i = 0; i < f->n && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
					i ? ", " : "", f->list[i].name);
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "unknown-failure",
			"%s cannot be made to fail by '%s'; it knows %s", emu->chip->name,
			name, known);
}

static int check_place(struct emu *emu, const char *name, struct stk_range where,
		       struct stk_error *err)
{
	uint64_t at = where.addr, left = where.len;

	if (!stk_range_valid(where))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "place-needed",
				"'%s' is somewhere: give a range of flash, %s@ADDR+LEN",
				name, name);
	while (left) {
		size_t run = (size_t)left;

		if (!emu_cells_at(emu, false, at, &run))
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-cells",
					"'%s' cannot be at 0x%08llx: there is no flash cell",
					name, (unsigned long long)at);
		at += run;
		left -= run;
	}
	return 0;
}

int failures_set(struct emu *emu, const char *name, struct stk_range where,
		 struct stk_error *err)
{
	struct emu_failures *f = &emu->failures;
	size_t i = find(f, name), k;
	int r;

	if (i == f->n)
		return unknown(emu, name, err);
	r = f->list[i].place ? check_place(emu, name, where, err) : 0;
	for (k = 0; !r && k < f->n_offers; k++)
		if (!strcmp(f->offer[k].is.name, name) && f->offer[k].set)
			r = f->offer[k].set(f->offer[k].priv, where, err);
	f->on[i] |= !r;
	emu->changes++;
	poll_reset(emu);
	return r;
}

int failures_parse(struct emu *emu, const char *text, struct stk_error *err)
{
	const char *at = strchr(text, '@'), *plus = at ? strchr(at, '+') : NULL;
	struct stk_range where = { 0 };
	char name[48], addr[32] = "";

	snprintf(name, sizeof(name), "%.*s", (int)(at ? at - text : (long)strlen(text)), text);
	if (plus)
		snprintf(addr, sizeof(addr), "%.*s", (int)(plus - at - 1), at + 1);
	if (at && (!plus || stk_parse_u64(addr, &where.addr) ||
		   stk_parse_u64(plus + 1, &where.len)))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"fail=%s: NAME or NAME@ADDR+LEN is expected", text);
	return failures_set(emu, name, where, err);
}

int failures_from_options(struct emu *emu, struct stk_error *err)
{
	const char *text;
	unsigned int n;
	int r = 0;

	for (n = 0; !r && (text = options_nth(emu, "fail", n)) != NULL; n++)
		r = failures_parse(emu, text, err);
	return r;
}

void failures_after_reset(struct emu *emu)
{
	struct emu_failures *f = &emu->failures;
	const struct stk_range nowhere = { 0 };
	size_t i;

	for (i = 0; i < f->n_offers; i++)
		if (f->offer[i].again && emu_fails(emu, f->offer[i].is.name))
			(void)!f->offer[i].set(f->offer[i].priv, nowhere, NULL);
}
