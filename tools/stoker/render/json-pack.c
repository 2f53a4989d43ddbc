/* SPDX-License-Identifier: MIT */
/* A pack as one object of inspect's array. */
#include <jansson.h>

#include "json.h"

/* What the element says; null: it does not. */
static json_t *json_algorithm(const struct stk_pack_algorithm *a)
{
	json_t *o = json_new();

	put_text(o, "name", a->name);
	put_range(o, a->range);
	if (a->has_ram_start)
		put_u64(o, "ram_start", a->ram.addr);
	else
		put_text(o, "ram_start", NULL);
	if (a->has_ram_size)
		put_u64(o, "ram_size", a->ram.len);
	else
		put_text(o, "ram_size", NULL);
	put_bool(o, "default", a->is_default);
	put_text(o, "processor", a->processor);
	put_text(o, "style", a->style);
	put_text(o, "level", stk_pack_level_name(a->level));
	put_u64(o, "line", a->line);
	return o;
}

/* The path of the loader that it means, as it is in the array of loaders. */
static void put_file(json_t *o, const struct stk_pack_info *info,
		     const struct stk_pack_algorithm *a)
{
	put_text(o, "file", a->file == STK_PACK_NO_FILE ? NULL : info->files[a->file].path);
}

static json_t *json_uses(const struct stk_pack_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_uses; i++) {
		const struct stk_pack_use *use = &info->uses[i];
		json_t *o = json_algorithm(use->algorithm), *names = json_new_array();

		for (size_t k = 0; k < use->n_devices; k++)
			put_last(names, json_text(use->devices[k]->name));
		put_file(o, info, use->algorithm);
		put(o, "devices", names);
		put_last(array, o);
	}
	return array;
}

static json_t *json_devices(const struct stk_pack_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_devices; i++) {
		const struct stk_pack_device *d = &info->devices[i];
		json_t *o = json_new();

		put_text(o, "name", d->name);
		put_text(o, "family", d->family);
		put_text(o, "sub_family", d->sub_family);
		put_text(o, "vendor", d->vendor);
		put_last(array, o);
	}
	return array;
}

static json_t *json_identity(const struct stk_pack_info *info)
{
	json_t *o = json_new();

	put_text(o, "kind", info->kind);
	put_text(o, "pdsc", info->pdsc);
	put_text(o, "vendor", info->vendor);
	put_text(o, "name", info->name);
	put_text(o, "version", info->version);
	return o;
}

static json_t *json_files(const struct inspected_pack *p,
			  const struct stk_pack_device *device)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < p->info->n_files; i++) {
		bool shown = !device;

		for (size_t k = 0; device && k < device->n_algorithms; k++)
			shown = shown || device->algorithms[k]->file == i;
		if (shown)
			put_last(array, json_loader_object(&p->files[i]));
	}
	return array;
}

/* Loaders that serve nobody. */
static json_t *json_idle(const struct stk_pack_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_files; i++)
		if (!info->files[i].n_devices && !info->files[i].n_boards)
			put_last(array, json_text(info->files[i].path));
	return array;
}

static void put_whole(json_t *o, const struct inspected_pack *p)
{
	put(o, "devices", json_devices(p->info));
	put(o, "algorithms", json_uses(p->info));
	put(o, "loaders", json_files(p, NULL));
	put(o, "findings", json_finding_array(p->info->findings, p->info->n_findings));
}

/* ---- one device ------------------------------------------------------- */

static json_t *json_memories(const struct stk_pack_device *d)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < d->n_memories; i++) {
		const struct stk_pack_memory *m = d->memories[i];
		const char access[] = {
			m->read ? 'r' : '-',
			m->write ? 'w' : '-',
			m->execute ? 'x' : '-',
			'\0',
		};
		json_t *o = json_new();

		put_text(o, "name", m->name);
		put_range(o, m->range);
		put_text(o, "access", access);
		put_bool(o, "default", m->is_default);
		put_bool(o, "startup", m->startup);
		put_text(o, "processor", m->processor);
		put_last(array, o);
	}
	return array;
}

static json_t *json_options(const struct stk_pack_info *info,
			    const struct stk_pack_place *place)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < place->n_options; i++) {
		const struct stk_pack_option *option = &place->options[i];
		json_t *o = json_algorithm(option->algorithm), *ram = json_null();

		put_file(o, info, option->algorithm);
		put_bool(o, "chosen", option->chosen);
		put_text(o, "why", option->why);
		if (option->ram.len) {
			ram = json_new();
			put_range(ram, option->ram);
		}
		put(o, "ram", ram);
		put_bool(o, "ram_clamped", option->ram_clamped);
		put_last(array, o);
	}
	return array;
}

static json_t *json_pack_hosts(const struct stk_pack_place *place)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < place->n_hosts; i++) {
		const struct stk_pack_host_option *h = &place->hosts[i];
		json_t *o = json_new();

		put_text(o, "name", h->host);
		put_text(o, "algorithm", h->algorithm ? h->algorithm->name : NULL);
		put_text(o, "why", h->why);
		put_last(array, o);
	}
	return array;
}

static json_t *json_places(const struct inspected_pack *p)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < p->choice->n_places; i++) {
		const struct stk_pack_place *place = &p->choice->places[i];
		json_t *o = json_new();

		put_range(o, place->range);
		put_text(o, "memory", place->memory);
		put_text(o, "why", place->why);
		put(o, "options", json_options(p->info, place));
		put(o, "hosts", json_pack_hosts(place));
		put_last(array, o);
	}
	return array;
}

static void put_choice(json_t *o, const struct inspected_pack *p)
{
	const struct stk_pack_device *d = p->choice->device;

	put_text(o, "device", d->name);
	put_u64(o, "alike", p->choice->n_alike);
	put_text(o, "family", d->family);
	put_text(o, "sub_family", d->sub_family);
	put_text(o, "device_vendor", d->vendor);
	put(o, "memories", json_memories(d));
	put(o, "places", json_places(p));
	put(o, "loaders", json_files(p, d));
	put(o, "findings", json_finding_array(p->choice->findings, p->choice->n_findings));
}

static json_t *json_pack_object(const struct inspected_pack *p)
{
	json_t *o = json_new(), *pack = json_identity(p->info);

	put_text(o, "path", p->path);
	if (p->choice)
		put_choice(pack, p);
	else
		put_whole(pack, p);
	put(pack, "idle", json_idle(p->info));
	put(o, p->choice ? "pack_device" : "pack", pack);
	return o;
}

void json_inspected_pack(FILE *out, const struct inspected_pack *p, size_t index)
{
	json_array_item(out, json_pack_object(p), index);
}

char *json_pack_text(const struct inspected_pack *p)
{
	return json_item_text(json_pack_object(p));
}
