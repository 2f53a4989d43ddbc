/* SPDX-License-Identifier: MIT */
/* inspect --html FILE: all that can be told, as one page. */
#include "inspect.h"

struct page {
	struct inspect_list list;
	struct inspect_map *maps; /* one an item */
	const struct mapped **facts;
	const char **inputs; /* files that the page must not replace; NULL-ended */
};

static void page_free(struct page *p)
{
	for (size_t i = 0; i < p->list.count; i++)
		inspect_map_close(&p->maps[i]);
	free(p->facts);
	free(p->maps);
	free(p->inputs);
	inspect_list_free(&p->list);
}

/* What was read for the page. */
static void page_inputs(const struct inspect_args *args, struct page *p)
{
	size_t n = 0;

	/* Item, pack, .pdsc and loader of each, the SVD file, the end. */
	p->inputs = calloc(4 * p->list.count + 2, sizeof(*p->inputs));
	if (!p->inputs)
		out_of_memory();
	for (size_t i = 0; i < p->list.count; i++) {
		const struct inspect_item *item = &p->list.item[i];
		const struct stk_loader_info *info = p->facts[i]->file.info;

		p->inputs[n++] = item->path;
		p->inputs[n++] = item->container;
		if (item->pdsc)
			p->inputs[n++] = item->pdsc;
		/* PACK#A.FLM may be PACK#Flash/A.FLM */
		if (info)
			p->inputs[n++] = info->path;
	}
	p->inputs[n] = args->svd_path;
}

static void page_open(const struct inspect_args *args, struct stk_ctx *ctx, struct page *p)
{
	inspect_list_make(args, ctx, &p->list);
	p->maps = calloc(p->list.count, sizeof(*p->maps));
	p->facts = calloc(p->list.count, sizeof(*p->facts));
	if (!p->maps || !p->facts)
		out_of_memory();
	for (size_t i = 0; i < p->list.count; i++) {
		const struct inspect_item *item = &p->list.item[i];

		inspect_map_open(args, ctx, item, &p->maps[i]);
		inspect_map_add_code(args, ctx, &p->maps[i]);
		p->facts[i] = &p->maps[i].facts;
	}
	page_inputs(args, p);
}

static int page_write(const struct inspect_args *args, const struct page *p,
		      struct stk_error *err)
{
	struct output o;
	int r = output_begin(&o, args->html, p->inputs, err);

	if (r)
		return r;
	html_page(o.out, p->facts, p->list.count);
	return output_commit(&o, err);
}

static enum stk_origin page_verdict(const struct inspect_args *args, const struct page *p)
{
	enum stk_origin worst = STK_ORIGIN_NONE;

	for (size_t i = 0; i < p->list.count; i++) {
		if (args->common.json)
			json_map(stdout, p->facts[i], i);
		worst = exit_worst(worst, inspect_verdict(args, &p->facts[i]->file));
	}
	if (args->common.json)
		json_loaders_end(stdout, p->list.count);
	return worst;
}

enum stk_origin inspect_html(const struct inspect_args *args, struct stk_ctx *ctx)
{
	enum stk_origin origin;
	struct stk_error err;
	struct page p;

	page_open(args, ctx, &p);
	if (page_write(args, &p, &err))
		origin = fail_command(&args->common, &err);
	else
		origin = page_verdict(args, &p);
	page_free(&p);
	return origin;
}
