/* SPDX-License-Identifier: MIT */
/* Pages of findings as one document. */
#include <jansson.h>

#include "json.h"

#include "tools/stoker/pages.h"

static json_t *json_page(const struct finding_page *page, bool text)
{
	json_t *o = json_new();

	put_text(o, "id", page->id);
	put_text(o, "level", page->level);
	put_text(o, "title", page->title);
	if (text)
		put_text(o, "page", page->text);
	return o;
}

void json_pages(FILE *out, const struct finding_page *const *pages, size_t count)
{
	json_t *document = json_document(), *array = json_new_array();

	put_bool(document, "ok", true);
	for (size_t i = 0; i < count; i++)
		put_last(array, json_page(pages[i], true));
	for (const struct finding_page *p = finding_pages; !count && p->id; p++)
		put_last(array, json_page(p, false));
	put(document, "explanations", array);
	json_finish(out, document);
}
