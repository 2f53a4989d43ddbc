/* SPDX-License-Identifier: GPL-2.0-only */
/* nor-open.c - which part it is, in which state, and its power */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nor-core.h"

void nor_power(struct nor *nor)
{
	nor_cut_job(nor);
	nor->selected = false;
	nor->vendor->reset(nor, true);
	if (nor->left_as)
		nor->vendor->leave(nor, nor->left_as);
	nor->left_as = NULL;
}

static const struct nor_vendor *find_vendor(const char *name)
{
	static const struct nor_vendor *const vendors[] = { &nor_winbond };

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (!strcmp(vendors[i]->name, name))
			return vendors[i];
	return NULL;
}

static int find_part(struct nor *nor, const char *name, struct stk_error *err)
{
	char known[256] = "";

	for (size_t i = 0; i < nor_n_parts; i++) {
		size_t used = strlen(known);

		if (!strcasecmp(nor_parts[i].name, name)) {
			nor->part = &nor_parts[i];
			nor->vendor = find_vendor(nor->part->vendor);
			return 0;
		}
		snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "",
			 nor_parts[i].name);
	}
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "unknown-nor",
			"There is no SPI flash called '%s'; known are %s.", name, known);
}

static int read_options(struct nor *nor, struct stk_error *err)
{
	const char *qe = emu_option(nor->emu, "nor.qe");
	const char *state = emu_option(nor->emu, "nor.state");

	nor->qe_fixed = true;
	if (qe && strcmp(qe, "0") && strcmp(qe, "1"))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"nor.qe=%s is neither 0 nor 1.", qe);
	if (qe)
		nor->qe_fixed = strcmp(qe, "0");
	nor->vendor->reset(nor, true);
	if (state && nor->vendor->leave(nor, state) < 0)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"A %s%s cannot be left in nor.state=%s.", nor->part->title,
				nor->qe_fixed ? " with fixed QE" : "", state);
	nor->left_as = state;
	return 0;
}

static int open_part(struct nor *nor, const char *name, struct stk_error *err)
{
	int r = find_part(nor, name, err);

	if (r < 0)
		return r;
	snprintf(nor->register_store, sizeof(nor->register_store), "%s.registers",
		 nor->place.store);
	nor->array = emu_store(nor->emu, nor->place.store, nor->part->size, 0xff, err);
	if (!nor->array)
		return -ENOMEM;
	nor->nonvolatile = emu_store(nor->emu, nor->register_store, NOR_REGISTERS, 0xff,
				     err);
	if (!nor->nonvolatile)
		return -ENOMEM;
	nor_array_init(nor);
	return read_options(nor, err);
}

int nor_open(struct emu *emu, const char *name, const struct nor_place *place,
	     struct nor **ret, struct stk_error *err)
{
	struct nor *nor = calloc(1, sizeof(*nor));
	int r;

	if (!nor)
		return stk_fail_nomem(err);
	nor->emu = emu;
	nor->place = *place;
	r = open_part(nor, name, err);
	if (r < 0) {
		nor_close(nor);
		return r;
	}
	*ret = nor;
	return 0;
}

void nor_close(struct nor *nor)
{
	if (!nor)
		return;
	emu_cancel(nor->emu, &nor->event);
	free(nor);
}
