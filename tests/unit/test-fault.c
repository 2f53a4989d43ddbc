/* SPDX-License-Identifier: MIT */
/* The fault wrapper around a small target in host memory. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "target.h"

extern const struct stk_module stk_module;	/* of the wrapper, linked in */

/* What reached the target inside. */
struct inner {
	uint8_t memory[64];
	struct stk_regs regs;
	uint64_t now, budget;
	unsigned int calls;
	char last[32];
	bool virtual_time;
};

static int note(struct inner *t, const char *what)
{
	t->calls++;
	snprintf(t->last, sizeof(t->last), "%s", what);
	return 0;
}

static int in_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	struct inner *t = priv;

	ret->virtual_time = t->virtual_time;
	snprintf(ret->description, sizeof(ret->description), "host memory");
	return 0;
}

static int in_read(void *priv, uint64_t addr, void *buf, size_t len,
		   struct stk_error *err)
{
	struct inner *t = priv;

	memcpy(buf, t->memory + addr, len);
	return note(t, "read");
}

static int in_write(void *priv, uint64_t addr, const void *buf, size_t len,
		    struct stk_error *err)
{
	struct inner *t = priv;

	memcpy(t->memory + addr, buf, len);
	return note(t, "write");
}

static int in_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	struct inner *t = priv;

	*ret = t->regs;
	return note(t, "get-regs");
}

static int in_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct inner *t = priv;

	t->regs = *regs;
	return note(t, "set-regs");
}

static int in_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	return note(priv, "break-set");
}

static int in_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	return note(priv, "break-clear");
}

static int in_resume(void *priv, struct stk_error *err)
{
	return note(priv, "resume");
}

static int in_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		   struct stk_error *err)
{
	struct inner *t = priv;

	t->budget = budget_ns;
	*ret = (struct stk_stop){ .reason = STK_STOP_BREAK, .pc = 0x20000000 };
	return note(t, "wait");
}

static int in_halt(void *priv, struct stk_error *err)
{
	return note(priv, "halt");
}

static int in_reset(void *priv, struct stk_error *err)
{
	return note(priv, "reset");
}

static uint64_t in_now(void *priv)
{
	struct inner *t = priv;

	return t->now;
}

static int in_step(void *priv, struct stk_stop *ret, struct stk_error *err)
{
	*ret = (struct stk_stop){ .reason = STK_STOP_BREAK, .pc = 0x20000000 };
	return note(priv, "step");
}

static int in_call(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct inner *t = priv;

	t->regs = *regs;
	return note(t, "call");
}

static int in_mem(void *priv, bool write, uint64_t addr, void *buf, size_t len,
		  struct stk_error *err)
{
	struct inner *t = priv;

	if (write)
		memcpy(t->memory + addr, buf, len);
	else
		memcpy(buf, t->memory + addr, len);
	return note(t, "mem-while-running");
}

static int in_monitor(void *priv, const char *command,
		      void (*print)(void *out, const char *text), void *out,
		      struct stk_error *err)
{
	print(out, "inside: ");
	print(out, command);
	return 0;
}

static int in_observe(void *priv, unsigned int mask, stk_observer fn, void *data,
		      struct stk_error *err)
{
	return note(priv, "observe");
}

static int in_watch(void *priv, const struct stk_watch *watch, struct stk_error *err)
{
	return note(priv, "watch");
}

static void in_wake(void *priv)
{
	note(priv, "wake");
}

static const struct stk_target_driver in_ops = {
	.size = sizeof(in_ops),
	.name = "inside",
	.describe = in_describe,
	.read = in_read,
	.write = in_write,
	.get_regs = in_get_regs,
	.set_regs = in_set_regs,
	.break_set = in_break_set,
	.break_clear = in_break_clear,
	.resume = in_resume,
	.wait = in_wait,
	.halt = in_halt,
	.reset = in_reset,
	.now = in_now,
	.step = in_step,
	.call = in_call,
	.mem_while_running = in_mem,
	.monitor = in_monitor,
	.observe = in_observe,
	.watch = in_watch,
	.wake = in_wake,
};

static struct inner in;
static struct stk_target inside;
static const struct stk_target_driver *drv;
static void *priv;
static struct stk_error err;

static void setup(void)
{
	in = (struct inner){ .virtual_time = true, .now = 1000 };
	for (unsigned int i = 0; i < sizeof(in.memory); i++)
		in.memory[i] = (uint8_t)i;
	in.regs.valid = 1u << 3 | 1u << STK_REG_PC;
	inside = (struct stk_target){ .ops = in_ops, .priv = &in };
	err = (struct stk_error){ 0 };
	drv = stk_module.target;
	priv = calloc(1, drv->priv_size);
	ck_assert_ptr_nonnull(priv);
	drv->wrap(priv, &inside);
}

