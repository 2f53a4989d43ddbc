/* SPDX-License-Identifier: MIT */
/*
 * No lie: a 16 KiB job, with one fault injected at every operation index in
 * turn, in every mode. Not one job that reports success may leave a flash that
 * differs from what was asked, compared through the virtual chip's own store.
 *
 *	no-lie LOADER CHIP START [STRIDE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define JOB_BYTES	((16u << 10) - 300)	/* it ends inside a sector */

struct tally {
	unsigned long runs, passed, failed, lies;
};

/* One job with one fault; *ret_ops, if asked for, is how many operations it took. */
static int one(const struct rig *r, const struct stk_image *image, const char *wrap,
	       uint8_t *after, unsigned long *ret_ops)
{
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_PROGRAM, .image = image,
	};
	struct stk_target *t = rig_target(r, wrap);
	struct stk_error err = { 0 };
	char answer[64] = "";
	int e;

	rig_monitor(t, "fill FLASH random 7", NULL);
	e = rig_run(r, t, &opt, &err);
	if (ret_ops) {
		if (e)
			printf("without a fault: %s\n", err.msg);
		rig_monitor(t, "fault-count", answer);
		*ret_ops = strtoul(answer, NULL, 10);
	}
	rig_dump(r, t, after);
	stk_target_close(t);
	return e;
}

static void sweep(const struct rig *r, const struct stk_image *image, const char *mode,
		  unsigned long ops, unsigned long stride, const uint8_t *want,
		  uint8_t *after, struct tally *n)
{
	for (unsigned long op = 1; op <= ops; op += stride) {
		char wrap[64];
		int e;

		snprintf(wrap, sizeof(wrap), "fault:op=%lu,mode=%s,seed=%lu", op, mode, op);
		e = one(r, image, wrap, after, NULL);
		n->runs++;
		if (e)
			n->failed++;
		else
			n->passed++;
		if (!e && memcmp(after, want, r->device->size)) {
			printf("LIE: %s: reported success, and the flash differs\n", wrap);
			n->lies++;
		}
	}
}

/* What the device must hold: what it held, with the image over it. */
static void make_want(const struct rig *r, const struct stk_image *image, uint8_t *want)
{
	const struct stk_chunk *c = stk_image_info(image)->chunks;
	struct stk_target *t = rig_target(r, NULL);

	rig_monitor(t, "fill FLASH random 7", NULL);
	rig_dump(r, t, want);
	stk_target_close(t);
	memcpy(want + (c->addr - r->device->start), c->data, c->len);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = { "fail", "delay", "corrupt", "cut" };
	unsigned long ops = 0, stride = argc > 4 ? strtoul(argv[4], NULL, 10) : 1;
	uint8_t bytes[JOB_BYTES], *want, *after;
	struct tally n = { 0 };
	struct stk_image *image;
	struct rig r;

	if (argc < 4)
		return 2;
	rig_open(&r, argv[1], argv[2], "FLASH");
	rig_random(bytes, sizeof(bytes), 12345);
	image = rig_image(&r, strtoull(argv[3], NULL, 16), bytes, sizeof(bytes));
	want = malloc(r.device->size);
	after = malloc(r.device->size);
	make_want(&r, image, want);
	if (one(&r, image, "fault:op=0", after, &ops) ||
	    memcmp(after, want, r.device->size)) {
		printf("without a fault the job fails, or the flash differs\n");
		return 1;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		sweep(&r, image, modes[i], ops, stride, want, after, &n);
	printf("%lu operations, %lu runs: %lu reported success, %lu failure, %lu lies\n",
	       ops, n.runs, n.passed, n.failed, n.lies);
	free(after);
	free(want);
	stk_image_close(image);
	rig_close(&r);
	/* Some runs must survive (a delay is harmless), and some must not. */
	return n.lies || !n.passed || !n.failed;
}
