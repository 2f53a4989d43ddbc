/* SPDX-License-Identifier: MIT */
/* Options that several commands share, and how an argv becomes a struct. */
#include "cmd.h"

/* ---- values ----------------------------------------------------------- */

void list_add(struct list *l, const char *text)
{
	const char **item = reallocarray(l->item, l->count + 2, sizeof(*item));

	if (!item)
		out_of_memory();
	item[l->count] = text;
	item[++l->count] = NULL;
	l->item = item;
}

static void add_range(struct stk_range **list, size_t *count, struct stk_range range)
{
	struct stk_range *r = reallocarray(*list, *count + 1, sizeof(*r));

	if (!r)
		out_of_memory();
	r[(*count)++] = range;
	*list = r;
}

void options_add_range(struct options *opt, struct stk_range range)
{
	add_range(&opt->ranges, &opt->n_ranges, range);
}

/* START+SIZE, or START..END with END the first address that is not meant. */
bool parse_range(const char *text, struct stk_range *ret)
{
	const char *dots = strstr(text, ".."), *mark = dots ? dots : strchr(text, '+');
	struct stk_range r;
	char start[32];
	uint64_t value;

	if (!mark || (size_t)(mark - text) >= sizeof(start))
		return false;
	memcpy(start, text, (size_t)(mark - text));
	start[mark - text] = '\0';
	if (stk_parse_u64(start, &r.addr) < 0 ||
	    stk_parse_u64(mark + (dots ? 2 : 1), &value) < 0)
		return false;
	if (dots && value <= r.addr)
		return false;
	r.len = dots ? value - r.addr : value;
	if (!stk_range_valid(r))
		return false;
	*ret = r;
	return true;
}

/* ---- the groups ------------------------------------------------------- */

enum {
	KEY_JSON = 0x1000,
	KEY_HOST,
	KEY_WRAP,
	KEY_CHIP,
	KEY_RAM,
	KEY_BASE,
	KEY_IMAGE_FORMAT,
	KEY_RANGE,
	KEY_PLAN,
	KEY_RESCUE,
	KEY_DB,
	KEY_FACTS,
	KEY_YES,
	KEY_AS,
	KEY_RESET,
	KEY_RUN,
	KEY_NO_RESET,
	KEY_FORCE,
	KEY_OPTION_BYTES,
};

static const struct argp_option common_options[] = {
	{ "json", KEY_JSON, NULL, 0, "print one JSON document, also on errors", 10 },
	{ "param", 'p', "MODULE.NAME=VALUE", 0, "set a parameter of a module", 10 },
	{ "help", 'h', NULL, 0, "print this help", 10 },
	{ 0 }
};

static const struct argp_option loader_options[] = {
	{ "loader", 'l', "REF", 0,
	  "the loader: a file, or a build in the database; may be given again", 1 },
	{ 0 }
};

static const struct argp_option host_options[] = {
	{ "host", KEY_HOST, "NAME[@VERSION]|INSTALL", 0,
	  "do as this programmer: stoker (default), cubeprogrammer, cubeide@1.8.0, pyocd, or the"
	  " one that is in an install, by its path", 1 },
	{ 0 }
};

static const struct argp_option target_options[] = {
	{ "target", 't', "ADDRESS", 0,
	  "where the flash is: emu:stm32g431cb, or gdb:HOST:PORT", 1 },
	{ "wrap", KEY_WRAP, "NAME:KEY=VALUE,...", 0,
	  "put a wrapper around the target, outermost first", 1 },
	{ "chip", KEY_CHIP, "NAME", 0, "the chip, where the target cannot tell", 1 },
	{ "ram", KEY_RAM, "START+SIZE", 0,
	  "RAM for loaders, whatever chip and target say; may be given again", 1 },
	{ 0 }
};

static const struct argp_option image_options[] = {
	{ "base", KEY_BASE, "ADDRESS", 0,
	  "where a raw binary goes; added to the addresses of other formats", 2 },
	{ "image-format", KEY_IMAGE_FORMAT, "NAME", 0,
	  "elf, ihex, srec or bin instead of what the file looks like", 2 },
	{ 0 }
};

static const struct argp_option range_options[] = {
	{ "range", KEY_RANGE, "START+SIZE|START..END", 0,
	  "these bytes; END is the first one not meant; may be given again", 2 },
	{ 0 }
};

static const struct argp_option plan_options[] = {
	{ "plan", KEY_PLAN, NULL, 0, "print everything that would be done, and stop", 3 },
	{ 0 }
};

static const struct argp_option rescue_options[] = {
	{ "rescue", KEY_RESCUE, "FILE", 0,
	  "keep bytes here that an erase takes along, until they are back", 3 },
	{ 0 }
};