static void teardown(void)
{
	drv->close(priv);
	free(priv);
}

/* "op=2,mode=cut", cut at the commas as the core does. */
static int open_with(const char *text)
{
	const char *list[8] = { NULL };
	char copy[128], *rest = copy, *word;
	unsigned int n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, ",")) != NULL) {
		if (*word)
			list[n++] = word;
	}
	return drv->open(priv, NULL, "", list, &err);
}

/* Every operation on the chip, by the name that kind= has for it. */
static int do_read(void)
{
	uint8_t buf[16];

	return drv->read(priv, 0, buf, sizeof(buf), &err);
}

static int do_write(void)
{
	return drv->write(priv, 0, "0123456789abcdef", 16, &err);
}

static int do_get_regs(void)
{
	struct stk_regs regs;

	return drv->get_regs(priv, &regs, &err);
}

static int do_set_regs(void)
{
	return drv->set_regs(priv, &(struct stk_regs){ .valid = 1 }, &err);
}

static int do_break_set(void)
{
	return drv->break_set(priv, 0x20000000, &err);
}

static int do_break_clear(void)
{
	return drv->break_clear(priv, 0x20000000, &err);
}

static int do_resume(void)
{
	return drv->resume(priv, &err);
}

static int do_wait(void)
{
	struct stk_stop stop;

	return drv->wait(priv, 5000000000u, &stop, &err);
}

static int do_halt(void)
{
	return drv->halt(priv, &err);
}

static int do_reset(void)
{
	return drv->reset(priv, &err);
}

static int do_step(void)
{
	struct stk_stop stop;

	return drv->step(priv, &stop, &err);
}

static int do_call(void)
{
	return drv->call(priv, &(struct stk_regs){ .valid = 1 }, &err);
}

static int do_mem(void)
{
	uint8_t buf[16] = { 0 };

	return drv->mem_while_running(priv, true, 0, buf, sizeof(buf), &err);
}

static const struct {
	const char *kind;
	int (*run)(void);
} op_case[] = {
	{ "read", do_read },
	{ "write", do_write },
	{ "get-regs", do_get_regs },
	{ "set-regs", do_set_regs },
	{ "break-set", do_break_set },
	{ "break-clear", do_break_clear },
	{ "resume", do_resume },
	{ "wait", do_wait },
	{ "halt", do_halt },
	{ "reset", do_reset },
	{ "step", do_step },
	{ "call", do_call },
	{ "mem-while-running", do_mem },
};

static void add_text(void *out, const char *text)
{
	strncat(out, text, 63);
}

static void check_count(const char *expected)
{
	char text[64] = "";

	ck_assert_int_eq(drv->monitor(priv, "fault-count", add_text, text, &err), 0);
	ck_assert_str_eq(text, expected);
}

START_TEST(forwards_when_asked_for_nothing)
{
	ck_assert_int_eq(open_with("op=0"), 0);
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(op_case[_i].run(), 0);
		ck_assert_str_eq(in.last, op_case[_i].kind);
	}
	ck_assert_uint_eq(in.calls, 3);
	check_count("3 operations\n");
}
END_TEST

/* The second of three fails, and never reaches the target. */
START_TEST(fails_once)
{
	ck_assert_int_eq(open_with("op=2,mode=fail"), 0);
	ck_assert_int_eq(op_case[_i].run(), 0);
	ck_assert_int_eq(op_case[_i].run(), -EIO);
	ck_assert_str_eq(err.cause, "fault-injected");
	ck_assert_int_eq(err.origin, STK_ORIGIN_TARGET);
	ck_assert_ptr_nonnull(strstr(err.msg, op_case[_i].kind));
	ck_assert_uint_eq(in.calls, 1);
	ck_assert_int_eq(op_case[_i].run(), 0);
	ck_assert_uint_eq(in.calls, 2);
	check_count("3 operations\n");
}
END_TEST

START_TEST(cuts_for_good)
{
	ck_assert_int_eq(open_with("op=2,mode=cut"), 0);
	ck_assert_int_eq(op_case[_i].run(), 0);
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(op_case[_i].run(), -ENOTCONN);
		ck_assert_str_eq(err.cause, "link-cut");
	}
	ck_assert_int_eq(do_read(), -ENOTCONN);
	ck_assert_uint_eq(in.calls, 1);
	check_count("5 operations\n");
}
END_TEST

