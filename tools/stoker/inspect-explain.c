/* SPDX-License-Identifier: MIT */
/* inspect --explain: the page of a finding, or a list of all. */
#include "inspect.h"

#include <ctype.h>
#include <strings.h>

#include "pages.h"
#include "render/render.h"

#define PREFIX	   "STK-"
#define NEAREST	   3
#define ID_MAX_LEN 31

/* "s006" is "STK-S006". */
static void full_id(const char *word, char ret[ID_MAX_LEN + 1])
{
	const char *prefix = strncasecmp(word, PREFIX, strlen(PREFIX)) ? PREFIX : "";

	snprintf(ret, ID_MAX_LEN + 1, "%s%s", prefix, word);
	for (; *ret; ret++)
		*ret = (char)toupper((unsigned char)*ret);
}

static const struct finding_page *page_of(const char *id)
{
	for (const struct finding_page *p = finding_pages; p->id; p++)
		if (!strcmp(p->id, id))
			return p;
	return NULL;
}

/* "STK-S006, STK-S005" for those that are least unlike @id. */
static void nearest(const char *id, char *ret, size_t len)
{
	unsigned int least = UINT_MAX;
	size_t used = 0, listed = 0;

	for (const struct finding_page *p = finding_pages; p->id; p++)
		if (word_distance(id, p->id) < least)
			least = word_distance(id, p->id);
	ret[0] = '\0';
	for (const struct finding_page *p = finding_pages; p->id && used < len; p++) {
		if (listed == NEAREST || word_distance(id, p->id) != least)
			continue;
		used += (size_t)snprintf(ret + used, len - used, "%s%s",
					 listed++ ? ", " : "", p->id);
	}
}

static enum stk_origin no_such_finding(const struct options *opt, const char *word)
{
	char id[ID_MAX_LEN + 1], near[80];

	full_id(word, id);
	nearest(id, near, sizeof(near));
	return fail_usage(opt,
			  "there is no finding '%.60s'; near it are %s"
			  " (--explain alone lists all)",
			  word, near);
}

enum stk_origin inspect_explain(const struct inspect_args *args)
{
	const struct list *words = &args->common.args;
	const struct finding_page **pages =
		calloc(words->count + 1, sizeof(const struct finding_page *));
	enum stk_origin origin = STK_ORIGIN_NONE;
	char id[ID_MAX_LEN + 1];

	if (!pages)
		out_of_memory();
	for (size_t i = 0; i < words->count && !origin; i++) {
		full_id(words->item[i], id);
		pages[i] = page_of(id);
		if (!pages[i])
			origin = no_such_finding(&args->common, words->item[i]);
	}
	if (!origin && args->common.json)
		json_pages(stdout, pages, words->count);
	else if (!origin)
		text_pages(stdout, pages, words->count);
	free(pages);
	return origin;
}
