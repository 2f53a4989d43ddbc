/* SPDX-License-Identifier: MIT */
/* stoker gdbserver, stoker board - a GDB server in front of a target, with flash */
#include "cmd.h"

#include <inttypes.h>

#include "lines.h"
#include "render/render.h"

#define DEFAULT_LISTEN	"127.0.0.1:61234"
/* For whoever reads slowly, when nobody is served any more. */
#define LAST_WAIT_MS	1000

enum { KEY_LISTEN = 0x2000 };

struct gdbserver_args {
	struct options common;
	const char *listen;
	bool listening;		/* has begun; events went out */
	struct lines lines;
};

static const struct argp_option gdbserver_options[] = {
	{ "listen", KEY_LISTEN, "ADDRESS", 0,
	  "HOST:PORT, port 0 for a free one, or the path of a UNIX socket; default "
	  DEFAULT_LISTEN, 2 },
	{ 0 }
};

static error_t gdbserver_parse(int key, char *arg, struct argp_state *state)
{
	struct gdbserver_args *args = state->input;

	if (key != KEY_LISTEN)
		return ARGP_ERR_UNKNOWN;
	args->listen = arg;
	return 0;
}

/* ---- what is heard ------------------------------------------------------ */

/* To print into; NULL: nobody reads along. How much was not read is said first. */
static FILE *begin_lines(struct gdbserver_args *args, int wait_ms)
{
	uint64_t dropped = args->lines.dropped;
	FILE *out = lines_begin(&args->lines, wait_ms);
	char text[80];

	if (!out || !dropped)
		return out;
	args->lines.dropped = 0;
	snprintf(text, sizeof(text), "%" PRIu64 " lines were dropped: nobody read them",
		 dropped);
	if (args->common.json)
		json_board_event(out, &(struct stk_board_event){ .kind = STK_BOARD_LINE,
								 .text = text });
	else
		fprintf(out, "%s\n", text);
	return out;
}

/* Somebody reads along: each line goes out at once. */
static void on_line(void *data, const char *line)
{
	struct gdbserver_args *args = data;
	FILE *out = args->common.json ? NULL : begin_lines(args, 0);

	if (!out)
		return;
	text_safe(out, line);
	putc('\n', out);
	lines_end(&args->lines, 0);
}

static void on_event(void *data, const struct stk_board_event *event)
{
	struct gdbserver_args *args = data;
	FILE *out = args->common.json ? begin_lines(args, 0) : NULL;

	if (!out)
		return;
	json_board_event(out, event);
	lines_end(&args->lines, 0);
}

static void last_lines(struct gdbserver_args *args, const struct stk_error *err)
{
	FILE *out = begin_lines(args, LAST_WAIT_MS);

	if (out && args->common.json)
		json_board_ended(out, err);
	if (out)
		lines_end(&args->lines, LAST_WAIT_MS);
	lines_free(&args->lines);
}

static void warn(const struct options *opt, const char *text)
{
	fprintf(stderr, "stoker %s: ", opt->cmd->name);
	text_safe(stderr, text);
	putc('\n', stderr);
}

/* A server says where it listens in numbers; what has a slash is a UNIX socket. */
static bool only_here(const char *where)
{
	return strchr(where, '/') || !strncmp(where, "127.", 4) || !strncmp(where, "[::1]", 5);
}

static void say_listening(const struct options *opt, const struct bench *b,
			  struct stk_board *board, const char *where)
{
	const struct board_listening l = {
		.where = where,
		.target = stk_target_info(b->target),
		.loaders = (const struct stk_loader *const *)b->loaders,
		.n_loaders = b->n_loaders,
		.chosen = (const char *const *)b->chosen,
		.board = board,
	};

	if (opt->json)
		json_board_listening(stdout, &l);
	else
		text_board_listening(stdout, &l);
	if (!only_here(where))
		warn(opt, "warning: whoever can reach that address can do anything with the"
			  " target: the protocol has no authentication");
	if (!b->n_loaders)
		warn(opt, b->lacking ? b->lacking : "no loader: flash cannot be written");
}