/* Only its own kind is counted. */
START_TEST(counts_one_kind)
{
	char options[64];

	snprintf(options, sizeof(options), "op=2,mode=fail,kind=%s", op_case[_i].kind);
	ck_assert_int_eq(open_with(options), 0);
	ck_assert_int_eq(op_case[_i].run(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(op_case); i++) {
		if (i != (size_t)_i)
			ck_assert_int_eq(op_case[i].run(), 0);
	}
	check_count("1 operations\n");
	ck_assert_int_eq(op_case[_i].run(), -EIO);
}
END_TEST

/* On a virtual clock the delay is seen on the clock; wait() pays it from its budget. */
START_TEST(delays_on_a_virtual_clock)
{
	ck_assert_int_eq(open_with("op=1,mode=delay,ns=250000"), 0);
	ck_assert_int_eq(op_case[_i].run(), 0);
	ck_assert_str_eq(in.last, op_case[_i].kind);
	ck_assert_uint_eq(drv->now(priv), 1000 + 250000);
	if (op_case[_i].run == do_wait)
		ck_assert_uint_eq(in.budget, 5000000000u - 250000);
	ck_assert_int_eq(op_case[_i].run(), 0);
	ck_assert_uint_eq(drv->now(priv), 1000 + 250000);
}
END_TEST

START_TEST(delay_can_exhaust_a_wait)
{
	struct stk_stop stop;

	ck_assert_int_eq(open_with("op=1,mode=delay,ns=250000"), 0);
	ck_assert_int_eq(drv->wait(priv, 100000, &stop, &err), -ETIMEDOUT);
	ck_assert_uint_eq(in.calls, 0);
	/* a wait takes no longer than its budget */
	ck_assert_uint_eq(drv->now(priv), 1000 + 100000);
	/* the next finds what there is */
	ck_assert_int_eq(drv->wait(priv, 250000, &stop, &err), 0);
	ck_assert_uint_eq(in.budget, 250000);
}
END_TEST

START_TEST(delay_without_ns_is_a_second)
{
	ck_assert_int_eq(open_with("op=1,mode=delay"), 0);
	ck_assert_int_eq(do_read(), 0);
	ck_assert_uint_eq(drv->now(priv), 1000 + 1000000000u);
}
END_TEST

START_TEST(delays_for_real_on_a_real_clock)
{
	struct timespec a, b;

	in.virtual_time = false;
	ck_assert_int_eq(open_with("op=1,mode=delay,ns=20000000"), 0);
	clock_gettime(CLOCK_MONOTONIC, &a);
	ck_assert_int_eq(do_read(), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	ck_assert_uint_eq(drv->now(priv), 1000);
	ck_assert((b.tv_sec - a.tv_sec) * 1000000000L + (b.tv_nsec - a.tv_nsec) >=
		  20000000);
}
END_TEST

static unsigned int bits_between(const void *a, const void *b, size_t len)
{
	unsigned int n = 0;

	for (size_t i = 0; i < len; i++)
		n += (unsigned int)__builtin_popcount(((const uint8_t *)a)[i] ^
						      ((const uint8_t *)b)[i]);
	return n;
}

START_TEST(corrupts_what_is_read)
{
	uint8_t first[64], second[64], before[64];

	memcpy(before, in.memory, sizeof(before));
	ck_assert_int_eq(open_with("op=1,mode=corrupt,seed=7"), 0);
	ck_assert_int_eq(drv->read(priv, 0, first, 64, &err), 0);
	ck_assert_int_eq(drv->read(priv, 0, second, 64, &err), 0);
	ck_assert_uint_eq(bits_between(first, before, 64), 1);
	ck_assert_uint_eq(bits_between(second, before, 64), 0);
	ck_assert_uint_eq(bits_between(in.memory, before, 64), 0);
}
END_TEST

START_TEST(corrupts_what_is_written)
{
	uint8_t data[64], same[64];

	memset(data, 0x55, sizeof(data));
	memcpy(same, data, sizeof(data));
	ck_assert_int_eq(open_with("op=1,mode=corrupt,seed=7"), 0);
	ck_assert_int_eq(drv->write(priv, 0, data, 64, &err), 0);
	ck_assert_uint_eq(bits_between(in.memory, data, 64), 1);
	ck_assert_mem_eq(data, same, 64);
	ck_assert_int_eq(drv->write(priv, 0, data, 64, &err), 0);
	ck_assert_uint_eq(bits_between(in.memory, data, 64), 0);
}
END_TEST

START_TEST(corrupts_memory_while_running)
{
	uint8_t data[64], got[64];

	memset(data, 0x55, sizeof(data));
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->mem_while_running(priv, true, 0, data, 64, &err), 0);
	ck_assert_uint_eq(bits_between(in.memory, data, 64), 1);
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->mem_while_running(priv, false, 0, got, 64, &err), 0);
	ck_assert_uint_eq(bits_between(in.memory, got, 64), 1);
}
END_TEST

