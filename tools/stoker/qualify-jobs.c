/* SPDX-License-Identifier: MIT */
/*
 * qualify --jobs N: several processes, each with the context that it was born
 * with, take the next loader off a counter that they share, and send what comes
 * of it through a pipe. One that dies takes its loader along and no other.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qualify.h"

/* More than that wait for a processor. */
#define MAX_PROCESSES 64
#define NOBODY	      UINT_MAX

/* Seen by all processes. */
struct shared {
	atomic_size_t next;
	atomic_uint taken_by[]; /* a process for each item */
};

struct worker {
	pid_t pid;
	int fd; /* -1: it has ended */
	/* A message that is still coming in: its head, then its texts */
	char *buf;
	size_t len, room;
};

struct jobs {
	const struct qualify_args *args;
	struct stk_ctx *ctx;
	const struct qualify_list *list;
	struct qualify_done *done;
	void (*deliver)(void *data, size_t index);
	void *data;
	size_t due;
	struct shared *shared;
	struct worker worker[MAX_PROCESSES];
	unsigned int count;
	bool interrupted; /* one of them was */
	bool stopped;	  /* all have been told */
};

/* What goes through the pipe before the texts; one program, so one layout. */
struct message {
	size_t index;
	struct qualify_result result;
};

static size_t texts_of(const struct qualify_result *r)
{
	size_t sum = 0;

	for (size_t i = 0; i < FORM_COUNT; i++)
		sum += r->len[i];
	return sum;
}

static void deliver_ready(struct jobs *j, bool all)
{
	for (; j->due < j->list->count; j->due++) {
		if (j->done[j->due].done)
			j->deliver(j->data, j->due);
		else if (!all)
			return;
	}
}

/* ---- a process that works --------------------------------------------- */

static void send_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1); /* nobody listens any more */
		p += n;
		len -= (size_t)n;
	}
}

static void work(struct jobs *j, unsigned int self, int fd)
{
	size_t i;

	while (!*cancel_flag() &&
	       (i = atomic_fetch_add(&j->shared->next, 1)) < j->list->count) {
		struct message m = { .index = i };
		char *text[FORM_COUNT] = { NULL };

		atomic_store(&j->shared->taken_by[i], self);
		qualify_one(j->args, j->ctx, &j->list->item[i],
			    (struct qualify_place){ i, j->list->count }, &m.result, text);
		send_all(fd, &m, sizeof(m));
		for (size_t k = 0; k < FORM_COUNT; k++) {
			send_all(fd, text[k], m.result.len[k]);
			free(text[k]);
		}
	}
}

