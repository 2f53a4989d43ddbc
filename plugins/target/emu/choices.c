/* SPDX-License-Identifier: GPL-2.0-only */
/* choices.c - assumed rules that can be read in several ways, and which one is */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

/* Index of @variant, or the number of names. */
static unsigned int find_name(const struct emu_choice *c, const char *variant)
{
	unsigned int i = 0;

	while (c->names[i] && strcmp(c->names[i], variant))
		i++;
	return i;
}

static int choose(struct emu_choice *c, const char *variant, struct stk_error *err)
{
	unsigned int i = find_name(c, variant);
	char known[200] = "";
	size_t len = 0;

	if (c->names[i]) {
		c->now = i;
		return 0;
	}
	for (i = 0; c->names[i] && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
					i ? ", " : "", c->names[i]);
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"rule.%s=%s: the variants are %s", c->rule->id, variant, known);
}

int emu_add_choice(struct emu *emu, struct emu_choice *choice, struct stk_error *err)
{
	struct emu_choices *all = &emu->choices;
	const char *chosen = emu_rule_variant(emu, choice->rule->id, NULL);

	if (all->n == EMU_MAX_CHOICE)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "chip-facts",
				"%s has more assumed rules than are supported",
				emu->chip->name);
	all->choice[all->n++] = choice;
	return chosen ? choose(choice, chosen, err) : 0;
}

/* Two parts of a kind: the second has the rule of the first. */
static bool is_shared(const struct emu_choices *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(all->choice[k]->rule->id, all->choice[i]->rule->id))
			return true;
	return false;
}

const struct stk_variant *choices_list(struct emu *emu, size_t *ret_count)
{
	struct emu_choices *all = &emu->choices;
	unsigned int k;
	size_t i, n = 0;

	for (i = 0; i < all->n; i++) {
		const struct emu_choice *c = all->choice[i];

		if (is_shared(all, i))
			continue;
		for (k = 0; c->names[k] && n < ARRAY_SIZE(all->list); k++)
			all->list[n++] = (struct stk_variant){ c->rule->id, c->names[k],
							       k == c->now };
	}
	*ret_count = n;
	return all->list;
}

int choices_unknown_rule(struct emu *emu, const char *rule, struct stk_error *err)
{
	const struct emu_choices *all = &emu->choices;
	char known[300] = "";
	size_t i, len = 0;

	for (i = 0; i < all->n && len < sizeof(known); i++)
		if (!is_shared(all, i))
			len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
						i ? ", " : "", all->choice[i]->rule->id);
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"emu:%s has no assumed rule %s with several readings; it has %s",
			emu->chip->name, rule, all->n ? known : "none");
}

int choices_set(struct emu *emu, const char *rule, const char *variant,
		struct stk_error *err)
{
	struct emu_choices *all = &emu->choices;
	bool known = false;

	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->choice[i]->rule->id, rule))
			continue;
		known = true;
		if (choose(all->choice[i], variant, err) < 0)
			return -EINVAL;
	}
	if (!known)
		return choices_unknown_rule(emu, rule, err);
	emu->changes++;
	poll_reset(emu);
	return 0;
}
