/* SPDX-License-Identifier: MIT */
/* A pack of any bytes: everything in it is looked at, and promises are kept. */
#include "pack.h"

#include <string.h>

#include "read-pack.h"

#define MAX_BYTES   (1u << 20)
#define MAX_DEVICES 8

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void read_text(const char *s)
{
	sink += s ? strlen(s) : 0;
}

static void read_algorithm(const struct stk_pack_info *info,
			   const struct stk_pack_algorithm *a)
{
	read_text(a->processor);
	read_text(a->style);
	if (pack_path_refusal(a->name) || !stk_range_valid(a->range) ||
	    (a->file >= info->n_files && a->file != STK_PACK_NO_FILE))
		abort();
}

static void read_findings(const struct stk_finding *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		read_text(f[i].id);
		read_text(f[i].text);
	}
}

static void read_files(struct stk_pack *pack)
{
	const struct stk_pack_info *info = &pack->info;

	for (size_t i = 0; i < info->n_files; i++) {
		uint8_t *bytes;
		size_t len, found;
		struct stk_error err;

		if (pack_path_refusal(info->files[i].path) ||
		    stk_pack_find_file(pack, info->files[i].path, &found, NULL) ||
		    found != i)
			abort();
		if (pack->driver->read(pack->priv, pack->numbers[i], MAX_BYTES, &bytes,
				       &len, &err))
			continue;
		for (size_t k = 0; k < len; k++)
			sink += bytes[k];
		free(bytes);
	}
}

static void read_device(const struct stk_pack_info *info, const struct stk_pack_device *d)
{
	read_text(d->name);
	read_text(d->family);
	read_text(d->sub_family);
	read_text(d->vendor);
	for (size_t i = 0; i < d->n_memories; i++)
		read_text(d->memories[i]->name);
	for (size_t i = 0; i < d->n_algorithms; i++)
		read_algorithm(info, d->algorithms[i]);
}

static void read_choice(struct stk_pack *pack, const char *device)
{
	const struct stk_pack_choice *c;
	uint64_t end = 0;

	if (stk_pack_choose(pack, device, &c, NULL))
		return;
	for (size_t i = 0; i < c->n_places; i++) {
		const struct stk_pack_place *p = &c->places[i];

		/* By address, apart, and each with something in it. */
		if (p->range.addr < end || !p->n_options || p->n_chosen > p->n_options)
			abort();
		end = stk_range_end(p->range);
		read_text(p->why);
		read_text(p->memory);
		for (size_t k = 0; k < p->n_options; k++)
			if (!stk_range_contains(p->range, p->options[k].algorithm->range))
				abort();
		for (size_t k = 0; k < p->n_hosts; k++)
			read_text(p->hosts[k].why);
	}
	read_findings(c->findings, c->n_findings);
}

static void read_info(struct stk_pack *pack)
{
	const struct stk_pack_info *info = &pack->info;
	size_t n = 0;

	read_text(info->vendor);
	read_text(info->name);
	read_text(info->version);
	for (size_t i = 0; i < info->n_algorithms; i++)
		read_algorithm(info, info->algorithms[i]);
	for (size_t i = 0; i < info->n_devices; i++) {
		read_device(info, &info->devices[i]);
		n += info->devices[i].n_algorithms;
	}
	for (size_t i = 0; i < info->n_uses; i++)
		n -= info->uses[i].n_devices;
	if (n)
		abort(); /* each algorithm of each device is in one use */
	read_findings(info->findings, info->n_findings);
}

void read_pack(const struct stk_container_driver *driver)
{
	const struct stk_loader_info **none;
	struct stk_pack *pack = NULL;
	struct stk_error err = { 0 };

	if (pack_open(driver, "fuzz", &pack, &err)) {
		if (!err.code || !err.msg[0] || !err.cause[0])
			abort();
		return;
	}
	none = calloc(pack->info.n_files + 1, sizeof(const struct stk_loader_info *));
	if (!none || stk_pack_check(pack, none, NULL))
		abort();
	read_info(pack);
	read_files(pack);
	for (size_t i = 0; i < pack->info.n_devices && i < MAX_DEVICES; i++)
		read_choice(pack, pack->info.devices[i].name);
	read_choice(pack, "STM32G4");
	read_choice(pack, "");
	free(none);
	stk_pack_close(pack);
}
