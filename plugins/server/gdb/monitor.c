/* SPDX-License-Identifier: MIT */
/* monitor.c - "monitor WORD ...": what a debugger has no packet for */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server.h"

#define ARGS_MOST	4	/* as many as go in registers */

struct word {
	const char *name, *arguments, *help;
	int (*run)(struct server *s, const char *text, struct stk_error *err);
};

static int bad(struct stk_error *err, const char *usage)
{
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-argument", "usage: monitor %s",
			usage);
}

/* ---- the core ---- */

static int run_reset(struct server *s, const char *text, struct stk_error *err)
{
	bool run = !strcmp(text, "run");
	int r;

	if (*text && !run && strcmp(text, "halt") && strcmp(text, "init"))
		return bad(err, "reset [halt|run|init]");
	/* The board would wait for a stop that goes to the client. */
	if (run && s->proxy.open)
		return bad(err, "reset run, without \"stoker\": the server behind "
			   "lets the core run");
	r = run_reset_chip(s, err);
	if (r)
		return r;
	if (run)
		r = target_result(s, stk_board_resume(s->board, err), err);
	if (!r)
		untold(s, "the chip was reset; the core %s\n",
		       run ? "runs" : "is halted before its first instruction");
	return r;
}

static int run_halt_word(struct server *s, const char *text, struct stk_error *err)
{
	return run_halt(s, err);
}

static void tell_staged(struct server *s, const char *said)
{
	if (said)
		untold(s, "%s\n", said);
	untold(s, "\"continue\" calls %s; to see its registers before, "
	       "\"maintenance flush register-cache\"\n", s->staged);
}

static int run_call(struct server *s, const char *text, struct stk_error *err)
{
	uint32_t args[ARGS_MOST];
	unsigned int n = 0;
	char copy[256], *save = NULL, *name, *word;
	const char *said = NULL;
	uint64_t value;
	int r;

	snprintf(copy, sizeof(copy), "%s", text);
	name = strtok_r(copy, " ", &save);
	if (!name)
		return bad(err, "call FUNCTION [ARG...]");
	while ((word = strtok_r(NULL, " ", &save)) != NULL) {
		if (n == ARGS_MOST || stk_parse_u64(word, &value) || value > UINT32_MAX)
			return bad(err, "call FUNCTION [ARG...], with up to four numbers");
		args[n++] = (uint32_t)value;
	}
	r = run_halt(s, err);
	if (!r)
		r = target_result(s, stk_board_stage(s->board, name, args, n, &s->trap, &said,
						     err), err);
	if (r)
		return r;
	snprintf(s->staged, sizeof(s->staged), "%s", name);
	tell_staged(s, said);
	return 0;
}

/* ---- the server ---- */

static int run_stats(struct server *s, const char *text, struct stk_error *err)
{
	const struct server_stats *t = &s->stats;
	struct stk_link_stats link;

	untold(s, "clients: %llu\npackets: %llu in, %llu out, %llu damaged\n"
	       "bytes: %llu in, %llu out\n", (unsigned long long)t->clients,
	       (unsigned long long)t->packets, (unsigned long long)t->replies,
	       (unsigned long long)t->damaged, (unsigned long long)t->bytes_in,
	       (unsigned long long)t->bytes_out);
	if (stk_target_link(stk_board_target(s->board), &link))
		untold(s, "link to the target: %llu round trips, %llu bytes out, %llu in, "
		       "%llu repeated\n", (unsigned long long)link.round_trips,
		       (unsigned long long)link.bytes_out, (unsigned long long)link.bytes_in,
		       (unsigned long long)link.repeated);
	return 0;
}

static int run_why_word(struct server *s, const char *text, struct stk_error *err)
{
	/* It may be about to be told anyway. */
	if (!s->untold.len || !strstr(s->untold.bytes, s->why.msg) || !s->why.msg[0])
		untold(s, "%s\n", s->why.msg[0] ? s->why.msg : "nothing has failed");
	return 0;
}

/* By its name our own target module knows how to reset what is behind this server. */
static int run_version(struct server *s, const char *text, struct stk_error *err)
{
	untold(s, "stoker gdbserver %s\n", stk_version());
	return 0;
}

static int run_exit(struct server *s, const char *text, struct stk_error *err)
{
	untold(s, "the board is closed\n");
	stk_board_end(s->board);
	return 0;
}

static int run_help(struct server *s, const char *text, struct stk_error *err);

static const struct word words[] = {
	{ "help", "", "this list", run_help },
	{ "reset", " [halt|run|init]", "reset the chip; halted unless \"run\"", run_reset },
	{ "halt", "", "halt the core", run_halt_word },
	{ "reg", " [NAME[=VALUE]]", "a register (FLASH_SR), a block (FLASH), the core's (pc)",
	  monitor_register },
	{ "flash", "", "what flash there is, who writes it, what its controller says",
	  monitor_flash },
	{ "call", " FUNCTION [ARG...]", "let the next \"continue\" call a loader's function",
	  run_call },
	{ "stats", "", "packets and bytes", run_stats },
	{ "why", "", "the last failure, again", run_why_word },
	{ "version", "", "which server this is", run_version },
	{ "exit", "", "close the board", run_exit },
};

static void print_line(void *out, const char *text)
{
	struct server *s = out;

	if (s->untold.len < UNTOLD_MOST)
		gdb_buf_put(&s->untold, text, strlen(text));
}

/* The target's own world has more words; it is none's loss where it has none. */
static int run_help(struct server *s, const char *text, struct stk_error *err)
{
	struct stk_error ignored;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		untold(s, "%s%s: %s\n", words[i].name, words[i].arguments, words[i].help);
	untold(s, "All else goes to the target, as these do:\n");
	if (stk_target_monitor(stk_board_target(s->board), "help", print_line, s, &ignored))
		untold(s, "(it has none)\n");
	return 0;
}

/* The text behind the word; NULL: it is another word. */
static const char *after(const char *command, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(command, word, n) || (command[n] && command[n] != ' '))
		return NULL;
	command += n;
	return command + strspn(command, " ");
}

int monitor_run(struct server *s, const char *command, struct stk_error *err)
{
	size_t i;
	int r;

	command += strspn(command, " ");
	if (!*command)
		command = "help";
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		const char *text = after(command, words[i].name);

		if (text)
			return words[i].run(s, text, err);
	}
	/* A virtual chip's "dump" and "load" would reach any file of whoever runs it. */
	if (strchr(command, '/'))
		return stk_fail(err, STK_ORIGIN_USAGE, EPERM, "no-paths",
				"'%.80s': a client names files in the folder where the "
				"board was started, without any '/'", command);
	r = run_halt(s, err);
	if (r)
		return r;
	r = stk_target_monitor(stk_board_target(s->board), command, print_line, s, err);
	return target_result(s, r, err);
}
