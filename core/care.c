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

/* Option bytes, OTP and system memory of all STM32 but those below. */
#define INFO_START	0x1FF00000u
#define INFO_END	0x20000000u

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

/* Option bytes or OTP, by the chip's facts, or where all but a few chips have them. */
static bool is_info(const struct stk_chip *chip, uint64_t addr)
{
	const struct stk_memory *m = chip ? stk_chip_memory_at(chip, addr) : NULL;

	return (m && m->kind == STK_MEM_ROM &&
		(!strncmp(m->name, "OPTION", 6) || !strcmp(m->name, "OTP"))) ||
	       (addr >= INFO_START && addr < INFO_END);
}

static int check_device(const struct lint *l, const struct stk_chip *chip,
			struct stk_error *err)
{
	const struct stk_device *d = l->device;
	char what[200];

	if (!lint_is_option_loader(l) && !is_info(chip, d->start))
		return 0;
	snprintf(what, sizeof(what),
		 "its device '%.60s' at 0x%08" PRIx64 " is for option bytes or one-time "
		 "programmable memory", d->name, d->start);
	return refuse_options(l, what, err);
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
			if (a->write && is_info(chip, a->address))
				return refuse_store(l, f, a, "option bytes or one-time "
						    "programmable memory", err);
		}
	}
	return 0;
}

static int check_code(const struct lint *l, const struct stk_chip *chip,
		      struct stk_error *err)
{
	const struct stk_code_function *f;
	const struct stk_signature *key;
	const struct stk_code_constant *c = lint_option_key(l, &f, &key);
	char what[240];

	if (!c)
		return check_stores(l, chip, err);
	snprintf(what, sizeof(what), "%.60s loads at 0x%08" PRIx64
		 " the key 0x%08x (%.60s), which opens the option bytes",
		 f->name ? f->name : "a function without a name", c->pc, c->value, key->name);
	return refuse_options(l, what, err);
}

static int check_options(const struct care *care, struct lint *l, char *note, size_t len,
			 struct stk_error *err)
{
	const struct stk_chip *chip = care->target->facts.chip ? care->target->facts.chip
							       : l->chip;
	int r;

	if (care->allow_option_bytes)
		return 0;
	r = check_device(l, chip, err);
	if (!r && l->code)
		return check_code(l, chip, err);
	if (!r)
		snprintf(note, len,
			 "'%s': nothing here could take its code apart, so nobody knows "
			 "whether it touches option bytes", l->info->path);
	return r;
}

int care_check(const struct care *care, struct stk_loader *loader, char *note, size_t len,
	       struct stk_error *err)
{
	const struct stk_target *t = care->target;
	const struct stk_check_options opt = {
		.size = sizeof(opt), .chip = t->facts.chip, .code = true,
	};
	stk_cleanup(freep) bool *reached = NULL;
	struct stk_chip_guess guess;
	struct lint l;
	int r;

	note[0] = 0;
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
	return r ? r : check_options(care, &l, note, len, err);
}
