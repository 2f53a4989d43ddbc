/* SPDX-License-Identifier: MIT */
/* stoker - the command: find the subcommand, parse its options, run it. */
#include "cmd.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "render/render.h"

/* clang-format off */
static const struct stk_cmd *const commands[] = {
	&cmd_inspect,
	&cmd_diff,
	&cmd_qualify,
	&cmd_program,
	&cmd_erase,
	&cmd_read,
	&cmd_verify,
	&cmd_blank_check,
	&cmd_call,
	&cmd_gdbserver,
	&cmd_board,
	&cmd_target,
	&cmd_chip,
	&cmd_module,
	&cmd_toolchain,
	&cmd_audit,
	&cmd_swap,
	&cmd_restore,
	&cmd_db,
	&cmd_explain,
	&cmd_pin,
	&cmd_unpin,
	&cmd_pins,
	&cmd_resolve,
};
/* clang-format on */

static void print_help(void)
{
	puts("Usage: stoker COMMAND [OPTION...] [ARGUMENT...]\n"
	     "Run STM32 flash loaders (.stldr, .FLM) on virtual chips, and keep track of them.\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-12s %s\n", commands[i]->name, commands[i]->summary);
	puts("\n'stoker help COMMAND' or 'stoker COMMAND --help' tells more;"
	     " 'stoker --version' which version this is.");
}

static const struct stk_cmd *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static const char *nearest_command(const char *name)
{
	unsigned int best = 3;
	const char *ret = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		unsigned int d = word_distance(name, commands[i]->name);

		if (d < best) {
			best = d;
			ret = commands[i]->name;
		}
	}
	return ret;
}

static enum stk_origin no_such_command(const struct options *opt, const char *name)
{
	const char *near = nearest_command(name);

	if (near)
		return fail_usage(opt, "there is no command '%s'; did you mean '%s'?",
				  name, near);
	return fail_usage(opt, "there is no command '%s'; 'stoker help' lists them", name);
}

static void args_freep(struct options **opt)
{
	if (*opt)
		options_free(*opt);
	free(*opt);
}

static enum stk_origin run_command(const struct stk_cmd *cmd, int argc, char **argv,
				   bool json)
{
	/* The struct of every command begins with struct options. */
	stk_cleanup(args_freep) struct options *opt = calloc(1, cmd->args_size);
	char name[40];
	struct stk_error err;

	if (!opt)
		out_of_memory();
	opt->cmd = cmd;
	snprintf(name, sizeof(name), "stoker %s", cmd->name);
	argv[0] = name;
	if (options_parse(opt, argc, argv, &err) < 0) {
		opt->json |= json;
		return fail_command(opt, &err);
	}
	if (!opt->help)
		return cmd->run(opt);
	options_help(cmd, stdout);
	return STK_ORIGIN_NONE;
}

/* An error must be JSON also where the option was not reached. */
static bool asks_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

static enum stk_origin dispatch(int argc, char **argv)
{
	struct options opt = { .json = asks_json(argc, argv) };
	const char *name = argc > 1 ? argv[1] : "";
	const struct stk_cmd *cmd = find_command(name);

	if (cmd)
		return run_command(cmd, argc - 1, argv + 1, opt.json);
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		printf("stoker %s\n", stk_version());
		return STK_ORIGIN_NONE;
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h") ||
	    (!strcmp(name, "help") && argc == 2)) {
		print_help();
		return STK_ORIGIN_NONE;
	}
	if (!strcmp(name, "help")) {
		if (argc > 3)
			return fail_usage(&opt, "'help' takes one command and no options");
		cmd = find_command(argv[2]);
		if (!cmd)
			return no_such_command(&opt, argv[2]);
		options_help(cmd, stdout);
		return STK_ORIGIN_NONE;
	}
	if (!*name)
		return fail_usage(&opt, "a command is needed; 'stoker help' lists them");
	return no_such_command(&opt, name);
}

/* Output that nobody got is a failure, whatever the command did. */
static enum stk_origin flush_output(void)
{
	struct stk_error err;

	if (!ferror(stdout) && !fflush(stdout))
		return STK_ORIGIN_NONE;
	stk_fail(&err, STK_ORIGIN_INTERNAL, EIO, "output-failed",
		 "cannot write to the standard output: %s", strerror(errno));
	say_error(NULL, &err);
	return err.origin;
}

/*
 * A closed standard descriptor would be the number of the next file opened: an
 * image "from standard input" would be a module's file, and a message would go
 * into the firmware read. Each is opened the wrong way round, so that its use
 * still fails.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	enum stk_origin origin;

	hold_standard_descriptors();
	/* A reader that goes away must not end a job between erase and program. */
	signal(SIGPIPE, SIG_IGN);
	origin = dispatch(argc, argv);
	return exit_code(exit_worst(origin, flush_output()));
}
