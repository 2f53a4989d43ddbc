/* SPDX-License-Identifier: MIT */
/*
 * inspect -r: several threads, each with its own context, take the next file,
 * and whoever finishes the one that is due hands out all that are ready.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>

#include "folder.h"

/* More than that wait for the disk, not for a processor. */
#define MAX_THREADS 16
/* Texts that wait for their turn, a thread: one large file holds up as many. */
#define AHEAD 32
/* Files of more bytes, which are read whole, one at a time: memory stays small. */
#define LARGE (8 << 20)

struct run {
	const struct inspect_args *args;
	struct folder *folder;
	void (*deliver)(void *data, const char *text);
	void *data;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* due has */
	size_t next;	      /* row that nobody has taken yet */
	size_t due;	      /* row that is handed out next */
	size_t window;	      /* rows that may be between them */
	bool delivering;
	char **text; /* window many, by row modulo window */
	bool *done;

	pthread_mutex_t large; /* for who has such a file open */
};

unsigned int folder_threads(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n < MAX_THREADS ? (unsigned int)n : MAX_THREADS;
}

/* The next row to look at; false: there is none left. */
static bool take(struct run *run, size_t *ret)
{
	bool any;

	pthread_mutex_lock(&run->lock);
	while (run->next < run->folder->n_rows && run->next >= run->due + run->window)
		pthread_cond_wait(&run->moved, &run->lock);
	any = run->next < run->folder->n_rows;
	if (any)
		*ret = run->next++;
	pthread_mutex_unlock(&run->lock);
	return any;
}

/* The lock is held, but not while somebody else's code runs. */
static void deliver_one(struct run *run)
{
	size_t slot = run->due % run->window;
	char *text = run->text[slot];

	pthread_mutex_unlock(&run->lock);
	run->deliver(run->data, text);
	free(text);
	pthread_mutex_lock(&run->lock);
	run->done[slot] = false;
	run->due++;
	pthread_cond_broadcast(&run->moved);
}

static void finish(struct run *run, size_t row, char *text)
{
	pthread_mutex_lock(&run->lock);
	run->text[row % run->window] = text;
	run->done[row % run->window] = true;
	if (!run->delivering) {
		run->delivering = true;
		while (run->done[run->due % run->window])
			deliver_one(run);
		run->delivering = false;
	}
	pthread_mutex_unlock(&run->lock);
}

static void look(struct run *run, struct stk_ctx *ctx, struct folder_row *row,
		 char **text)
{
	struct stat st;
	bool large = !stat(row->path, &st) && st.st_size > LARGE;

	if (large)
		pthread_mutex_lock(&run->large);
	if (row->pack)
		folder_look_pack(run->args, ctx, row, text);
	else
		folder_look(run->args, ctx, row, text);
	if (large)
		pthread_mutex_unlock(&run->large);
}

static void work(struct run *run, struct stk_ctx *ctx)
{
	size_t row;

	while (take(run, &row)) {
		char *text;

		look(run, ctx, &run->folder->rows[row], &text);
		finish(run, row, text);
	}
}

/* One more thread. The others do the work of one that cannot begin. */
struct worker {
	struct run *run;
	pthread_t thread;
	struct stk_ctx *ctx;
};

static void *begin(void *data)
{
	struct worker *w = data;

	if (!options_ctx(&w->run->args->common, &w->ctx, NULL))
		work(w->run, w->ctx);
	return NULL;
}

/*
 * Its modules are unmapped only when the thread has ended: what they keep for
 * each thread has its end there too.
 */
static void end(struct worker *w)
{
	pthread_join(w->thread, NULL);
	stk_ctx_free(w->ctx);
}

void folder_run(const struct inspect_args *args, struct stk_ctx *ctx, struct folder *f,
		void (*deliver)(void *data, const char *text), void *data)
{
	unsigned int wanted = args->threads ? args->threads : folder_threads(), n = 0;
	struct run run = {
		.args = args, .folder = f, .deliver = deliver, .data = data,
		.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER,
		.large = PTHREAD_MUTEX_INITIALIZER,
	};
	struct worker workers[MAX_THREADS] = { 0 };

	if (wanted > MAX_THREADS)
		wanted = MAX_THREADS;
	if (wanted > f->n_rows)
		wanted = f->n_rows ? (unsigned int)f->n_rows : 1;
	run.window = (size_t)wanted * AHEAD;
	run.text = calloc(run.window, sizeof(*run.text));
	run.done = calloc(run.window, sizeof(*run.done));
	if (!run.text || !run.done)
		out_of_memory();
	while (n + 1 < wanted) {
		workers[n].run = &run;
		if (pthread_create(&workers[n].thread, NULL, begin, &workers[n]))
			break;
		n++;
	}
	work(&run, ctx);
	while (n)
		end(&workers[--n]);
	free(run.text);
	free(run.done);
}
