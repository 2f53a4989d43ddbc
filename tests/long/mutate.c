/* SPDX-License-Identifier: MIT */
/*
 * How well the checks of qualify see: loaders with one bit of one instruction
 * flipped, each tried like the loader itself. A mutant is caught when a check
 * says worse of it than of the loader; equivalent when no check does and it changed
 * the same in the chip in every call, and said the same of it (what it looks at on
 * the way is its own affair); else it does something else, unseen.
 *
 *	mutate LOADER TARGET [COUNT [SEED [AIM]]]
 *
 * Fails when less than AIM percent of those that change behaviour are caught.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stoker/stoker.h>

#define CHECKS_MOST	128
#define SECONDS_MOST	120	/* a mutant that takes longer hangs */
#define FUNCTIONS_MOST	512

/* What became of one loader. */
struct verdict {
	uint8_t ran;		/* else it was refused, or could not be told */
	uint8_t good;
	uint64_t digest;
	size_t n;
	uint8_t result[CHECKS_MOST];
};

struct bench {
	struct stk_ctx *ctx;
	const char *path, *target;
	uint8_t *bytes;
	size_t len;
	uint64_t address[FUNCTIONS_MOST], size[FUNCTIONS_MOST];	/* of code in the file */
	size_t n;
	uint64_t halfwords;
	uint32_t random;
};

static void broken(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(99);
}

static uint32_t next(struct bench *b)
{
	b->random = b->random * 1664525u + 1013904223u;
	return b->random >> 8;
}

/* ---- the loader, and where its code is --------------------------------------- */

static uint64_t offset_of(const struct stk_loader_info *info, uint64_t addr, uint64_t len)
{
	for (size_t i = 0; i < info->n_segments; i++) {
		const struct stk_segment *s = &info->segments[i];

		if (s->role == STK_SEGMENT_CODE && addr >= s->vaddr &&
		    addr + len <= s->vaddr + s->file_size)
			return s->offset + (addr - s->vaddr);
	}
	return 0;
}

static void find_code(struct bench *b)
{
	const struct stk_code_info *code;
	struct stk_error err = { 0 };
	struct stk_loader *loader;

	if (stk_loader_open(b->ctx, b->path, 0, &loader, &err) ||
	    stk_loader_code(b->ctx, loader, &code, &err))
		broken(b->path, err.msg);
	for (size_t i = 0; i < code->n_functions && b->n < FUNCTIONS_MOST; i++) {
		const struct stk_code_function *f = &code->functions[i];
		uint64_t at = offset_of(stk_loader_info(loader), f->address, f->size);

		if (!at || f->size < 2)
			continue;
		b->address[b->n] = at;
		b->size[b->n++] = f->size;
		b->halfwords += f->size / 2;
	}
	stk_loader_close(loader);
	if (!b->n)
		broken(b->path, "no code was found");
}

static void read_file(struct bench *b)
{
	FILE *f = fopen(b->path, "rb");
	long len;

	if (!f || fseek(f, 0, SEEK_END) || (len = ftell(f)) <= 0)
		broken(b->path, "cannot be read");
	rewind(f);
	b->len = (size_t)len;
	b->bytes = malloc(b->len);
	if (!b->bytes || fread(b->bytes, 1, b->len, f) != b->len)
		broken(b->path, "cannot be read");
	fclose(f);
}

/* ---- one of them ---------------------------------------------------------------- */

static void try_bytes(const struct bench *b, struct verdict *v)
{
	struct stk_qualify_options opt = { .size = sizeof(opt), .target = b->target };
	const char *name = strrchr(b->path, '/');
	const struct stk_qualify_report *r;
	struct stk_error err = { 0 };
	struct stk_loader *loader;
	struct stk_qualify *q;

	memset(v, 0, sizeof(*v));
	if (stk_loader_from_memory(b->ctx, name ? name + 1 : b->path, b->bytes, b->len, 0,
				   &loader, &err))
		return;
	if (!stk_qualify_run(b->ctx, loader, &opt, &q, &err)) {
		r = stk_qualify_report(q);
		v->ran = 1;
		v->good = r->good;
		v->digest = r->effect_digest;
		v->n = r->n_checks < CHECKS_MOST ? r->n_checks : CHECKS_MOST;
		for (size_t i = 0; i < v->n; i++)
			v->result[i] = (uint8_t)r->checks[i].result;
		stk_qualify_free(q);
	}
	stk_loader_close(loader);
}

