/* SPDX-License-Identifier: MIT */
/* Progress of a job on stderr: a bar on a terminal, a line per phase elsewhere. */
#include "cmd.h"

#include <time.h>
#include <unistd.h>

#include "render/render.h"

#define BAR_WIDTH     30
#define BAR_EVERY_NS  50000000ull   /* smooth to the eye */
#define LINE_EVERY_NS 5000000000ull /* a log shows that it still lives */

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void progress_init(struct progress *p, const struct stk_plan_info *plan)
{
	memset(p, 0, sizeof(*p));
	p->plan = plan;
	p->terminal = isatty(STDERR_FILENO);
}

void progress_end(struct progress *p)
{
	if (p->bar)
		fputs("\r\033[K", stderr);
	p->bar = false;
}

static bool same_phase(const struct stk_step *a, const struct stk_step *b)
{
	return a->kind == b->kind && a->loader == b->loader;
}

/* A phase is a run of steps of one kind through one loader. */
static void begin_phase(struct progress *p, const struct stk_step *step)
{
	const struct stk_step *end = p->plan->steps + p->plan->n_steps;
	uint64_t bytes = 0;
	char size[32];

	for (const struct stk_step *s = step; s < end && same_phase(s, step); s++)
		bytes += s->range.len;
	p->phase = step;
	snprintf(p->what, sizeof(p->what), "%s%s%s", text_step(step->kind),
		 bytes ? " " : "", bytes ? text_size(bytes, size, sizeof(size)) : "");
}

static void draw_bar(struct progress *p, unsigned int percent)
{
	char bar[BAR_WIDTH + 1];
	unsigned int full = percent * BAR_WIDTH / 100;

	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', full);
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3u %%  %s\033[K", bar, percent, p->what);
	p->bar = true;
}

/* Resets and loads are quick and no news: they go with what follows. */
static bool is_news(enum stk_step_kind kind)
{
	return kind != STK_STEP_RESET && kind != STK_STEP_LOAD;
}

void progress_event(struct progress *p, const struct stk_event *e)
{
	uint64_t now = clock_ns();
	unsigned int percent =
		e->total ? (unsigned int)(100.0 * (double)e->done / (double)e->total) : 0;
	bool begins = e->kind == STK_EVENT_STEP && is_news(e->step->kind) &&
		      (!p->phase || !same_phase(p->phase, e->step));

	if (e->kind == STK_EVENT_WARNING) {
		progress_end(p);
		fprintf(stderr, "warning: ");
		text_safe(stderr, e->text);
		fputc('\n', stderr);
		return;
	}
	if (begins)
		begin_phase(p, e->step);
	if (!p->phase ||
	    (!begins && now - p->said_ns < (p->terminal ? BAR_EVERY_NS : LINE_EVERY_NS)))
		return;
	p->said_ns = now;
	if (p->terminal)
		draw_bar(p, percent < 100 ? percent : 100);
	else
		fprintf(stderr, "%3u %%  %s\n", percent < 100 ? percent : 100, p->what);
}
