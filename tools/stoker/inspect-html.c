/* SPDX-License-Identifier: MIT */
/* inspect --html FILE: all that can be told, as one page. */
#include "inspect.h"

struct page {
	struct inspect_map *maps;
	const struct mapped **facts;
	size_t count;
};

static void page_free(struct page *p)
{
	for (size_t i = 0; i < p->count; i++)
		inspect_map_close(&p->maps[i]);
	free(p->facts);
	free(p->maps);
}

static void page_open(const struct inspect_args *args, struct stk_ctx *ctx, struct page *p)
{
	const struct list *files = &args->common.args;

	p->maps = calloc(files->count, sizeof(*p->maps));
	p->facts = calloc(files->count, sizeof(*p->facts));
	if (!p->maps || !p->facts)
		out_of_memory();
	for (; p->count < files->count; p->count++) {
		struct inspect_map *m = &p->maps[p->count];

		inspect_map_open(args, ctx, files->item[p->count], m);
		p->facts[p->count] = &m->facts;
	}
}

static int page_write(const struct inspect_args *args, const struct page *p,
		      struct stk_error *err)
{
	struct output o;
	int r = output_begin(&o, args->html, args->common.args.item, err);

	if (r)
		return r;
	html_page(o.out, p->facts, p->count);
	return output_commit(&o, err);
}

enum stk_origin inspect_html(const struct inspect_args *args, struct stk_ctx *ctx)
{
	enum stk_origin worst = STK_ORIGIN_NONE;
	struct page p = { .count = 0 };
	struct stk_error err;

	page_open(args, ctx, &p);
	if (page_write(args, &p, &err)) {
		page_free(&p);
		return fail_command(&args->common, &err);
	}
	for (size_t i = 0; i < p.count; i++) {
		if (args->common.json)
			json_map(stdout, p.facts[i], i);
		worst = exit_worst(worst, inspect_verdict(args, &p.facts[i]->file));
	}
	if (args->common.json)
		json_loaders_end(stdout, p.count);
	page_free(&p);
	return worst;
}
