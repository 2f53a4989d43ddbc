/* SPDX-License-Identifier: MIT */
/* inspect -r: a pack, and a row for each loader in it. */
#include "folder.h"
#include "render/render.h"

/* "Vendor.Name 1.2.0", as far as the pack says. */
static char *title_of(const struct stk_pack_info *info)
{
	char *title;

	if (asprintf(&title, "%s%s%s%s%s", info->vendor ? info->vendor : "",
		     info->vendor ? "." : "", info->name ? info->name : "?",
		     info->version ? " " : "", info->version ? info->version : "") < 0)
		out_of_memory();
	return title;
}

static void keep_pack(const struct inspect_args *args, struct folder_row *row,
		      const struct stk_pack_info *info)
{
	row->device = title_of(info);
	for (size_t i = 0; i < info->n_findings; i++) {
		enum stk_level level = info->findings[i].level;

		row->findings[level]++;
		row->fails |= args->has_fail_on && level >= args->fail_on;
	}
}

static void keep_inner(const struct inspect_args *args, struct stk_ctx *ctx,
		       struct folder_row *row, const struct inspect_pack *p)
{
	row->inner = calloc(p->n + 1, sizeof(*row->inner));
	if (!row->inner)
		out_of_memory();
	for (size_t i = 0; i < p->n; i++) {
		struct folder_row *inner = &row->inner[row->n_inner++];

		inner->path = folder_keep(p->paths[i]);
		inner->named = true;
		folder_keep_loader(args, ctx, inner, p->loaders[i], &p->errors[i]);
	}
}

void folder_look_pack(const struct inspect_args *args, struct stk_ctx *ctx,
		      struct folder_row *row, char **text)
{
	struct inspected refused = { .path = row->path };
	struct stk_error err = { 0 };
	struct inspect_pack p;

	*text = NULL;
	if (inspect_pack_open(args, ctx, row->path, &p, &err)) {
		folder_keep_error(row, &err);
		refused.err = &err;
		if (args->common.json)
			*text = json_loader_text(&refused);
		return;
	}
	keep_pack(args, row, p.facts.info);
	keep_inner(args, ctx, row, &p);
	if (args->common.json)
		*text = json_pack_text(&p.facts);
	inspect_pack_close(&p);
}
