/* SPDX-License-Identifier: GPL-2.0-only */
/* monitor.c - commands to the virtual chip itself, beside what a debugger can do */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

#define MAX_WORDS	5

struct session {
	struct emu *emu;
	void (*print)(void *out, const char *text);
	void *out;
	char *word[MAX_WORDS];
	unsigned int n_words;
	struct stk_error *err;
};

struct command {
	const char *name, *arguments, *help;
	unsigned int n_arguments;
	int (*run)(struct session *s);
};

stk_printf(2, 3)
static void say(struct session *s, const char *fmt, ...)
{
	char line[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	s->print(s->out, line);
}

static int run_reset(struct session *s)
{
	emu_chip_reset(s->emu, false);
	return 0;
}

static int run_power_cut(struct session *s)
{
	emu_chip_reset(s->emu, true);
	return 0;
}

static struct emu_array *find_array(struct session *s)
{
	struct emu_array *a = store_find(s->emu, s->word[1]);
	char names[200] = "";
	unsigned int i;

	for (i = 0; !a && i < s->emu->store.n_arrays; i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
			 s->emu->store.array[i].name);
	}
	if (!a)
		stk_fail(s->err, STK_ORIGIN_USAGE, ENOENT, "no-array",
			 "there is no flash array %s; there are %s", s->word[1], names);
	return a;
}

static int fail_file(struct session *s, const char *what)
{
	int code = errno ? errno : EIO;

	return stk_fail(s->err, STK_ORIGIN_USAGE, code, "file", "cannot %s %s: %s", what,
			s->word[2], strerror(code));
}

static int run_dump(struct session *s)
{
	struct emu_array *a = find_array(s);
	bool good;
	FILE *f;

	if (!a)
		return -ENOENT;
	f = fopen(s->word[2], "wb");
	if (!f)
		return fail_file(s, "create");
	good = fwrite(a->bytes, 1, a->size, f) == a->size;
	if (fclose(f) || !good)
		return fail_file(s, "write");
	return 0;
}

static int run_load(struct session *s)
{
	struct emu_array *a = find_array(s);
	size_t n;
	FILE *f;

	if (!a)
		return -ENOENT;
	f = fopen(s->word[2], "rb");
	if (!f)
		return fail_file(s, "open");
	n = fread(a->bytes, 1, a->size, f);
	fclose(f);
	say(s, "%s: %zu of %zu bytes loaded\n", a->name, n, a->size);
	return 0;
}

static int run_fill(struct session *s)
{
	struct emu_array *a = find_array(s);
	uint64_t seed = 0;

	if (!a)
		return -ENOENT;
	if (!strcmp(s->word[2], "erased")) {
		memset(a->bytes, a->erased, a->size);
	} else if (!strcmp(s->word[2], "random") && s->n_words == 4 &&
		   !stk_parse_u64(s->word[3], &seed)) {
		store_fill_random(a, seed);
	} else {
		return stk_fail(s->err, STK_ORIGIN_USAGE, EINVAL, "bad-argument",
				"fill %s: \"erased\" or \"random SEED\" is expected",
				s->word[1]);
	}
	return 0;
}

static int run_stats(struct session *s)
{
	const struct emu *emu = s->emu;

	say(s, "instructions %llu\n",
	    (unsigned long long)(emu->clock.cycles - emu->clock.skipped));
	say(s, "cycles %llu\n", (unsigned long long)emu->clock.cycles);
	say(s, "virtual-ns %llu\n", (unsigned long long)emu_now(emu));
	say(s, "events %llu\n", (unsigned long long)emu->clock.fired);
	say(s, "loop-turns-skipped %llu\n", (unsigned long long)emu->poll.forwarded);
	say(s, "exceptions %llu\n", (unsigned long long)emu->scs.taken);
	return 0;
}

