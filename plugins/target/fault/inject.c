/* SPDX-License-Identifier: MIT */
/* inject.c - count operations, and spoil the one that the options name */
#include "inject.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define DEFAULT_NS 1000000000u

static const char *const kind_name[KIND_COUNT + 1] = {
	"read",
	"write",
	"get-regs",
	"set-regs",
	"break-set",
	"break-clear",
	"resume",
	"wait",
	"halt",
	"reset",
	"step",
	"call",
	"mem-while-running",
	"any",
};

static const char *const mode_name[MODE_COUNT] = {
	"fail", "delay", "corrupt", "cut", "signal",
};

/* What a user, a shell or a system sends to a programmer at work. */
static const int signal_number[] = { SIGINT, SIGTERM, SIGHUP, SIGSTOP, SIGKILL };
static const char *const signal_name[] = { "int", "term", "hup", "stop", "kill" };
#define SIGNAL_COUNT (sizeof(signal_name) / sizeof(signal_name[0]))

void inject_init(struct injector *f)
{
	*f = (struct injector){ .ns = DEFAULT_NS, .kind = KIND_ANY };
}

static int find_name(const char *const *names, unsigned int n, const char *text,
		     unsigned int *ret)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!strcmp(names[i], text)) {
			*ret = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int fail_option(const char *option, struct stk_error *err)
{
	return stk_fail(
		err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
		"'%s' is no option of fault; known: op=N, every=N, "
		"mode=fail|delay|corrupt|cut|signal, seed=N, ns=N, "
		"signal=int|term|hup|stop|kill, blind=START+SIZE, dead=START+SIZE, real=0|1, "
		"kind=any|read|write|get-regs|set-regs|break-set|"
		"break-clear|resume|wait|halt|reset|step|call|mem-while-running",
		option);
}

/* "0x90000000+16M" */
static int parse_range(const char *text, struct stk_range *ret)
{
	const char *plus = strchr(text, '+');
	char start[32];

	if (!plus || (size_t)(plus - text) >= sizeof(start))
		return -EINVAL;
	memcpy(start, text, (size_t)(plus - text));
	start[plus - text] = 0;
	if (stk_parse_u64(start, &ret->addr) || stk_parse_u64(plus + 1, &ret->len))
		return -EINVAL;
	return stk_range_valid(*ret) ? 0 : -EINVAL;
}

int inject_option(struct injector *f, const char *option, struct stk_error *err)
{
	const char *eq = strchr(option, '=');
	size_t len = eq ? (size_t)(eq - option) : 0;
	int r = -EINVAL;

	if (len == 2 && !strncmp(option, "op", len))
		r = stk_parse_u64(eq + 1, &f->op);
	else if (len == 2 && !strncmp(option, "ns", len))
		r = stk_parse_u64(eq + 1, &f->ns);
	else if (len == 4 && !strncmp(option, "seed", len))
		r = stk_parse_u64(eq + 1, &f->seed);
	else if (len == 4 && !strncmp(option, "mode", len))
		r = find_name(mode_name, MODE_COUNT, eq + 1, &f->mode);
	else if (len == 6 && !strncmp(option, "signal", len))
		r = find_name(signal_name, SIGNAL_COUNT, eq + 1, &f->signal);
	else if (len == 5 && !strncmp(option, "blind", len))
		r = parse_range(eq + 1, &f->blind);
	else if (len == 4 && !strncmp(option, "dead", len))
		r = parse_range(eq + 1, &f->dead);
	else if (len == 4 && !strncmp(option, "real", len))
		r = stk_parse_u64(eq + 1, &f->real);
	else if (len == 5 && !strncmp(option, "every", len))
		r = stk_parse_u64(eq + 1, &f->every);
	else if (len == 4 && !strncmp(option, "kind", len))
		r = find_name(kind_name, KIND_COUNT + 1, eq + 1, &f->kind);
	return r ? fail_option(option, err) : 0;
}

/* splitmix64 of seed and operation: repeatable, and another bit for each. */
static uint64_t random_of(const struct injector *f)
{
	uint64_t x = f->seed + f->seen * 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

void inject_flip_bytes(const struct injector *f, void *buf, size_t len)
{
	uint64_t bit;

	if (!len)
		return;
	bit = random_of(f) % ((uint64_t)len * 8);
	((uint8_t *)buf)[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

void inject_flip_regs(const struct injector *f, struct stk_regs *regs)
{
	uint64_t random = random_of(f);
	unsigned int valid[STK_REG_COUNT], n = 0;

	for (unsigned int i = 0; i < STK_REG_COUNT; i++) {
		if (regs->valid & 1u << i)
			valid[n++] = i;
	}
	if (n)
		regs->r[valid[random % n]] ^= 1u << (random >> 32) % 32;
}

void inject_flip_stop(const struct injector *f, struct stk_stop *stop)
{
	stop->pc ^= 1u << random_of(f) % 32;
}

void inject_pass_time(struct injector *f, uint64_t ns)
{
	struct timespec t = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };

	if (f->virtual_time) {
		f->delayed_ns += ns;
		return;
	}
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static int fail_cut(const struct injector *f, enum kind kind, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-cut",
			"the link to the target is gone since operation %" PRIu64
			" (injected); %s is not possible",
			f->op, kind_name[kind]);
}

static bool is_hit(const struct injector *f)
{
	if (!f->every || f->seen <= f->op)
		return f->seen == f->op;
	return f->op && (f->seen - f->op) % f->every == 0;
}

int inject_begin(struct injector *f, enum kind kind, bool *ret_hit, struct stk_error *err)
{
	bool ours = f->kind == KIND_ANY || f->kind == kind, hit;

	f->seen += ours;
	hit = ours && is_hit(f);
	if (hit && f->mode == MODE_CUT)
		f->cut = true;
	if (f->cut)
		return fail_cut(f, kind, err);
	if (hit && f->mode == MODE_FAIL)
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "fault-injected",
				"operation %" PRIu64 " (%s) failed: injected", f->seen,
				kind_name[kind]);
	/* Returns when it was handled; after "stop", when somebody continues us. */
	if (hit && f->mode == MODE_SIGNAL)
		raise(signal_number[f->signal]);
	/* wait() has a budget to take it from */
	if (hit && f->mode == MODE_DELAY && kind != KIND_WAIT)
		inject_pass_time(f, f->ns);
	*ret_hit = hit;
	return 0;
}
