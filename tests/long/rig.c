/* SPDX-License-Identifier: MIT */
/* Jobs on virtual chips whose flash is looked at from outside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

static void broken(const char *what, const struct stk_error *err)
{
	fprintf(stderr, "%s: %s\n", what, err->msg);
	exit(99);
}

void rig_open(struct rig *r, const char *loader, const char *chip, const char *array)
{
	struct stk_error err = { 0 };

	memset(r, 0, sizeof(*r));
	r->chip = chip;
	r->array = array;
	snprintf(r->dump, sizeof(r->dump), "/tmp/stoker-rig.%d", (int)getpid());
	if (stk_ctx_new(NULL, &r->ctx, &err) ||
	    stk_loader_open(r->ctx, loader, 0, &r->loader, &err))
		broken(loader, &err);
	r->device = stk_loader_info(r->loader)->device;
}

void rig_close(struct rig *r)
{
	unlink(r->dump);
	stk_loader_close(r->loader);
	stk_ctx_free(r->ctx);
}

struct stk_target *rig_target(const struct rig *r, const char *wrap)
{
	const char *wraps[] = { wrap, NULL };
	struct stk_target_options opt = { .size = sizeof(opt), .wrap = wraps };
	struct stk_error err = { 0 };
	struct stk_target *t;
	char address[128];

	snprintf(address, sizeof(address), "emu:%s", r->chip);
	if (stk_target_open(r->ctx, address, &opt, &t, &err))
		broken(address, &err);
	return t;
}

static void answered(void *out, const char *text)
{
	if (out)
		strncat(out, text, 63);
}

void rig_monitor(struct stk_target *t, const char *command, char *answer)
{
	struct stk_error err = { 0 };

	if (stk_target_monitor(t, command, answered, answer, &err))
		broken(command, &err);
}

void rig_dump(const struct rig *r, struct stk_target *t, uint8_t *to)
{
	char command[96];
	size_t n = 0;
	FILE *f;

	snprintf(command, sizeof(command), "dump %s %s", r->array, r->dump);
	rig_monitor(t, command, NULL);
	f = fopen(r->dump, "rb");
	if (f) {
		n = fread(to, 1, r->device->size, f);
		fclose(f);
	}
	if (n != r->device->size) {
		fprintf(stderr, "%s holds %zu bytes\n", r->dump, n);
		exit(99);
	}
}

struct stk_image *rig_image(const struct rig *r, uint64_t at, const uint8_t *bytes,
			    size_t len)
{
	struct stk_image_options opt = {
		.size = sizeof(opt), .format = "bin", .has_base = true, .base = at,
	};
	struct stk_error err = { 0 };
	struct stk_image *image;

	if (stk_image_from_memory(r->ctx, "image", bytes, len, &opt, &image, &err))
		broken("image", &err);
	return image;
}

static void put_field(uint8_t *elf, size_t len, size_t field, uint32_t value)
{
	static const char device[] = "STM32G431 128 KiB flash";
	size_t found = 0;

	for (size_t i = 0; i + 200 < len; i++) {
		if (memcmp(elf + i, device, sizeof(device)))
			continue;
		for (size_t k = 0; k < 4; k++)
			elf[i + field + k] = (uint8_t)(value >> 8 * k);
		found++;
	}
	if (found != 1) {
		fprintf(stderr, "%zu device tables\n", found);
		exit(99);
	}
}

struct stk_loader *rig_own(const struct rig *r, const char *name, size_t field,
			   uint32_t value)
{
	static uint8_t elf[1 << 17];
	struct stk_error err = { 0 };
	struct stk_loader *loader;
	size_t len = 0;
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 name);
	f = fopen(path, "rb");
	if (f) {
		len = fread(elf, 1, sizeof(elf), f);
		fclose(f);
	}
	if (field)
		put_field(elf, len, field, value);
	if (stk_loader_from_memory(r->ctx, path, elf, len, 0, &loader, &err))
		broken(path, &err);
	return loader;
}

void rig_random(uint8_t *bytes, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(seed >> 24);
	}
}

int rig_run(const struct rig *r, struct stk_target *t, const struct stk_plan_options *opt,
	    struct stk_error *err)
{
	struct stk_loader *const loaders[] = { r->loader };
	struct stk_plan *plan = NULL;
	struct stk_job *job = NULL;
	int e = stk_plan_new(t, loaders, 1, opt, &plan, err);

	if (!e)
		e = stk_job_run(plan, NULL, &job, err);
	stk_job_free(job);
	stk_plan_free(plan);
	return e;
}
