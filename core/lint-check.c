/* SPDX-License-Identifier: MIT */
/* Findings that need more than the file: facts about chips, and the code. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "lint.h"
#include "modules.h"

/*
 * What cannot be had is done without: a module that is not installed
 * (-ENOENT), code that no module can make anything of (-ENOTSUP, -E2BIG), a
 * name that tells no chip (-ENOENT) or two (-ENOTUNIQ).
 */
static int do_without(int r, const struct stk_error *why, struct stk_error *err)
{
	if (r == -ENOENT || r == -ENOTSUP || r == -E2BIG || r == -ENOTUNIQ)
		return 0;
	if (r && err)
		*err = *why;
	return r;
}

/* The chip: the one that is given, or what the loader's names tell. */
static int guess_chip(struct stk_ctx *ctx, struct stk_loader *loader,
		      const struct stk_chip *chip, struct stk_chip_guess *guess,
		      struct lint *l, struct stk_error *err)
{
	struct stk_error why;
	int r = chip ? stk_chip_guess_text(ctx, chip->name, "the chip's name", guess, &why)
		     : stk_chip_guess(ctx, &loader->info, guess, &why);

	if (!r)
		l->guess = guess;
	if (!r && guess->fit == STK_FIT_CHIP)
		l->chip = guess->chip;
	if (chip)
		l->chip = chip;
	return do_without(r, &why, err);
}

static const char *chip_text(struct stk_loader *loader, const struct lint *l)
{
	if (l->chip)
		return arena_strdup(&loader->arena, l->chip->name);
	return arena_printf(&loader->arena, "%s", l->guess->family);
}

static int say_checked(struct stk_loader *loader, const struct lint *l,
		       struct stk_error *err)
{
	if (l->chip || l->guess) {
		loader->info.checked_chip = chip_text(loader, l);
		if (!loader->info.checked_chip)
			return stk_fail_nomem(err);
	}
	loader->info.checked_code = l->code ? l->code->analysis : NULL;
	return 0;
}

int loader_check(struct stk_loader *loader, struct lint *l, struct stk_error *err)
{
	const struct lint_rules *const all[] = { &lint_chip, &lint_part, &lint_code };
	stk_cleanup(freep) bool *reached = l->code ? lint_reach(l->code) : NULL;
	int r = 0;

	if (l->code && !reached)
		return stk_fail_nomem(err);
	l->reached = reached;
	lint_find_parts(l);
	for (size_t i = 0; i < ARRAY_SIZE(all) && !r; i++)
		r = lint_apply(l, loader, all[i], err);
	return r;
}

int lint_gather(struct stk_ctx *ctx, struct stk_loader *loader,
		const struct stk_check_options *opt, struct stk_chip_guess *guess,
		struct lint *l, struct stk_error *err)
{
	struct stk_error why;
	int r;

	*l = (struct lint){
		.loader = loader, .info = &loader->info, .device = loader->info.device,
	};
	r = do_without(module_chips(ctx, &l->facts, &l->n_facts, &why), &why, err);
	if (!r)
		r = guess_chip(ctx, loader, opt ? opt->chip : NULL, guess, l, err);
	if (!r && opt && opt->code)
		r = do_without(stk_loader_code(ctx, loader, &l->code, &why), &why, err);
	return r;
}

static int check(struct stk_ctx *ctx, struct stk_loader *loader,
		 const struct stk_check_options *opt, struct stk_error *err)
{
	struct stk_chip_guess guess;
	struct lint l;
	int r = lint_gather(ctx, loader, opt, &guess, &l, err);

	if (!r)
		r = say_checked(loader, &l, err);
	return r ? r : loader_check(loader, &l, err);
}

int stk_loader_check(struct stk_ctx *ctx, struct stk_loader *loader,
		     const struct stk_check_options *opt, struct stk_error *err)
{
	if (loader->checked)
		return stk_fail(err, STK_ORIGIN_USAGE, EALREADY, "already-checked",
				"'%s' was checked before", loader->info.path);
	loader->checked = true;
	return loader->info.error.code ? 0 : check(ctx, loader, opt, err);
}
