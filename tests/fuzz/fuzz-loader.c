/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: a loader file of any bytes, through ELF, both formats and
 * the rules. Everything that comes out is read, so that a sanitizer sees what
 * points nowhere.
 */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "kin.h"
#include "lint.h"
#include "loader.h"
#include "plugins/format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct stk_chip_driver stm32_chips;

static const struct stk_format_driver *const drivers[] = { &stldr_driver, &flm_driver };
static const struct stk_chip_driver *const chips[] = { &stm32_chips };

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void read_text(const char *s)
{
	sink += s ? strlen(s) : 0;
}

static void read_device(const struct stk_device *d)
{
	if (!d)
		return;
	read_text(d->name);
	read_text(d->type_name);
	for (size_t i = 0; i < d->n_regions; i++)
		sink += d->regions[i].start + d->regions[i].count + d->regions[i].size;
}

/* A usable loader has a device and an image in ascending, disjoint pieces. */
static void read_image(const struct stk_loader *l)
{
	const struct stk_loader_info *info = stk_loader_info(l);
	size_t n;
	const struct loader_chunk *c = loader_image(l, &n);
	uint64_t end = info->link_address;

	if (!info->error.code && (!info->device || !n || !loader_format(l)))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (c[i].addr < end || !c[i].mem_len || c[i].len > c[i].mem_len)
			abort();
		end = c[i].addr + c[i].mem_len;
		for (uint64_t k = 0; k < c[i].len; k++)
			sink += c[i].data[k];
	}
}

static void call_all(const struct stk_loader *l)
{
	const struct stk_loader_info *info = stk_loader_info(l);
	const struct stk_format_driver *d = loader_format(l);
	const struct stk_abi_result result = { (uint32_t)info->file_size, 1 };
	struct stk_abi_call call;
	char text[80];

	if (info->error.code)
		return;
	for (int op = 0; op < STK_OP_COUNT; op++) {
		struct stk_request req = {
			.op = op, .phase = STK_PHASE_ERASE, .addr = info->device->start,
			.len = info->device->page_size, .last = info->device->start,
		};

		if (!d->marshal(info, &req, &call, NULL)) {
			sink += call.n_args + call.function->address;
			d->unmarshal(info, &call, &req);
		}
		d->judge(info, &req, &result, text, sizeof(text));
		read_text(text);
	}
}

/* The rules that go by chips and memory parts, as the names give them away. */
static void check(struct stk_loader *loader)
{
	const struct kin_list list = { chips, ARRAY_SIZE(chips) };
	struct stk_chip_guess guess;
	struct lint l = {
		.loader = loader, .info = &loader->info, .device = loader->info.device,
		.facts = chips, .n_facts = ARRAY_SIZE(chips),
	};

	if (loader->info.error.code)
		return;
	if (!chip_guess(&list, &loader->info, &guess, NULL))
		l.guess = &guess;
	if (l.guess && guess.fit == STK_FIT_CHIP)
		l.chip = guess.chip;
	if (loader_check(loader, &l, NULL))
		abort();
}

static void read_all(const struct stk_loader *l)
{
	const struct stk_loader_info *info = stk_loader_info(l);

	read_text(info->machine);
	read_text(info->cpu);
	read_text(info->fp);
	read_text(info->compiler);
	read_text(info->code_sha256);
	read_text(info->table_sha256);
	read_text(info->recovered_how);
	read_device(info->device);
	read_device(info->recovered);
	for (size_t i = 0; i < info->n_functions; i++)
		read_text(info->functions[i].name);
	for (size_t i = 0; i < info->n_findings; i++)
		read_text(info->findings[i].text);
	for (size_t i = 0; i < info->n_segments; i++)
		sink += info->segments[i].mem_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stk_loader *l = NULL;
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	if (loader_parse(drivers, ARRAY_SIZE(drivers), "fuzz.FLM", copy, size,
			 STK_LOADER_DESCRIBE, &l, NULL))
		return 0;
	check(l);
	read_all(l);
	read_image(l);
	call_all(l);
	stk_loader_close(l);
	return 0;
}
