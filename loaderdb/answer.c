/* SPDX-License-Identifier: MIT */
/* Answers with several rows: one object, freed at once. */
#include "answer.h"

#include <string.h>

struct answer {
	struct arena arena;
	max_align_t body[];
};

void *answer_new(size_t size, struct arena **arena)
{
	struct answer *a = calloc(1, sizeof(*a) + size);

	if (!a)
		return NULL;
	*arena = &a->arena;
	return a->body;
}

void ldb_free(const void *answer)
{
	struct answer *a;

	if (!answer)
		return;
	a = (struct answer *)((char *)answer - offsetof(struct answer, body));
	arena_free(&a->arena);
	free(a);
}

/* A power of two, or none yet: then it is full. */
static bool is_full(size_t count)
{
	return (count & (count - 1)) == 0;
}

void *answer_grow(struct arena *arena, void *items, size_t *count, size_t size)
{
	void **array = items;
	char *all = *array;

	if (is_full(*count)) {
		all = arena_alloc(arena, size * (*count ? *count * 2 : 1));
		if (!all)
			return NULL;
		if (*count)
			memcpy(all, *array, size * *count);
		*array = all;
	}
	return all + size * (*count)++;
}

const char *answer_word(struct arena *arena, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./@:+=-";
	const bool quote = !*text || text[strspn(text, plain)];
	char *word = arena_alloc(arena, 4 * strlen(text) + 5), *p = word;

	if (!word)
		return NULL;
	/* It is no option, whatever it begins with. */
	if (*text == '-')
		p = stpcpy(p, "./");
	if (quote)
		*p++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			p = stpcpy(p, "'\\'");
		*p++ = *text;
	}
	if (quote)
		*p++ = '\'';
	*p = '\0';
	return word;
}