START_TEST(corrupts_registers)
{
	const struct stk_regs before = in.regs;
	struct stk_regs got, set = { .valid = 1u << 2 };

	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->get_regs(priv, &got, &err), 0);
	ck_assert_uint_eq(got.valid, before.valid);
	ck_assert_uint_eq(bits_between(got.r, before.r, sizeof(got.r)), 1);
	ck_assert(got.r[3] || got.r[STK_REG_PC]);

	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->set_regs(priv, &set, &err), 0);
	ck_assert_int_eq(__builtin_popcount(in.regs.r[2]), 1);
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->call(priv, &set, &err), 0);
	ck_assert_int_eq(__builtin_popcount(in.regs.r[2]), 1);
	ck_assert_uint_eq(set.r[2], 0);
}
END_TEST

START_TEST(corrupts_where_it_stopped)
{
	struct stk_stop stop;

	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->wait(priv, 1, &stop, &err), 0);
	ck_assert_int_eq(__builtin_popcountll(stop.pc ^ 0x20000000), 1);
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->step(priv, &stop, &err), 0);
	ck_assert_int_eq(__builtin_popcountll(stop.pc ^ 0x20000000), 1);
}
END_TEST

/* Nothing to flip is nothing flipped. */
START_TEST(corrupts_nothing)
{
	uint8_t byte = 0;

	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->read(priv, 0, &byte, 0, &err), 0);
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->write(priv, 0, &byte, 0, &err), 0);
	ck_assert_int_eq(open_with("op=1,mode=corrupt"), 0);
	ck_assert_int_eq(drv->set_regs(priv, &(struct stk_regs){ 0 }, &err), 0);
}
END_TEST

/* The same seed gives the same bit; seeds give many bits. */
START_TEST(seed_decides)
{
	uint64_t seen = 0;

	for (unsigned int seed = 0; seed < 64; seed++) {
		char options[64];
		uint8_t a[8] = { 0 }, b[8] = { 0 };

		memset(in.memory, 0, 8);
		snprintf(options, sizeof(options), "op=1,mode=corrupt,seed=%u", seed);
		ck_assert_int_eq(open_with(options), 0);
		ck_assert_int_eq(drv->read(priv, 0, a, 8, &err), 0);
		ck_assert_int_eq(open_with(options), 0);
		ck_assert_int_eq(drv->read(priv, 0, b, 8, &err), 0);
		ck_assert_mem_eq(a, b, 8);
		seen |= get_le32(a) | (uint64_t)get_le32(a + 4) << 32;
	}
	ck_assert_int_gt(__builtin_popcountll(seen), 24);
}
END_TEST

/* How many operations had reached the target when a signal came. */
static volatile sig_atomic_t signals, calls_before;

static void on_signal(int signo)
{
	signals++;
	calls_before = (sig_atomic_t)in.calls;
}

static void count_signals(int signo)
{
	struct sigaction sa = { .sa_handler = on_signal };

	signals = calls_before = 0;
	ck_assert_int_eq(sigaction(signo, &sa, NULL), 0);
}

/* Before the operation, once, and then it is done as ever. */
START_TEST(signals_before_each_operation)
{
	count_signals(SIGINT);
	ck_assert_int_eq(open_with("op=2,mode=signal"), 0);
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(op_case[_i].run(), 0);
		ck_assert_str_eq(in.last, op_case[_i].kind);
		ck_assert_int_eq(signals, round > 0);
	}
	ck_assert_int_eq(calls_before, 1);
	ck_assert_uint_eq(in.calls, 3);
}
END_TEST

static const struct {
	const char *options;
	int signo;
} caught_case[] = {
	{ "op=1,mode=signal,signal=int", SIGINT },
	{ "op=1,mode=signal,signal=term", SIGTERM },
	{ "op=1,mode=signal,signal=hup", SIGHUP },
};

START_TEST(signals_by_name)
{
	count_signals(caught_case[_i].signo);
	ck_assert_int_eq(open_with(caught_case[_i].options), 0);
	ck_assert_int_eq(do_read(), 0);
	ck_assert_int_eq(signals, 1);
}
END_TEST

