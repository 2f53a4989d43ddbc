/* SPDX-License-Identifier: MIT */
/* stoker explain - what a pasted log says, what it likely is, what to do next */
#include "cmd.h"

#include <fcntl.h>
#include <unistd.h>

#include "render/render.h"

/* ldb_explain() says what is too much; this is where reading ends. */
#define LOG_ROOM ((size_t)257 << 20)

struct log_bytes {
	char *bytes;
	size_t len;
};

static int read_all(int fd, const char *name, struct log_bytes *log, struct stk_error *err)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (log->len == room) {
			char *more = realloc(log->bytes, room = room ? room * 2 : 65536);

			if (!more)
				return stk_fail_nomem(err);
			log->bytes = more;
		}
		n = read(fd, log->bytes + log->len, room - log->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-read",
					"cannot read '%.200s': %m", name);
		log->len += (size_t)n;
		if (!n || log->len > LOG_ROOM)
			return 0;
	}
}

static int read_stdin(struct log_bytes *log, struct stk_error *err)
{
	if (isatty(STDIN_FILENO))
		fputs("stoker explain: paste the log, then end it with Ctrl-D on a line of its "
		      "own\n",
		      stderr);
	return read_all(STDIN_FILENO, "the standard input", log, err);
}

static int read_log(const char *path, struct log_bytes *log, struct stk_error *err)
{
	int fd, r;

	if (!path || !strcmp(path, "-"))
		return read_stdin(log, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%.200s': %m", path);
	r = read_all(fd, path, log, err);
	close(fd);
	return r;
}

static int explain(struct stk_ctx *ctx, struct ldb_facts *facts, const struct options *opt,
		   const struct log_bytes *log, bool *ret_known, struct stk_error *err)
{
	const struct ldb_explanation *e;
	int r = ldb_explain(ctx, facts, log->bytes, log->len, &e, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_explanation(stdout, e);
	else
		text_explanation(stdout, e);
	*ret_known = e->known;
	ldb_free(e);
	return 0;
}

static enum stk_origin explain_run(void *p)
{
	const struct options *opt = p;
	struct log_bytes log = { NULL, 0 };
	struct ldb_facts *facts = NULL;
	struct stk_ctx *ctx = NULL;
	struct stk_error err;
	bool known = false;
	int r;

	if (opt->args.count > 1)
		return fail_usage(opt, "one LOG at most, '-' for the standard input");
	r = read_log(opt->args.count ? opt->args.item[0] : NULL, &log, &err);
	if (!r)
		r = options_ctx(opt, &ctx, &err);
	if (!r)
		r = ldb_facts_open(opt->facts, &facts, &err);
	if (!r)
		r = explain(ctx, facts, opt, &log, &known, &err);
	ldb_facts_close(facts);
	stk_ctx_free(ctx);
	free(log.bytes);
	if (r < 0)
		return fail_command(opt, &err);
	return known ? STK_ORIGIN_NONE : STK_ORIGIN_LOADER;
}

const struct stk_cmd cmd_explain = {
	.name = "explain",
	.summary = "say what a log of another tool means, and what to do next",
	.usage = "[OPTION...] [LOG | -]",
	.doc = "LOG is what ST-LINK GDB server, STM32CubeProgrammer, ST-LINK Utility,\n"
	       "STM32CubeIDE, Keil MDK, pyOCD, probe-rs, OpenOCD, st-flash or 'stoker --json'\n"
	       "wrote, up to 256 MiB; without it, or as '-', the standard input is read.\n"
	       "Exit code 1: unknown, or nothing failed there.\n",
	.groups = GROUP_FACTS,
	.args_size = sizeof(struct options),
	.run = explain_run,
};