static const struct argp_option db_options[] = {
	{ "db", KEY_DB, "FILE", 0, "the loader database, instead of the usual one", 4 },
	{ 0 }
};

static const struct argp_option facts_options[] = {
	{ "facts", KEY_FACTS, "DIR", 0,
	  "further facts: advisories, toolchains, meanings of logs", 4 },
	{ 0 }
};

static const struct argp_option yes_options[] = {
	{ "yes", KEY_YES, NULL, 0, "do it without asking", 3 },
	{ 0 }
};

static const struct argp_option choice_options[] = {
	{ "as", KEY_AS, "TOOLCHAIN@VERSION", 0,
	  "without -l: the loaders that are pinned for this toolchain", 1 },
	{ 0 }
};

static const struct argp_option leave_options[] = {
	{ "reset", KEY_RESET, NULL, 0,
	  "reset the chip when done, and halt it; else it is left as it was", 3 },
	{ "run", KEY_RUN, NULL, 0, "reset the chip when done, and let it run", 3 },
	{ "no-reset", KEY_NO_RESET, NULL, 0,
	  "do not reset it first: take the core as it is, interrupts masked", 3 },
	{ 0 }
};

static const struct argp_option care_options[] = {
	{ "force", KEY_FORCE, NULL, 0,
	  "run loaders with findings of level error also on a real chip", 3 },
	{ "allow-option-bytes", KEY_OPTION_BYTES, NULL, 0,
	  "and those that reach option bytes, OTP or read-out protection", 3 },
	{ 0 }
};

static error_t parse_base(struct options *opt, const char *arg, struct argp_state *state)
{
	if (stk_parse_u64(arg, &opt->base) < 0)
		argp_error(state, "--base '%s' is not a number", arg);
	opt->has_base = true;
	return 0;
}

static error_t parse_ram(struct options *opt, const char *arg, struct argp_state *state)
{
	struct stk_range r;

	if (!parse_range(arg, &r))
		argp_error(state, "--ram '%s' is not of the form START+SIZE", arg);
	else
		add_range(&opt->ram, &opt->n_ram, r);
	return 0;
}

static error_t parse_range_option(struct options *opt, const char *arg,
				  struct argp_state *state)
{
	struct stk_range r;

	if (!parse_range(arg, &r))
		argp_error(state, "--range '%s' is neither START+SIZE nor START..END", arg);
	else
		options_add_range(opt, r);
	return 0;
}

static error_t parse_after(struct options *opt, enum stk_after after,
			   struct argp_state *state)
{
	if (opt->after != STK_AFTER_KEEP && opt->after != after)
		argp_error(state, "--reset halts the core and --run lets it run: give one");
	opt->after = after;
	return 0;
}

static error_t parse_care(int key, struct options *opt, struct argp_state *state)
{
	switch (key) {
	case KEY_RESET:
		return parse_after(opt, STK_AFTER_RESET, state);
	case KEY_RUN:
		return parse_after(opt, STK_AFTER_RUN, state);
	case KEY_NO_RESET:
		opt->no_reset = true;
		return 0;
	case KEY_FORCE:
		opt->force = true;
		return 0;
	case KEY_OPTION_BYTES:
		opt->allow_option_bytes = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* One parser for all groups: what a command does not take is in none of its tables. */
static error_t parse_shared(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case KEY_JSON:
		opt->json = true;
		return 0;
	case 'h':
		opt->help = true;
		return 0;
	case 'p':
		list_add(&opt->params, arg);
		return 0;
	case 'l':
		list_add(&opt->loaders, arg);
		return 0;
	case KEY_HOST:
		opt->host = arg;
		return 0;
	case 't':
		opt->target = arg;
		return 0;
	case KEY_WRAP:
		list_add(&opt->wraps, arg);
		return 0;
	case KEY_CHIP:
		opt->chip = arg;
		return 0;
	case KEY_RAM:
		return parse_ram(opt, arg, state);
	case KEY_BASE:
		return parse_base(opt, arg, state);
	case KEY_IMAGE_FORMAT:
		opt->image_format = arg;
		return 0;
	case KEY_RANGE:
		return parse_range_option(opt, arg, state);
	case KEY_PLAN:
		opt->plan = true;
		return 0;
	case KEY_RESCUE:
		opt->rescue = arg;
		return 0;
	case KEY_DB:
		opt->db = arg;
		return 0;
	case KEY_FACTS:
		opt->facts = arg;
		return 0;
	case KEY_AS:
		opt->as = arg;
		return 0;
	case KEY_YES:
		opt->yes = true;
		return 0;
	}
	return parse_care(key, opt, state);
}

/* clang-format off */
static const struct {
	unsigned int group;	/* 0: everyone's */
	struct argp argp;
} groups[] = {
	{ 0,            { .options = common_options, .parser = parse_shared } },
	{ GROUP_LOADER, { .options = loader_options, .parser = parse_shared } },
	{ GROUP_HOST,   { .options = host_options,   .parser = parse_shared } },
	{ GROUP_TARGET, { .options = target_options, .parser = parse_shared } },
	{ GROUP_IMAGE,  { .options = image_options,  .parser = parse_shared } },
	{ GROUP_RANGE,  { .options = range_options,  .parser = parse_shared } },
	{ GROUP_PLAN,   { .options = plan_options,   .parser = parse_shared } },
	{ GROUP_RESCUE, { .options = rescue_options, .parser = parse_shared } },
	{ GROUP_DB,     { .options = db_options,     .parser = parse_shared } },
	{ GROUP_FACTS,  { .options = facts_options,  .parser = parse_shared } },
	{ GROUP_YES,    { .options = yes_options,    .parser = parse_shared } },
	{ GROUP_CHOICE, { .options = choice_options, .parser = parse_shared } },
	{ GROUP_LEAVE,  { .options = leave_options,  .parser = parse_shared } },
	{ GROUP_CARE,   { .options = care_options,   .parser = parse_shared } },
};
/* clang-format on */

/* ---- one argp for a command ------------------------------------------- */

struct command_argp {
	struct argp_child children[ARRAY_SIZE(groups) + 1];
	struct argp argp;
};

/* The children get the command's struct as input, and so does its own parser. */
static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		for (size_t i = 0; state->root_argp->children[i].argp; i++)
			state->child_inputs[i] = opt;
		return 0;
	case ARGP_KEY_ARG:
		list_add(&opt->args, arg);
		return 0;
	}
	return opt->cmd->parse ? opt->cmd->parse(key, arg, state) : ARGP_ERR_UNKNOWN;
}

