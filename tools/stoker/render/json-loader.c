/* SPDX-License-Identifier: MIT */
/* A loader file as one object of inspect's array. */
#include "../cmd.h"

#include <jansson.h>

#include "json.h"

json_t *json_region_array(const struct stk_region *regions, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_new();

		put_u64(o, "start", regions[i].start);
		put_u64(o, "count", regions[i].count);
		put_u64(o, "size", regions[i].size);
		put_last(array, o);
	}
	return array;
}

static json_t *json_device(const struct stk_device *d)
{
	json_t *o = json_new();

	put_text(o, "name", d->name);
	put_u64(o, "type", d->type);
	put_text(o, "type_name", d->type_name);
	put_u64(o, "start", d->start);
	put_u64(o, "size", d->size);
	put_u64(o, "page_size", d->page_size);
	put_u64(o, "erased", d->erased);
	put_u64(o, "program_ms", d->program_ms);
	put_u64(o, "erase_ms", d->erase_ms);
	put(o, "regions", json_region_array(d->regions, d->n_regions));
	return o;
}

/* Symbols in an object; names are unique there, as the format's names are. */
static json_t *json_functions(const struct stk_loader_info *info)
{
	json_t *o = json_new();

	for (size_t i = 0; i < info->n_functions; i++)
		put_u64(o, info->functions[i].name, info->functions[i].address);
	return o;
}

static json_t *json_segments(const struct stk_loader_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_segments; i++) {
		const struct stk_segment *s = &info->segments[i];
		const char flags[] = {
			s->r ? 'r' : '-',
			s->w ? 'w' : '-',
			s->x ? 'x' : '-',
			'\0',
		};
		json_t *o = json_new();

		put_u64(o, "address", s->vaddr);
		put_u64(o, "physical_address", s->paddr);
		put_u64(o, "offset", s->offset);
		put_u64(o, "file_size", s->file_size);
		put_u64(o, "memory_size", s->mem_size);
		put_text(o, "flags", flags);
		put_text(o, "role", text_role(s->role));
		put_last(array, o);
	}
	return array;
}

/* Whose finding it is; null: everybody's. */
static json_t *json_finding_host(const struct stk_finding *f)
{
	json_t *o;

	if (!f->host)
		return json_null();
	o = json_new();
	put_text(o, "name", f->host);
	put_text(o, "effect", f->effect);
	put_text(o, "since", f->since);
	put_text(o, "basis", f->basis);
	return o;
}

json_t *json_finding(const struct stk_finding *f)
{
	json_t *o = json_new();

	put_text(o, "id", f->id);
	put_text(o, "level", stk_level_name(f->level));
	put_text(o, "message", f->text);
	put(o, "host", json_finding_host(f));
	return o;
}

json_t *json_finding_array(const struct stk_finding *findings, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++)
		put_last(array, json_finding(&findings[i]));
	return array;
}

static json_t *json_hosts(const struct stk_loader_info *info)
{
	struct host_verdict verdicts[HOST_VERDICTS];
	size_t n = host_verdicts(info, verdicts, HOST_VERDICTS);
	json_t *array = json_new_array();

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_new(), *ids = json_new_array();
		const struct stk_finding *f;

		put_text(o, "name", verdicts[i].host);
		put_text(o, "effect", verdicts[i].effect);
		put_text(o, "since", verdicts[i].since);
		for (size_t k = 0; (f = host_finding(info, &verdicts[i], k)); k++)
			put_last(ids, json_text(f->id));
		put(o, "findings", ids);
		put_last(array, o);
	}
	return array;
}

static json_t *json_checked(const struct stk_loader_info *info)
{
	json_t *o = json_new();

	put_text(o, "chip", info->checked_chip);
	put_text(o, "code", info->checked_code);
	return o;
}

static void put_recovered(json_t *o, const struct stk_loader_info *info)
{
	json_t *recovered;

	if (!info->recovered)
		return;
	recovered = json_device(info->recovered);
	put_text(recovered, "how", info->recovered_how);
	put(o, "recovered", recovered);
}

static void put_info(json_t *o, const struct stk_loader_info *info)
{
	put_u64(o, "file_size", info->file_size);
	put_text(o, "sha256", info->sha256);
	put_text(o, "format", info->format);
	if (info->device)
		put(o, "device", json_device(info->device));
	put_recovered(o, info);
	put(o, "functions", json_functions(info));
	put(o, "segments", json_segments(info));
	put_text(o, "machine", info->machine);
	put_bool(o, "position_independent", info->position_independent);
	put_u64(o, "link_address", info->link_address);
	put_u64(o, "ram_size", info->ram_size);
	if (info->has_static_base)
		put_u64(o, "static_base", info->static_base);
	else
		put_text(o, "static_base", NULL);
	put_text(o, "cpu", info->cpu);
	put_text(o, "fp", info->fp);
	put_text(o, "compiler", info->compiler);
	put_text(o, "code_sha256", info->code_sha256);
	put_text(o, "table_sha256", info->table_sha256);
	put(o, "findings", json_finding_array(info->findings, info->n_findings));
	put(o, "hosts", json_hosts(info));
	put(o, "checked", json_checked(info));
}

json_t *json_loader_object(const struct inspected *file)
{
	const struct stk_error *err = file->info ? &file->info->error : file->err;
	json_t *o = json_new();

	put_text(o, "path", file->path);
	if (file->info)
		put_info(o, file->info);
	if (err->code)
		put(o, "error", json_error(err));
	return o;
}

void json_loader(FILE *out, const struct inspected *file, size_t index)
{
	json_array_item(out, json_loader_object(file), index);
}

char *json_loader_text(const struct inspected *file)
{
	return json_item_text(json_loader_object(file));
}

void json_loaders_end(FILE *out, size_t count)
{
	fputs(count ? "\n]\n" : "[]\n", out);
}