static int run_rules(struct session *s)
{
	const struct emu_observe *o = &s->emu->observe;
	size_t n, k;
	const struct stk_variant *v = choices_list(s->emu, &n);
	unsigned int i;

	for (i = 0; i < o->n_fired; i++)
		say(s, "%s (%s: %s): %s\n", o->fired[i]->id, o->fired[i]->basis,
		    o->fired[i]->source, o->fired[i]->text);
	for (k = 0; k < n; k++)
		say(s, "rule.%s=%s%s\n", v[k].rule, v[k].variant, v[k].now ? " (now)" : "");
	return 0;
}

static int run_failures(struct session *s)
{
	const struct emu_failures *f = &s->emu->failures;
	size_t i;

	for (i = 0; i < f->n; i++)
		say(s, "%s%s%s: %s\n", f->list[i].name,
		    f->list[i].place ? " ADDR LEN" : "", f->on[i] ? " (now)" : "",
		    f->list[i].summary);
	return 0;
}

static int run_fail(struct session *s)
{
	struct stk_range where = { 0 };

	if (s->n_words == 3 || (s->n_words == 4 &&
				(stk_parse_u64(s->word[2], &where.addr) ||
				 stk_parse_u64(s->word[3], &where.len))))
		return stk_fail(s->err, STK_ORIGIN_USAGE, EINVAL, "bad-argument",
				"usage: fail NAME [ADDR LEN]");
	return failures_set(s->emu, s->word[1], where, s->err);
}

static int run_arrays(struct session *s)
{
	const struct emu_store *st = &s->emu->store;
	unsigned int i;

	for (i = 0; i < st->n_arrays; i++)
		say(s, "%s %zu\n", st->array[i].name, st->array[i].size);
	return 0;
}

static int run_help(struct session *s);

static const struct command commands[] = {
	{ "help", "", "this list", 0, run_help },
	{ "reset", "", "system reset", 0, run_reset },
	{ "power-cut", "", "power off and on; an operation under way leaves mixed bits",
	  0, run_power_cut },
	{ "arrays", "", "flash arrays and their sizes", 0, run_arrays },
	{ "dump", " ARRAY FILE", "write an array to a file", 2, run_dump },
	{ "load", " ARRAY FILE", "fill an array from a file", 2, run_load },
	{ "fill", " ARRAY erased|random [SEED]", "prepare contents", 2, run_fill },
	{ "failures", "", "ways in which this chip can be made to fail", 0, run_failures },
	{ "fail", " NAME [ADDR LEN]", "make it fail so, until it is closed", 1, run_fail },
	{ "stats", "", "instructions, cycles, events", 0, run_stats },
	{ "rules", "", "rules that took effect, with their basis; readings of assumed ones", 0,
	  run_rules },
};

static int run_help(struct session *s)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		say(s, "%s%s: %s\n", commands[i].name, commands[i].arguments,
		    commands[i].help);
	return 0;
}

static int dispatch(struct session *s)
{
	size_t i;

	for (i = 0; s->n_words && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, s->word[0]))
			continue;
		if (s->n_words - 1 < commands[i].n_arguments)
			return stk_fail(s->err, STK_ORIGIN_USAGE, EINVAL, "bad-argument",
					"usage: %s%s", commands[i].name,
					commands[i].arguments);
		return commands[i].run(s);
	}
	return stk_fail(s->err, STK_ORIGIN_USAGE, EINVAL, "bad-command",
			"the virtual chip has no command '%s'; try help",
			s->n_words ? s->word[0] : "");
}

int monitor_run(struct emu *emu, const char *command,
		void (*print)(void *out, const char *text), void *out,
		struct stk_error *err)
{
	struct session s = { .emu = emu, .print = print, .out = out, .err = err };
	char *copy = strdup(command), *save = NULL, *word;
	int r;

	if (!copy)
		return stk_fail_nomem(err);
	word = strtok_r(copy, " ", &save);
	while (word && s.n_words < MAX_WORDS) {
		s.word[s.n_words++] = word;
		word = strtok_r(NULL, " ", &save);
	}
	r = dispatch(&s);
	free(copy);
	return r;
}
