/* SPDX-License-Identifier: MIT */
/* stoker read - flash into a file, or as a hex dump */
#include "cmd.h"

struct read_args {
	struct options common;
	const char *output;
};

static const struct argp_option read_options[] = {
	{ "output", 'o', "FILE", 0,
	  "write to FILE: Intel HEX if it ends in .hex, else raw", 2 },
	{ 0 }
};

static error_t read_parse(int key, char *arg, struct argp_state *state)
{
	struct read_args *args = state->input;

	if (key != 'o')
		return ARGP_ERR_UNKNOWN;
	args->output = arg;
	return 0;
}

static bool is_hex(const char *path)
{
	size_t len = strlen(path);

	return len >= 4 && !strcasecmp(path + len - 4, ".hex");
}

static int keep_loaders(const char *output, const struct bench *b, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->n_loaders; i++) {
		const char *const inputs[] = { stk_loader_info(b->loaders[i])->path, NULL };

		r = output_refuse(output, inputs, err);
	}
	return r;
}

/* A raw file has no addresses, so it can only hold bytes that follow each other. */
static int prepare(struct options *opt, const struct bench *b, struct stk_error *err)
{
	const struct read_args *args = (const struct read_args *)opt;
	int r = bench_whole_devices(opt, b, err);

	if (r == 0 && args->output)
		r = keep_loaders(args->output, b, err);
	if (r < 0 || !args->output || is_hex(args->output))
		return r;
	for (size_t i = 1; i < opt->n_ranges; i++)
		if (stk_range_end(opt->ranges[i - 1]) != opt->ranges[i].addr)
			return stk_fail(
				err, STK_ORIGIN_USAGE, EINVAL, "not-contiguous",
				"the ranges do not follow each other, which a raw file"
				" cannot hold; name a .hex file or read them one by one");
	return 0;
}

static int deliver(struct options *opt, const struct stk_report *report,
		   struct stk_error *err)
{
	const struct read_args *args = (const struct read_args *)opt;
	FILE *out;
	int r = output_open(args->output, false, &out, err), closed;

	if (r < 0)
		return r;
	if (is_hex(args->output))
		r = hexfile_write(out, report->read, report->n_read, err);
	else
		for (size_t i = 0; i < report->n_read; i++)
			fwrite(report->read[i].data, 1, report->read[i].len, out);
	closed = output_close(out, args->output, false, r < 0 ? NULL : err);
	return r < 0 ? r : closed;
}

static enum stk_origin read_run(void *p)
{
	struct read_args *args = p;
	struct job_request req = {
		.opt = &args->common,
		.plan = { .size = sizeof(req.plan), .action = STK_ACTION_READ },
		.prepare = prepare,
		.deliver = args->output ? deliver : NULL,
	};

	return job_command(&req);
}

const struct stk_cmd cmd_read = {
	.name = "read",
	.summary = "read the flash into a file or print it",
	.usage = "[-l REF...] -t ADDRESS [OPTION...]",
	.doc = "Without --range the whole device of every loader is read.\n",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_CHOICE | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE |
		  GROUP_RANGE | GROUP_PLAN,
	.own = read_options,
	.parse = read_parse,
	.args_size = sizeof(struct read_args),
	.run = read_run,
};
