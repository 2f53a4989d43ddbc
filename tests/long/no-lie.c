/* SPDX-License-Identifier: MIT */
/*
 * No lie: a 16 KiB job, with one fault injected at every operation index in
 * turn, in every mode. Not one job that reports success may leave a flash that
 * differs from what was asked, compared through the virtual chip's own store.
 *
 *	no-lie LOADER CHIP START [STRIDE]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stoker/stoker.h>

#define JOB_BYTES	(16u << 10)
#define ODD_BYTES	300	/* the image ends inside a sector */

struct world {
	struct stk_ctx *ctx;
	struct stk_loader *loader;
	struct stk_image *image;
	const char *chip;
	uint64_t start;			/* of the job, in the device */
	uint8_t *before, *want;		/* the whole device */
	size_t size;
	char dump[64];
	unsigned long runs, passed, failed, lies;
};

static void discard(void *out, const char *text)
{
	if (out)
		strncat(out, text, 63);
}

static int monitor(struct stk_target *t, const char *command, char *answer)
{
	struct stk_error err = { 0 };
	int r = stk_target_monitor(t, command, discard, answer, &err);

	if (r)
		fprintf(stderr, "monitor %s: %s\n", command, err.msg);
	return r;
}

/* The array as the emulator keeps it, not as any loader reads it. */
static int dump(struct world *w, struct stk_target *t, uint8_t *to)
{
	char command[96];
	FILE *f;
	size_t n = 0;

	snprintf(command, sizeof(command), "dump FLASH %s", w->dump);
	if (monitor(t, command, NULL))
		return -1;
	f = fopen(w->dump, "rb");
	if (f) {
		n = fread(to, 1, w->size, f);
		fclose(f);
	}
	return n == w->size ? 0 : -1;
}

/* One job with one fault; *ret_ops is how many operations it took. */
static int one(struct world *w, const char *wrap, uint8_t *after, unsigned long *ret_ops)
{
	char address[128], answer[64] = "";
	const char *wraps[] = { wrap, NULL };
	struct stk_target_options topt = { .size = sizeof(topt), .wrap = wraps };
	struct stk_plan_options popt = {
		.size = sizeof(popt), .action = STK_ACTION_PROGRAM, .image = w->image,
	};
	struct stk_error err = { 0 };
	struct stk_target *t;
	struct stk_plan *plan = NULL;
	struct stk_job *job = NULL;
	int r;

	snprintf(address, sizeof(address), "emu:%s", w->chip);
	if (stk_target_open(w->ctx, address, &topt, &t, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(99);
	}
	if (monitor(t, "fill FLASH random 7", NULL))
		exit(99);
	r = stk_plan_new(t, &w->loader, 1, &popt, &plan, &err);
	if (!r)
		r = stk_job_run(plan, NULL, &job, &err);
	if (r && !strcmp(wrap, "fault:op=0"))
		fprintf(stderr, "without a fault: %s\n", err.msg);
	if (ret_ops && !monitor(t, "fault-count", answer))
		*ret_ops = strtoul(answer, NULL, 10);
	if (dump(w, t, after))
		exit(99);
	stk_job_free(job);
	stk_plan_free(plan);
	stk_target_close(t);
	return r;
}

static void sweep(struct world *w, const char *mode, unsigned long ops, unsigned long stride,
		  uint8_t *after)
{
	for (unsigned long op = 1; op <= ops; op += stride) {
		char wrap[64];
		int r;

		snprintf(wrap, sizeof(wrap), "fault:op=%lu,mode=%s,seed=%lu", op, mode, op);
		r = one(w, wrap, after, NULL);
		w->runs++;
		if (r)
			w->failed++;
		else
			w->passed++;
		if (!r && memcmp(after, w->want, w->size)) {
			printf("LIE: %s: reported success, and the flash differs\n", wrap);
			w->lies++;
		}
	}
}

static void make_image(struct world *w)
{
	uint8_t *bytes = malloc(JOB_BYTES);
	struct stk_image_options opt = { .size = sizeof(opt), .format = "bin", .has_base = true,
					 .base = w->start };
	struct stk_error err = { 0 };
	uint32_t x = 12345;

	for (size_t i = 0; i < JOB_BYTES; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(x >> 24);
	}
	if (stk_image_from_memory(w->ctx, "job", bytes, JOB_BYTES - ODD_BYTES, &opt, &w->image,
				  &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(99);
	}
	free(bytes);
}

/* What the device must hold: what it held, with the image over it. */
static void make_want(struct world *w)
{
	const struct stk_device *d = stk_loader_info(w->loader)->device;
	const struct stk_chunk *c = stk_image_info(w->image)->chunks;
	struct stk_error err = { 0 };
	struct stk_target *t;
	char address[128];

	w->size = d->size;
	w->before = malloc(w->size);
	w->want = malloc(w->size);
	snprintf(address, sizeof(address), "emu:%s", w->chip);
	if (stk_target_open(w->ctx, address, NULL, &t, &err) ||
	    monitor(t, "fill FLASH random 7", NULL) || dump(w, t, w->before)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(99);
	}
	stk_target_close(t);
	memcpy(w->want, w->before, w->size);
	memcpy(w->want + (c->addr - d->start), c->data, c->len);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = { "fail", "delay", "corrupt", "cut" };
	struct world w = { .chip = argc > 2 ? argv[2] : NULL };
	unsigned long ops = 0, stride = argc > 4 ? strtoul(argv[4], NULL, 10) : 1;
	struct stk_error err = { 0 };
	uint8_t *after;

	if (argc < 4)
		return 2;
	w.start = strtoull(argv[3], NULL, 16);
	snprintf(w.dump, sizeof(w.dump), "/tmp/no-lie.%d", (int)getpid());
	if (stk_ctx_new(NULL, &w.ctx, &err) ||
	    stk_loader_open(w.ctx, argv[1], 0, &w.loader, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 99;
	}
	make_image(&w);
	make_want(&w);
	after = malloc(w.size);
	if (one(&w, "fault:op=0", after, &ops) || memcmp(after, w.want, w.size)) {
		printf("without a fault the job fails, or the flash differs\n");
		return 1;
	}
	for (size_t i = 0; i < 4; i++)
		sweep(&w, modes[i], ops, stride, after);
	printf("%lu operations, %lu runs: %lu reported success, %lu failure, %lu lies\n", ops,
	       w.runs, w.passed, w.failed, w.lies);
	unlink(w.dump);
	free(after);
	free(w.before);
	free(w.want);
	stk_image_close(w.image);
	stk_loader_close(w.loader);
	stk_ctx_free(w.ctx);
	/* Some runs must survive (a delay is harmless), and some must not. */
	return w.lies || !w.passed || !w.failed;
}
