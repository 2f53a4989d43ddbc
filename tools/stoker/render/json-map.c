/* SPDX-License-Identifier: MIT */
/* Where in RAM each host puts a loader, beside what inspect says of it. */
#include <jansson.h>

#include "json.h"

static const char *ram_name(enum stk_layout_ram known)
{
	switch (known) {
	case STK_LAYOUT_RAM:
		return "given";
	case STK_LAYOUT_RAM_FROM_LINK:
		return "from-link";
	case STK_LAYOUT_RAM_FROM_ZERO:
		return "from-zero";
	}
	return "unknown";
}

static json_t *json_range(struct stk_range r)
{
	json_t *o = json_new();

	put_range(o, r);
	return o;
}

static void put_layout(json_t *o, const struct stk_layout_info *l)
{
	json_t *ram = json_new_array(), *parts = json_new_array();

	put_text(o, "ram_known", ram_name(l->known));
	for (size_t i = 0; i < l->n_ram && l->known == STK_LAYOUT_RAM; i++)
		put_last(ram, json_range(l->ram[i]));
	put(o, "ram", ram);
	for (size_t i = 0; i < l->n_parts; i++) {
		json_t *part = json_range(l->parts[i].range);

		put_text(part, "part", stk_layout_part_name(l->parts[i].kind));
		put_last(parts, part);
	}
	put(o, "parts", parts);
	put_u64(o, "stack_pointer", l->sp);
	if (l->static_base)
		put_u64(o, "static_base", l->static_base);
	else
		put_text(o, "static_base", NULL);
}

void json_map(FILE *out, const struct mapped *m, size_t index)
{
	json_t *o = json_loader_object(&m->file), *layouts;

	if (!m->file.info) {
		json_array_item(out, o, index);
		return;
	}
	layouts = json_new_array();
	for (size_t i = 0; i < m->n_hosts; i++) {
		const struct mapped_host *h = &m->hosts[i];
		json_t *layout = json_new();

		put_text(layout, "host", h->host->name);
		if (h->layout)
			put_layout(layout, h->layout);
		else
			put(layout, "error", json_error(&h->err));
		put_last(layouts, layout);
	}
	put_text(o, "chip", m->chip ? m->chip->name : NULL);
	put_text(o, "chip_how", m->chip ? m->chip_how : NULL);
	put(o, "layouts", layouts);
	json_array_item(out, o, index);
}
