/* SPDX-License-Identifier: MIT */
/*
 * Contexts are independent: several threads, one each, find and map the same
 * modules and read the same loaders at once, and all see what one sees alone.
 * Built with a thread sanitizer (make check-tsan) it also tells of races.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <stoker/stoker.h>

#include "unit.h"

#define THREADS 4
#define ROUNDS	8

static const char *const files[] = { "g431.FLM", "h743-w25q128.stldr" };

#define FILES (sizeof(files) / sizeof(files[0]))

/* What one thread saw of a loader, in its last round. */
struct seen {
	char sha256[65], code[65], table[65], device[64];
	size_t functions, findings;
};

struct worker {
	pthread_t thread;
	pthread_barrier_t *start;
	struct seen seen[FILES];
	size_t chips, modules, devices;
	struct stk_error err;
};

static int look(struct stk_ctx *ctx, const char *file, struct seen *ret,
		struct stk_error *err)
{
	struct stk_check_options opt = { .size = sizeof(opt) };
	const struct stk_loader_info *info;
	struct stk_loader *loader;
	char path[4096];
	int r;

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 file);
	r = stk_loader_open(ctx, path, 0, &loader, err);
	if (r)
		return r;
	r = stk_loader_check(ctx, loader, &opt, err);
	info = stk_loader_info(loader);
	memset(ret, 0, sizeof(*ret));
	snprintf(ret->sha256, sizeof(ret->sha256), "%s", info->sha256);
	snprintf(ret->code, sizeof(ret->code), "%s", info->code_sha256);
	snprintf(ret->table, sizeof(ret->table), "%s", info->table_sha256);
	snprintf(ret->device, sizeof(ret->device), "%s", info->device->name);
	ret->functions = info->n_functions;
	ret->findings = info->n_findings;
	stk_loader_close(loader);
	return r;
}

/* libxml2, which keeps something for each thread, comes and goes with this. */
static int look_into_pack(struct stk_ctx *ctx, struct worker *w)
{
	const struct stk_pack_choice *choice;
	struct stk_pack *pack;
	char path[4096];
	int r;

	snprintf(path, sizeof(path), "%s/tests/unit/small.pdsc", getenv("top_srcdir"));
	r = stk_pack_open(ctx, path, &pack, &w->err);
	if (r)
		return r;
	w->devices = stk_pack_info(pack)->n_devices;
	r = stk_pack_choose(pack, "STM32G431KBT6", &choice, &w->err);
	stk_pack_close(pack);
	return r;
}

/* Everything that finds or maps modules, both loaders, and a pack. */
static int whole_life(struct worker *w)
{
	const struct stk_module_info *const *modules;
	const struct stk_chip *const *chips;
	struct stk_ctx *ctx;
	int r = stk_ctx_new(NULL, &ctx, &w->err);

	if (r)
		return r;
	for (size_t i = 0; i < FILES && !r; i++)
		r = look(ctx, files[i], &w->seen[i], &w->err);
	if (!r)
		r = look_into_pack(ctx, w);
	if (!r)
		r = stk_chip_list(ctx, &chips, &w->chips, &w->err);
	if (!r)
		r = stk_module_list(ctx, &modules, &w->modules, &w->err);
	stk_ctx_free(ctx);
	return r;
}

static void *work(void *data)
{
	struct worker *w = data;

	for (int i = 0; i < ROUNDS && !w->err.code; i++) {
		pthread_barrier_wait(w->start);
		if (whole_life(w) && !w->err.code)
			w->err.code = EINVAL;
	}
	return NULL;
}

START_TEST(side_by_side)
{
	struct worker alone = { 0 }, w[THREADS] = { 0 };
	pthread_barrier_t start;

	ck_assert_msg(!whole_life(&alone), "%s", alone.err.msg);
	ck_assert_uint_gt(alone.chips, 0);
	ck_assert_uint_gt(alone.modules, 0);
	ck_assert_uint_eq(alone.devices, 2);
	ck_assert_str_ne(alone.seen[0].sha256, alone.seen[1].sha256);
	ck_assert(!pthread_barrier_init(&start, NULL, THREADS));
	for (int i = 0; i < THREADS; i++) {
		w[i].start = &start;
		ck_assert(!pthread_create(&w[i].thread, NULL, work, &w[i]));
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(w[i].thread, NULL);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_msg(!w[i].err.code, "thread %d: %s", i, w[i].err.msg);
		ck_assert(!memcmp(w[i].seen, alone.seen, sizeof(alone.seen)));
		ck_assert_uint_eq(w[i].chips, alone.chips);
		ck_assert_uint_eq(w[i].modules, alone.modules);
		ck_assert_uint_eq(w[i].devices, alone.devices);
	}
	pthread_barrier_destroy(&start);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("contexts");
	TCase *t = tcase_create("contexts");

	/* As slow as a sanitizer or an emulator may make it. */
	tcase_set_timeout(t, 120);
	tcase_add_test(t, side_by_side);
	suite_add_tcase(s, t);
	return unit_run(s);
}