static void command_argp(const struct stk_cmd *cmd, struct command_argp *ret)
{
	size_t n = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (!groups[i].group || cmd->groups & groups[i].group)
			ret->children[n++].argp = &groups[i].argp;
	ret->argp.options = cmd->own;
	ret->argp.parser = parse_command;
	ret->argp.children = ret->children;
}

void options_help(const struct stk_cmd *cmd, FILE *out)
{
	struct command_argp c;
	const char *line = cmd->usage;

	while (line) {
		const char *end = strchrnul(line, '\n');

		fprintf(out, "%s stoker %s %.*s\n",
			line == cmd->usage ? "Usage:" : "      ", cmd->name,
			(int)(end - line), line);
		line = *end ? end + 1 : NULL;
	}
	fprintf(out, "%c%s.\n\n", cmd->summary[0] - 'a' + 'A', cmd->summary + 1);
	command_argp(cmd, &c);
	/* The options show what arguments they take; no note needs to say so. */
	setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
	argp_help(&c.argp, out, ARGP_HELP_LONG, (char *)"stoker");
	if (cmd->doc)
		fprintf(out, "\n%s", cmd->doc);
}

/* "stoker program: sentence\nTry ...": the sentence. */
static int usage_error(const char *name, const char *text, struct stk_error *err)
{
	size_t len = strlen(name);

	if (!strncmp(text, name, len) && !strncmp(text + len, ": ", 2))
		text += len + 2;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage", "%.*s",
			(int)strcspn(text, "\n"), text);
}

int options_parse(struct options *opt, int argc, char **argv, struct stk_error *err)
{
	const unsigned int flags = ARGP_NO_EXIT | ARGP_NO_HELP;
	stk_cleanup(freep) char *text = NULL;
	struct command_argp c;
	size_t len = 0;
	FILE *said, *console = stderr;
	int r;

	command_argp(opt->cmd, &c);
	/*
	 * argp and getopt say what is wrong on stderr and nowhere else. With
	 * --json the sentence must be on stdout too, so catch it; glibc's
	 * stderr is a variable for such uses.
	 */
	said = open_memstream(&text, &len);
	if (!said)
		return stk_fail_nomem(err);
	stderr = said;
	r = argp_parse(&c.argp, argc, argv, flags, NULL, opt);
	stderr = console;
	if (fclose(said) || r == ENOMEM)
		return stk_fail_nomem(err);
	if (opt->help || (!r && !len))
		return 0;
	return usage_error(argv[0], text, err);
}

/* Modules and their parameters; everything else is the command's to open. */
int options_ctx(const struct options *opt, struct stk_ctx **ret, struct stk_error *err)
{
	const struct stk_ctx_options ctx = {
		.size = sizeof(ctx),
		.params = (const char *const *)opt->params.item,
	};

	return stk_ctx_new(&ctx, ret, err);
}

void options_free(struct options *opt)
{
	free(opt->args.item);
	free(opt->params.item);
	free(opt->loaders.item);
	free(opt->wraps.item);
	free(opt->ranges);
	free(opt->ram);
}