static bool start(struct jobs *j, unsigned int self)
{
	struct worker *w = &j->worker[self];
	pid_t parent = getpid();
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return false;
	w->pid = fork();
	if (w->pid < 0) {
		close(fd[0]);
		close(fd[1]);
		return false;
	}
	if (!w->pid) {
		/* Without the one that listens there is nothing to work for. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() == parent)
			work(j, self, fd[1]);
		_exit(0);
	}
	close(fd[1]);
	w->fd = fd[0];
	return true;
}

/* ---- the one that listens --------------------------------------------- */

static void keep(struct jobs *j, const struct message *m, const char *texts)
{
	struct qualify_done *d = &j->done[m->index];

	d->result = m->result;
	j->interrupted |= m->result.origin == STK_ORIGIN_INTERRUPTED;
	for (size_t i = 0; i < FORM_COUNT; i++) {
		d->text[i] = strndup(texts, m->result.len[i]);
		if (!d->text[i])
			out_of_memory();
		texts += m->result.len[i];
	}
	d->done = true;
}

/* Take off the messages that are complete. */
static void take_messages(struct jobs *j, struct worker *w)
{
	struct message m;
	size_t whole;

	while (w->len >= sizeof(m)) {
		memcpy(&m, w->buf, sizeof(m));
		whole = sizeof(m) + texts_of(&m.result);
		if (w->len < whole)
			return;
		keep(j, &m, w->buf + sizeof(m));
		w->len -= whole;
		memmove(w->buf, w->buf + whole, w->len);
	}
}

/* Why there will be no word of item @i. */
static void give_up(struct jobs *j, size_t i, int status)
{
	struct qualify_done *d = &j->done[i];
	struct qualify_item item = j->list->item[i];

	if (WIFSIGNALED(status))
		stk_fail(&item.err, STK_ORIGIN_INTERNAL, ECHILD, "process-died",
			 "the process that tried '%s' was ended by signal %d", item.path,
			 WTERMSIG(status));
	else
		stk_fail(&item.err, STK_ORIGIN_INTERNAL, ECHILD, "process-died",
			 "the process that tried '%s' ended with status %d", item.path,
			 WEXITSTATUS(status));
	item.not_run = false;
	qualify_one(j->args, j->ctx, &item, (struct qualify_place){ i, j->list->count },
		    &d->result, d->text);
	d->done = true;
}

static void ended(struct jobs *j, unsigned int self)
{
	struct worker *w = &j->worker[self];
	int status = 0;

	close(w->fd);
	free(w->buf);
	w->fd = -1;
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	for (size_t i = 0; i < j->list->count; i++)
		if (!j->done[i].done && atomic_load(&j->shared->taken_by[i]) == self)
			give_up(j, i, status);
}

static void receive(struct jobs *j, unsigned int self)
{
	struct worker *w = &j->worker[self];
	ssize_t n;

	if (w->room - w->len < 65536) {
		w->room = w->room ? 2 * w->room : 131072;
		w->buf = realloc(w->buf, w->room);
		if (!w->buf)
			out_of_memory();
	}
	n = read(w->fd, w->buf + w->len, w->room - w->len);
	if (n < 0 && errno == EINTR)
		return;
	if (n > 0) {
		w->len += (size_t)n;
		take_messages(j, w);
	} else {
		ended(j, self);
	}
	deliver_ready(j, false);
}

/* Ctrl-C reaches all of a terminal's processes; kill only the one it is for. */
static void stop_workers(struct jobs *j)
{
	j->interrupted |= *cancel_flag() != 0;
	if (!j->interrupted || j->stopped)
		return;
	j->stopped = true;
	for (unsigned int i = 0; i < j->count; i++)
		if (j->worker[i].fd >= 0)
			kill(j->worker[i].pid, SIGTERM);
}

static void listen_to_workers(struct jobs *j)
{
	struct pollfd fds[MAX_PROCESSES];
	bool any = true;

	while (any) {
		any = false;
		stop_workers(j);
		for (unsigned int i = 0; i < j->count; i++) {
			/* A negative one is passed over. */
			fds[i] = (struct pollfd){ .fd = j->worker[i].fd, .events = POLLIN };
			any |= fds[i].fd >= 0;
		}
		/* A signal between the look above and here would wait for a loader. */
		if (!any || poll(fds, j->count, 200) <= 0)
			continue;
		for (unsigned int i = 0; i < j->count; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				receive(j, i);
	}
}

/* ---- one process, or several ------------------------------------------ */

static void in_this_process(struct jobs *j)
{
	for (size_t i = 0; i < j->list->count && !*cancel_flag(); i++) {
		struct qualify_done *d = &j->done[i];

		qualify_one(j->args, j->ctx, &j->list->item[i],
			    (struct qualify_place){ i, j->list->count }, &d->result,
			    d->text);
		d->done = true;
		deliver_ready(j, false);
	}
}

static struct shared *share(size_t items)
{
	size_t size = sizeof(struct shared) + items * sizeof(atomic_uint);
	struct shared *s = mmap(NULL, size, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		out_of_memory();
	for (size_t i = 0; i < items; i++)
		atomic_init(&s->taken_by[i], NOBODY);
	return s;
}

static void in_processes(struct jobs *j, unsigned int wanted)
{
	size_t items = j->list->count;

	j->shared = share(items);
	fflush(NULL); /* or each would print what is still in the buffers */
	while (j->count < wanted && start(j, j->count))
		j->count++;
	listen_to_workers(j);
	/* None could be started, or those that were have all died. */
	if (atomic_load(&j->shared->next) < items && !j->interrupted) {
		for (size_t i = 0; i < items; i++)
			if (!j->done[i].done)
				give_up(j, i, 0);
	}
	munmap(j->shared, sizeof(struct shared) + items * sizeof(atomic_uint));
}

void qualify_jobs(const struct qualify_args *args, struct stk_ctx *ctx,
		  const struct qualify_list *list, struct qualify_done *done,
		  void (*deliver)(void *data, size_t index), void *data)
{
	size_t wanted = args->jobs < list->count ? args->jobs : list->count;
	struct jobs j = {
		.args = args,
		.ctx = ctx,
		.list = list,
		.done = done,
		.deliver = deliver,
		.data = data,
	};

	if (wanted > MAX_PROCESSES)
		wanted = MAX_PROCESSES;
	cancel_arm(NULL);
	if (wanted > 1)
		in_processes(&j, (unsigned int)wanted);
	else
		in_this_process(&j);
	cancel_disarm();
	deliver_ready(&j, true);
}
