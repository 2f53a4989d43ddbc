/* SPDX-License-Identifier: MIT */
/*
 * A virtual chip is made anew, a real one is not: a wrong option byte can lock it
 * for good. So what is known to be wrong with a loader, or that it gets at option
 * bytes, is looked for before anything is touched.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "care.h"
#include "chip.h"
#include "host.h"
#include "lint.h"

/*
 * Where chips have option bytes, OTP and system memory, also chips that no module
 * has facts about. Nothing else of any STM32 lies there.
 */
static const struct stk_range info_places[] = {
	{ 0x1FF00000, 0x00100000 },	/* all but those below */
	{ 0x00100000, 0x00010000 },	/* F7 again, for ITCM: RM0385 3.3.2, table 3 */
	{ 0x08FFF000, 0x00001000 },	/* H5, H7A3, H7RS: OTP, device words */
	{ 0x0BF80000, 0x00080000 },	/* L5, U5, WBA: system memory, OTP */
	{ 0x0FF80000, 0x00080000 },	/* assumed: the same, secure */
};

/* Option bytes of H7, fuses of N6: among the registers. */
static const struct stk_range registers = { 0x40000000, 0x20000000 };

/* ---- findings --------------------------------------------------------- */

static int refuse_finding(const struct lint *l, const char *id, const char *text,
			  struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, EPERM, "lint-error",
			"'%s' has the error %s (%.200s): on a real chip it runs with "
			"--force only; stoker inspect --explain %s says what it means",
			l->info->path, id, text, id);
}

/* Those of the file, or of a check that the caller made. */
static const struct stk_finding *known_error(const struct lint *l,
					     const struct stk_host *host)
{
	for (size_t i = 0; i < l->info->n_findings; i++) {
		const struct stk_finding *f = &l->info->findings[i];

		if (f->level == STK_ERROR &&
		    (!f->host || !strcmp(f->host, host->info.name)))
			return f;
	}
	return NULL;
}

/* Those that the chip and the code show; nothing is added to the loader. */
static const struct lint_rule *error_here(struct lint *l)
{
	const struct lint_rules *const all[] = { &lint_chip, &lint_part, &lint_code };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		for (size_t k = 0; k < all[i]->n; k++) {
			const struct lint_rule *rule = &all[i]->rule[k];

			if (rule->rule.level == STK_ERROR && rule->check(l))
				return rule;
		}
	}
	return NULL;
}

static int check_findings(const struct care *care, struct lint *l, struct stk_error *err)
{
	const struct stk_finding *known = known_error(l, care->host);
	const struct lint_rule *rule;

	if (care->force)
		return 0;
	if (known)
		return refuse_finding(l, known->id, known->text, err);
	rule = error_here(l);
	return rule ? refuse_finding(l, rule->rule.id, l->detail, err) : 0;
}

/* ---- option bytes ----------------------------------------------------- */

static int refuse_options(const struct lint *l, const char *what, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, EPERM, "touches-option-bytes",
			"'%s': %s: on a real chip it runs with --allow-option-bytes only, "
			"since what is changed there can lock the chip for good",
			l->info->path, what);
}

static bool is_option_memory(const struct stk_memory *m)
{
	return m->kind == STK_MEM_ROM &&
	       (!strncmp(m->name, "OPTION", 6) || !strcmp(m->name, "OTP"));
}

static bool chip_has_info(const struct stk_chip *chip, struct stk_range r)
{
	for (size_t i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (is_option_memory(m) &&
		    stk_range_overlaps(r, (struct stk_range){ m->start, m->size }))
			return true;
	}
	return false;
}

/* By the facts of @chip, or of any chip where it is NULL. */
static bool known_info(const struct lint *l, const struct stk_chip *chip,
		       struct stk_range r)
{
	bool found = chip && chip_has_info(chip, r);

	for (size_t i = 0; !chip && i < l->n_facts; i++) {
		for (size_t k = 0; k < l->facts[i]->n_chips && !found; k++)
			found = chip_has_info(l->facts[i]->chips[k], r);
	}
	return found;
}

/* Is any of @r option bytes or OTP, or system memory that may hold them? */
static bool is_info(const struct lint *l, const struct stk_chip *chip, struct stk_range r)
{
	for (size_t i = 0; i < ARRAY_SIZE(info_places); i++) {
		if (stk_range_overlaps(r, info_places[i]))
			return true;
	}
	return known_info(l, chip, r);
}

static int refuse_device(const struct lint *l, struct stk_range r, const char *how,
			 struct stk_error *err)
{
	char what[240];

	snprintf(what, sizeof(what),
		 "its device '%.60s' at 0x%08" PRIx64 " %s option bytes or one-time "
		 "programmable memory", l->device->name, r.addr, how);
	return refuse_options(l, what, err);
}

/* All that it says it can write to, not only where that begins. */
static int check_device(const struct lint *l, const struct stk_chip *chip,
			struct stk_error *err)
{
	const struct stk_device *d = l->device;
	struct stk_range all = { d->start, d->size };