/* A process of its own, which begins one operation; what became of it. */
static int status_with(const char *options, pid_t *ret)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (open_with(options) || do_read())
			_exit(1);
		_exit(7);
	}
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	*ret = pid;
	return status;
}

START_TEST(signals_that_nobody_catches)
{
	pid_t pid;
	int status = status_with("op=1,mode=signal,signal=kill", &pid);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	status = status_with("op=1,mode=signal,signal=stop", &pid);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}
END_TEST

/* Looking is not operating: it works on after the cable is pulled. */
START_TEST(looking_is_free)
{
	struct stk_target_facts facts = { .size = sizeof(facts) };
	char text[64] = "";

	ck_assert_int_eq(open_with("op=1,mode=cut"), 0);
	ck_assert_int_eq(do_halt(), -ENOTCONN);
	ck_assert_int_eq(drv->describe(priv, &facts, &err), 0);
	ck_assert_str_eq(facts.description, "host memory");
	ck_assert_int_eq(drv->monitor(priv, "dump", add_text, text, &err), 0);
	ck_assert_str_eq(text, "inside: dump");
	ck_assert_int_eq(drv->observe(priv, 0, NULL, NULL, &err), 0);
	ck_assert_int_eq(drv->watch(priv, NULL, &err), 0);
	drv->wake(priv);
	ck_assert_str_eq(in.last, "wake");
	check_count("1 operations\n");
}
END_TEST

START_TEST(no_monitor_inside)
{
	inside.ops.monitor = NULL;
	ck_assert_int_eq(open_with(""), 0);
	check_count("0 operations\n");
	ck_assert_int_eq(drv->monitor(priv, "dump", add_text, NULL, &err), -ENOSYS);
	ck_assert_str_eq(err.cause, "no-monitor");
}
END_TEST

static const char *const bad_option[] = {
	"op", "op=", "op=x", "op=-1", "mode=break", "mode=", "seed=1x", "ns=1.5",
	"kind=reads", "o=1", "opp=1", "=1", "what=1", "modes=cut", "signal=", "signal=quit",
	"signals=int",
};

START_TEST(bad_options)
{
	ck_assert_int_eq(open_with(bad_option[_i]), -EINVAL);
	ck_assert_str_eq(err.cause, "bad-option");
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
	ck_assert_ptr_nonnull(strstr(err.msg, bad_option[_i]));
	ck_assert_ptr_nonnull(strstr(err.msg, "mode=fail|delay|corrupt|cut|signal"));
	ck_assert_ptr_nonnull(strstr(err.msg, "signal=int|term|hup|stop|kill"));
	ck_assert_ptr_nonnull(strstr(err.msg, "mem-while-running"));
}
END_TEST

static void add_op_tests(TCase *t)
{
	const int n = (int)ARRAY_SIZE(op_case);

	tcase_add_loop_test(t, forwards_when_asked_for_nothing, 0, n);
	tcase_add_loop_test(t, fails_once, 0, n);
	tcase_add_loop_test(t, cuts_for_good, 0, n);
	tcase_add_loop_test(t, counts_one_kind, 0, n);
	tcase_add_loop_test(t, delays_on_a_virtual_clock, 0, n);
	tcase_add_loop_test(t, signals_before_each_operation, 0, n);
}

int main(void)
{
	Suite *s = suite_create("fault");
	TCase *t = tcase_create("fault");

	tcase_add_checked_fixture(t, setup, teardown);
	add_op_tests(t);
	tcase_add_test(t, delay_can_exhaust_a_wait);
	tcase_add_test(t, delay_without_ns_is_a_second);
	tcase_add_test(t, delays_for_real_on_a_real_clock);
	tcase_add_test(t, corrupts_what_is_read);
	tcase_add_test(t, corrupts_what_is_written);
	tcase_add_test(t, corrupts_memory_while_running);
	tcase_add_test(t, corrupts_registers);
	tcase_add_test(t, corrupts_where_it_stopped);
	tcase_add_test(t, corrupts_nothing);
	tcase_add_test(t, seed_decides);
	tcase_add_loop_test(t, signals_by_name, 0, ARRAY_SIZE(caught_case));
	tcase_add_test(t, signals_that_nobody_catches);
	tcase_add_test(t, looking_is_free);
	tcase_add_test(t, no_monitor_inside);
	tcase_add_loop_test(t, bad_options, 0, ARRAY_SIZE(bad_option));
	suite_add_tcase(s, t);
	return unit_run(s);
}
