/* SPDX-License-Identifier: MIT */
/* Constants whose sight in code means something. */
#include <errno.h>
#include <string.h>

#include "modules.h"
#include "part.h"

/* Is @word one of the words of @list? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static bool serves(const struct stk_signature *s, const char *family)
{
	return !family || !strcmp(s->families, "all") || has_word(s->families, family);
}

const struct stk_signature *signature_find(const struct stk_chip_driver *const *drivers,
					   size_t count, uint32_t value, const char *family)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0;
		     stk_offers(drivers[i], signatures) && k < drivers[i]->n_signatures;
		     k++) {
			const struct stk_signature *s = &drivers[i]->signatures[k];

			if (s->value == value && serves(s, family))
				return s;
		}
	}
	return NULL;
}

int stk_signature_find(struct stk_ctx *ctx, uint32_t value, const char *family,
		       const struct stk_signature **ret, struct stk_error *err)
{
	const struct stk_chip_driver *const *drivers;
	size_t count;
	int r = module_chips(ctx, &drivers, &count, err);

	if (!r)
		*ret = signature_find(drivers, count, value, family);
	return r;
}