	if (lint_is_option_loader(l) || is_info(l, chip, (struct stk_range){ d->start, 1 }))
		return refuse_device(l, all, "is for", err);
	if (is_info(l, chip, all) || stk_range_overlaps(all, registers))
		return refuse_device(l, all, "has sectors that are", err);
	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *g = &d->regions[i];
		struct stk_range r = { g->start, g->count * g->size };

		if (is_info(l, chip, r) || stk_range_overlaps(r, registers))
			return refuse_device(l, r, "has sectors that are", err);
	}
	return 0;
}

/*
 * The register that opens the option bytes; also that of F0, F1, F3, whose keys do
 * not tell. Those behind it, OPTCR and its like, do nothing until then, and a mass
 * erase of an H7 goes through one of them (RM0433 4.3.10): they prove nothing.
 */
static bool opens_options(const struct lint *l, const struct stk_chip *chip, uint64_t addr)
{
	struct stk_register_place place;

	return chip_register_at(l->facts, l->n_facts, chip, addr, &place) && place.reg &&
	       !strcmp(place.peripheral->name, "FLASH") &&
	       !strncmp(place.reg->name, "OPTKEY", 6);
}

static int refuse_store(const struct lint *l, const struct stk_code_function *f,
			const struct stk_code_access *a, const char *what,
			struct stk_error *err)
{
	char text[240];

	snprintf(text, sizeof(text), "%.60s writes at 0x%08" PRIx64 " to 0x%08" PRIx64
		 ", %s", f->name ? f->name : "a function without a name", a->pc, a->address,
		 what);
	return refuse_options(l, text, err);
}

static int check_stores(const struct lint *l, const struct stk_chip *chip,
			struct stk_error *err)
{
	for (size_t i = 0; i < l->code->n_functions; i++) {
		const struct stk_code_function *f = &l->code->functions[i];

		for (size_t k = 0; l->reached[i] && k < f->n_accesses; k++) {
			const struct stk_code_access *a = &f->accesses[k];

			if (a->write && opens_options(l, chip, a->address))
				return refuse_store(l, f, a,
						    "which opens the option bytes", err);
			if (a->write &&
			    is_info(l, chip, (struct stk_range){ a->address, 1 }))
				return refuse_store(l, f, a, "option bytes or one-time "
						    "programmable memory", err);
		}
	}
	return 0;
}

static int check_constants(const struct lint *l, struct stk_error *err)
{
	const struct stk_code_function *f;
	const struct stk_signature *key;
	const struct stk_code_constant *c = lint_option_key(l, &f, &key);
	char what[240];

	if (!c)
		return 0;
	snprintf(what, sizeof(what), "%.60s loads at 0x%08" PRIx64
		 " the key 0x%08x (%.60s), which opens the option bytes",
		 f->name ? f->name : "a function without a name", c->pc, c->value, key->name);
	return refuse_options(l, what, err);
}

/* Code that only a pointer leads to need not be among the functions. */
static int check_bytes(const struct lint *l, struct stk_error *err)
{
	uint64_t at;
	const struct stk_signature *key = lint_option_key_bytes(l, &at);
	char what[240];

	if (!key)
		return 0;
	snprintf(what, sizeof(what), "it calls through pointers, and has at 0x%08" PRIx64
		 " the key 0x%08x (%.60s), which opens the option bytes",
		 at, key->value, key->name);
	return refuse_options(l, what, err);
}

static int check_code(const struct lint *l, const struct stk_chip *chip, bool blind,
		      struct stk_error *err)
{
	int r = check_constants(l, err);

	if (!r)
		r = check_stores(l, chip, err);
	return r || !blind ? r : check_bytes(l, err);
}

/* @reached is l->reached: the findings, which go by it too, have been looked for. */
static int check_options(const struct care *care, struct lint *l, bool *reached,
			 struct stk_error *err)
{
	const struct stk_chip *chip = care->target->facts.chip ? care->target->facts.chip
							       : l->chip;
	int r;

	if (care->allow_option_bytes)
		return 0;
	r = check_device(l, chip, err);
	if (!r && l->code)
		return check_code(l, chip, lint_reach_blindly(l->code, reached), err);
	return r ? r : refuse_options(l, "nothing here could take its code apart, so nobody "
				      "knows whether it touches option bytes", err);
}

int care_check(const struct care *care, struct stk_loader *loader, struct stk_error *err)
{
	const struct stk_target *t = care->target;
	const struct stk_check_options opt = {
		.size = sizeof(opt), .chip = t->facts.chip, .code = true,
	};
	stk_cleanup(freep) bool *reached = NULL;
	struct stk_chip_guess guess;
	struct lint l;
	int r;

	if (t->facts.virtual_time || (care->force && care->allow_option_bytes))
		return 0;
	r = lint_gather(t->ctx, loader, &opt, &guess, &l, err);
	if (r)
		return r;
	reached = l.code ? lint_reach(l.code) : NULL;
	if (l.code && !reached)
		return stk_fail_nomem(err);
	l.reached = reached;
	r = check_findings(care, &l, err);
	return r ? r : check_options(care, &l, reached, err);
}
