/* SPDX-License-Identifier: MIT */
/*
 * Which patterns a line can match at all: those whose key is in it. Every three
 * bytes of a line are looked up among the beginnings of all keys, once.
 */
#include <errno.h>
#include <string.h>

#include "logs.h"

#define BUCKETS		4096
#define BEGINNING	3	/* bytes of a key that are looked up */

struct log_key {
	const struct log_pattern *pattern;
	unsigned int next;		/* in its bucket; 0: the last, else that number - 1 */
};

struct log_index {
	unsigned int first[BUCKETS];	/* as next */
	struct log_key *keys;
	size_t n_keys;
	/* Their keys are too short to be looked up: any line may match. */
	const struct log_pattern **always;
	size_t n_always;
};

static unsigned int bucket_of(const char *text)
{
	const uint32_t three = (uint32_t)(uint8_t)text[0] | (uint32_t)(uint8_t)text[1] << 8 |
			       (uint32_t)(uint8_t)text[2] << 16;

	return three * 2654435761u >> 20;
}

static int add_pattern(struct logs *logs, const struct log_pattern *p)
{
	struct log_index *index = logs->index;
	const struct log_pattern **always;
	struct log_key *key;

	if (p->key_len < BEGINNING) {
		always = answer_grow(&logs->arena, &index->always, &index->n_always,
				     sizeof(*always));
		if (!always)
			return -ENOMEM;
		*always = p;
		return 0;
	}
	key = answer_grow(&logs->arena, &index->keys, &index->n_keys, sizeof(*key));
	if (!key)
		return -ENOMEM;
	*key = (struct log_key){ p, index->first[bucket_of(p->key)] };
	index->first[bucket_of(p->key)] = (unsigned int)index->n_keys;
	return 0;
}

static int add_patterns(struct logs *logs, const struct log_patterns *patterns)
{
	int r = 0;

	for (size_t i = 0; i < patterns->count && !r; i++)
		r = add_pattern(logs, &patterns->item[i]);
	return r;
}

int logs_index(struct logs *logs)
{
	int r = 0;

	logs->index = arena_alloc(&logs->arena, sizeof(*logs->index));
	if (!logs->index)
		return -ENOMEM;
	for (size_t i = 0; i < logs->n_facts && !r; i++)
		r = add_patterns(logs, &logs->facts[i].patterns);
	for (size_t i = 0; i < logs->n_messages && !r; i++)
		r = add_patterns(logs, &logs->messages[i].patterns);
	return r;
}

bool logs_look(const struct logs *logs, const struct logtext *t, bool *can_match)
{
	const struct log_index *index = logs->index;
	bool any = index->n_always > 0;

	for (size_t i = 0; i + BEGINNING <= t->len; i++) {
		unsigned int k = index->first[bucket_of(t->small + i)];

		for (; k; k = index->keys[k - 1].next) {
			const struct log_pattern *p = index->keys[k - 1].pattern;

			if (p->key_len <= t->len - i && !memcmp(t->small + i, p->key, p->key_len))
				any = can_match[p->number] = true;
		}
	}
	for (size_t i = 0; i < index->n_always; i++)
		can_match[index->always[i]->number] = true;
	return any;
}