/* In a process of its own, which may be killed; false: it was. */
static bool try_apart(const struct bench *b, struct verdict *v)
{
	int ends[2], status;
	ssize_t got;
	pid_t child;

	if (pipe(ends))
		broken("pipe", "failed");
	child = fork();
	if (child < 0)
		broken("fork", "failed");
	if (!child) {
		struct verdict own;

		alarm(SECONDS_MOST);
		try_bytes(b, &own);
		_exit(write(ends[1], &own, sizeof(own)) != sizeof(own));
	}
	close(ends[1]);
	got = read(ends[0], v, sizeof(*v));
	close(ends[0]);
	waitpid(child, &status, 0);
	if (got != sizeof(*v) && WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM)
		broken(b->path, "stoker itself crashed on a mutant");
	return got == sizeof(*v);
}

/* ---- all of them ------------------------------------------------------------------ */

struct tally {
	unsigned int bad, weak, hangs, unseen, equivalent;
};

static bool worse(const struct verdict *a, const struct verdict *base)
{
	for (size_t i = 0; i < base->n; i++) {
		if (a->result[i] != base->result[i])
			return true;
	}
	return false;
}

static const char *judge(bool ended, const struct verdict *v, const struct verdict *base,
			 struct tally *t)
{
	if (!ended || !v->ran)
		return t->hangs++, "caught: hangs";
	if (!v->good)
		return t->bad++, "caught: bad";
	if (worse(v, base))
		return t->weak++, "caught: another weakness";
	if (v->digest != base->digest)
		return t->unseen++, "UNSEEN";
	return t->equivalent++, "equivalent";
}

static void mutate(struct bench *b, const struct verdict *base, struct tally *t)
{
	uint64_t at = next(b) % b->halfwords;
	unsigned int bit = next(b) % 16;
	struct verdict v;
	size_t f = 0;
	uint8_t *byte;
	const char *what;

	while (at >= b->size[f] / 2)
		at -= b->size[f++] / 2;
	byte = &b->bytes[b->address[f] + 2 * at + bit / 8];
	*byte ^= (uint8_t)(1u << bit % 8);
	what = judge(try_apart(b, &v), &v, base, t);
	*byte ^= (uint8_t)(1u << bit % 8);
	printf("0x%llx bit %u: %s\n", (unsigned long long)(b->address[f] + 2 * at), bit,
	       what);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 200;
	unsigned long aim = argc > 5 ? strtoul(argv[5], NULL, 10) : 95;
	struct bench b = { .random = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 1 };
	unsigned int caught, changing;
	struct stk_error err = { 0 };
	struct tally t = { 0 };
	struct verdict base;

	if (argc < 3)
		return 2;
	b.path = argv[1];
	b.target = argv[2];
	if (stk_ctx_new(NULL, &b.ctx, &err))
		broken("context", err.msg);
	read_file(&b);
	find_code(&b);
	if (!try_apart(&b, &base) || !base.ran || !base.good)
		broken(b.path, "is not good itself");
	for (unsigned long i = 0; i < count; i++)
		mutate(&b, &base, &t);
	caught = t.bad + t.weak + t.hangs;
	changing = caught + t.unseen;
	printf("%s: %lu mutants: %u caught (%u bad, %u weaknesses, %u hang), %u unseen, "
	       "%u equivalent; %.1f %% of those that change behaviour are caught\n",
	       b.path, count, caught, t.bad, t.weak, t.hangs, t.unseen, t.equivalent,
	       changing ? 100.0 * caught / changing : 100.0);
	free(b.bytes);
	stk_ctx_free(b.ctx);
	return 100 * caught < aim * changing;
}