/* ---- serving ------------------------------------------------------------ */

static int serve(struct gdbserver_args *args, struct bench *b, struct stk_error *err)
{
	const struct options *opt = &args->common;
	const struct stk_board_options how = {
		.size = sizeof(how),
		.loaders = b->loaders,
		.n_loaders = b->n_loaders,
		.host = b->host,
		.force = opt->force,
		.allow_option_bytes = opt->allow_option_bytes,
		.say = on_line,
		.event = on_event,
		.data = args,
		.cancel = cancel_flag(),
	};
	struct stk_board *board;
	const char *where;
	int r = stk_board_new(b->target, &how, &board, err);

	if (r < 0)
		return r;
	r = stk_board_listen(board, "gdb", args->listen ? args->listen : DEFAULT_LISTEN, NULL,
			     &where, err);
	if (r == 0) {
		cancel_arm_board(board);
		args->listening = true;
		say_listening(opt, b, board, where);
		r = stk_board_serve(board, err);
		cancel_disarm();
	}
	stk_board_free(board);
	return r;
}

/* Whoever ends a server by a signal wants just that. */
static enum stk_origin ended(struct gdbserver_args *args, const struct stk_error *err)
{
	const struct options *opt = &args->common;
	bool failed = err->code && err->origin != STK_ORIGIN_INTERRUPTED;

	if (failed && !args->listening)
		return fail_command(opt, err);
	if (failed)
		say_error(opt->cmd->name, err);
	last_lines(args, failed ? err : NULL);
	return failed ? err->origin : STK_ORIGIN_NONE;
}

static enum stk_origin gdbserver_run(void *p)
{
	struct gdbserver_args *args = p;
	struct options *opt = &args->common;
	struct bench b = { .may_lack = true };
	struct stk_error err = { 0 };
	int r;

	if (opt->args.count)
		return fail_usage(opt, "'%s' takes no argument '%s'", opt->cmd->name,
				  opt->args.item[0]);
	r = bench_open(&b, opt, &err);
	if (r == 0)
		r = serve(args, &b, &err);
	bench_close(&b);
	if (r == 0)
		err.code = 0;
	return ended(args, &err);
}

static enum stk_origin board_run(void *p)
{
	struct options *opt = p;

	if (opt->target && strncmp(opt->target, "emu:", 4))
		return fail_usage(opt, "a board is a virtual one, -t emu:CHIP; for '%s' there is "
				  "'stoker gdbserver'", opt->target);
	return gdbserver_run(p);
}

#define GROUPS	(GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET)

const struct stk_cmd cmd_gdbserver = {
	.name = "gdbserver",
	.summary = "serve a target to gdb, and write its flash through loaders",
	.usage = "[-l REF...] -t ADDRESS [OPTION...]",
	.doc = "The first line printed is 'listening on ADDRESS'. Ctrl-C ends it.\n"
	       "Without -l, pins say which loaders; where none holds, flash is not written.\n",
	.groups = GROUPS | GROUP_CARE,
	.own = gdbserver_options,
	.parse = gdbserver_parse,
	.args_size = sizeof(struct gdbserver_args),
	.run = gdbserver_run,
};

const struct stk_cmd cmd_board = {
	.name = "board",
	.summary = "a virtual board: a chip in a process of its own, behind a GDB server",
	.usage = "[-l REF...] -t emu:CHIP[,KEY=VALUE...] [OPTION...]",
	.doc = "The same as gdbserver, for virtual chips alone: with store=FILE the flash\n"
	       "outlives it. The first line printed is 'listening on ADDRESS'.\n",
	.groups = GROUPS,
	.own = gdbserver_options,
	.parse = gdbserver_parse,
	.args_size = sizeof(struct gdbserver_args),
	.run = board_run,
};
