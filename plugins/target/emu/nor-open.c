/* SPDX-License-Identifier: GPL-2.0-only */
/* nor-open.c - which part it is, in which state, and its power */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nor-core.h"

#define MIN_NAME	6	/* letters: w25q16 */

/* One state, or several joined by '+'. */
int nor_leave(struct nor *nor, const char *states)
{
	char one[16];
	int r = 0;

	while (*states && r == 0) {
		size_t len = strcspn(states, "+");

		snprintf(one, sizeof(one), "%.*s", (int)len, states);
		r = nor->vendor->leave(nor, one);
		states += len + (states[len] == '+');
	}
	return r;
}

void nor_power(struct nor *nor)
{
	nor_cut_job(nor);
	nor->selected = false;
	nor->vendor->reset(nor, true);
	if (nor->left_as)
		nor_leave(nor, nor->left_as);
	nor->left_as = NULL;
	/* A board that has just been opened has had power for long. */
	if (emu_now(nor->emu))
		nor_settle(nor, nor->part->power_us);
}

static const struct nor_vendor *find_vendor(const char *name)
{
	static const struct nor_vendor *const vendors[] = {
		&nor_winbond, &nor_micron, &nor_macronix, &nor_spansion_s,
		&nor_spansion_l, &nor_issi, &nor_st, &nor_macronix_octal,
	};

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (!strcmp(vendors[i]->name, name))
			return vendors[i];
	return NULL;
}

/* By its name, or by a beginning of it that no other part has. */
static const struct nor_part *part_called(const char *name, bool *ambiguous)
{
	const struct nor_part *found = NULL;
	size_t len = strlen(name);

	*ambiguous = false;
	for (size_t i = 0; i < nor_n_parts; i++) {
		const struct nor_part *part = &nor_parts[i];

		if (!strcasecmp(part->name, name))
			return part;
		if (len < MIN_NAME || strncasecmp(part->name, name, len))
			continue;
		/* Generations of one part: the first in the facts is meant. */
		*ambiguous = *ambiguous || (found && found->size != part->size);
		if (!found)
			found = part;
	}
	return found;
}

/* The names of all parts that begin as @start does, as far as they fit. */
static void list_parts(const char *start, char *ret, size_t size)
{
	for (size_t i = 0, used = 0; i < nor_n_parts && used < size; i++) {
		if (strncasecmp(nor_parts[i].name, start, strlen(start)))
			continue;
		used += (size_t)snprintf(ret + used, size - used, "%s%s", used ? ", " : "",
					 nor_parts[i].name);
	}
}

static int find_part(struct nor *nor, const char *name, struct stk_error *err)
{
	bool ambiguous;
	char list[800];	/* the message is cut where it ends */

	nor->part = part_called(name, &ambiguous);
	if (!nor->part) {
		list_parts("", list, sizeof(list));
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "unknown-nor",
				"There is no SPI flash called '%s'; known are %s.", name, list);
	}
	if (ambiguous) {
		list_parts(name, list, sizeof(list));
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "unknown-nor",
				"'%s' may be any of %s.", name, list);
	}
	nor->vendor = find_vendor(nor->part->vendor);
	return 0;
}

static int read_quad_enable(struct nor *nor, struct stk_error *err)
{
	const char *qe = emu_option(nor->emu, "nor.qe");

	nor->qe_fixed = nor->part->id_qe0[0];
	nor->qe_set = !nor_has(nor, NOR_HAS_QE0);
	if (!qe)
		return 0;
	if (strcmp(qe, "0") && strcmp(qe, "1"))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"nor.qe=%s is neither 0 nor 1.", qe);
	if (!nor->vendor->quad_enabled)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"A %s has no Quad Enable bit for nor.qe=.",
				nor->part->title);
	nor->qe_set = strcmp(qe, "0");
	nor->qe_fixed = nor->qe_fixed && nor->qe_set;
	return 0;
}

static int read_state(struct nor *nor, struct stk_error *err)
{
	const char *state = emu_option(nor->emu, "nor.state");
	int r;

	nor->vendor->reset(nor, true);
	if (!state)
		return 0;
	r = nor_leave(nor, state);
	if (r < 0)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"A %s%s cannot be left in nor.state=%s.", nor->part->title,
				nor->qe_fixed ? " with fixed QE" : "", state);
	/* That was to see; power-on makes it so. */
	emu_cancel(nor->emu, &nor->event);
	nor->job.kind = NOR_JOB_NONE;
	nor->suspended.kind = NOR_JOB_NONE;
	nor->left_as = state;
	return 0;
}

/* Can the vendor's assumed rule take effect on this part? */
static bool has_assumed(const struct nor *nor)
{
	for (size_t i = 0; i < nor->vendor->n_ops; i++) {
		const struct nor_op *op = &nor->vendor->ops[i];

		if (op->flags & (NOR_OP_ASSUMED | NOR_OP_ANY_RATE) && nor_part_has(nor, op))
			return true;
	}
	return false;
}

static int offer_readings(struct nor *nor, struct stk_error *err)
{
	static const char *const names[] = {
		[NOR_TAKES] = "takes", [NOR_IGNORES] = "ignores", NULL
	};

	if (!has_assumed(nor))
		return 0;
	nor->assumed = (struct emu_choice){ nor->vendor->assumed, names, NOR_TAKES };
	return emu_add_choice(nor->emu, &nor->assumed, err);
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
	nor->locks = calloc(nor->part->size / NOR_4K / 8 + 1, 1);
	if (!nor->locks)
		return stk_fail_nomem(err);
	nor_array_init(nor);
	r = read_quad_enable(nor, err);
	if (!r)
		r = nor_offer_failures(nor, err);
	if (!r)
		r = offer_readings(nor, err);
	return r < 0 ? r : read_state(nor, err);
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
	free(nor->locks);
	free(nor);
}
