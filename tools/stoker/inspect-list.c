/* SPDX-License-Identifier: MIT */
/* Loaders one by one, where the arguments may be packs of them. */
#include "inspect.h"

/* @member NULL: the file itself; @err NULL: nothing is wrong with it so far. */
static struct inspect_item *add(struct inspect_list *l, const char *container,
				const char *member, const struct stk_error *err)
{
	struct inspect_item *item;

	l->item = reallocarray(l->item, l->count + 1, sizeof(*l->item));
	if (!l->item)
		out_of_memory();
	item = &l->item[l->count++];
	*item = (struct inspect_item){ .container = container };
	if (asprintf(&item->path, "%s%s%s", container, member ? "#" : "",
		     member ? member : "") < 0)
		out_of_memory();
	if (err)
		item->err = *err;
	return item;
}

static void add_pack(struct inspect_list *l, struct stk_ctx *ctx, const char *path)
{
	const struct stk_pack_info *info;
	struct stk_pack *pack;
	struct stk_error err;

	if (stk_pack_open(ctx, path, &pack, &err)) {
		add(l, path, NULL, &err);
		return;
	}
	info = stk_pack_info(pack);
	if (!info->n_files) {
		stk_fail(&err, STK_ORIGIN_INPUT, ENOENT, "pack-no-loaders",
			 "there are no loaders in the pack '%s'", path);
		add(l, path, NULL, &err);
	}
	for (size_t i = 0; i < info->n_files; i++) {
		struct inspect_item *item = add(l, path, info->files[i].path, NULL);

		if (asprintf(&item->pdsc, "%s#%s", path, info->pdsc) < 0)
			out_of_memory();
	}
	stk_pack_close(pack);
}

void inspect_list_make(const struct inspect_args *args, struct stk_ctx *ctx,
		       struct inspect_list *ret)
{
	const struct list *names = &args->common.args;
	struct inspect_list l = { .count = 0 };

	for (size_t i = 0; i < names->count; i++) {
		if (stk_pack_probe(names->item[i]))
			add_pack(&l, ctx, names->item[i]);
		else
			add(&l, names->item[i], NULL, NULL);
	}
	*ret = l;
}

void inspect_list_free(struct inspect_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->item[i].path);
		free(l->item[i].pdsc);
	}
	free(l->item);
}
