/* SPDX-License-Identifier: MIT */
/* inspect --map FILE...: device, sectors and RAM as maps. */
#include "inspect.h"

static bool takes(const struct stk_host *host, const char *format)
{
	const char *formats = stk_host_info(host)->formats;

	return !strcmp(formats, "any") || strstr(formats, format);
}

static void lay_out_for(struct inspect_map *m, const struct stk_host *host,
			struct stk_layout_options *opt)
{
	struct mapped_host *h = &m->hosts[m->facts.n_hosts];

	opt->host = host;
	h->host = stk_host_info(host);
	if (!stk_layout_new(m->loader, opt, &m->layouts[m->facts.n_hosts], &h->err))
		h->layout = stk_layout_info(m->layouts[m->facts.n_hosts]);
	m->facts.n_hosts++;
}

/*
 * How each host that takes such loaders would lay it out, or the one that was
 * asked for; none for a file that no host can use.
 */
static void lay_out(const struct inspect_args *args, struct inspect_map *m)
{
	struct stk_layout_options opt = {
		.size = sizeof(opt),
		.chip = m->facts.chip,
		.ram = args->common.ranges,
		.n_ram = args->common.n_ranges,
	};
	size_t n;
	const struct stk_host *const *hosts = stk_host_list(&n);

	m->hosts = calloc(n, sizeof(*m->hosts));
	m->layouts = calloc(n, sizeof(*m->layouts));
	if (!m->hosts || !m->layouts)
		out_of_memory();
	m->facts.hosts = m->hosts;
	if (args->host)
		lay_out_for(m, args->host, &opt);
	for (size_t i = 0; i < n && !args->host; i++) {
		if (takes(hosts[i], m->facts.file.info->format))
			lay_out_for(m, hosts[i], &opt);
	}
}

/*
 * The chip whose RAM it is: what --chip says, else what the names give away,
 * where that leaves RAM's sizes in no doubt or nearly none.
 */
static void find_chip(const struct inspect_args *args, struct stk_ctx *ctx,
		      struct inspect_map *m)
{
	struct stk_chip_guess guess;

	if (args->chip) {
		m->facts.chip = args->chip;
		snprintf(m->chip_how, sizeof(m->chip_how), "given");
	} else if (!args->common.n_ranges &&
		   !stk_chip_guess(ctx, m->facts.file.info, &guess, NULL) &&
		   guess.fit >= STK_FIT_LINE) {
		m->facts.chip = guess.chip;
		snprintf(m->chip_how, sizeof(m->chip_how),
			 guess.fit == STK_FIT_CHIP ? "told by %s" : "one that %s can mean",
			 guess.why);
	}
	m->facts.chip_how = m->chip_how;
}

void inspect_map_open(const struct inspect_args *args, struct stk_ctx *ctx,
		      const struct inspect_item *item, struct inspect_map *ret)
{
	*ret = (struct inspect_map){ .facts.file.path = item->path, .err = item->err };
	if (item->err.code ||
	    inspect_open(args, ctx, item->path, true, &ret->loader, &ret->err)) {
		ret->facts.file.err = &ret->err;
		return;
	}
	ret->facts.file.info = stk_loader_info(ret->loader);
	find_chip(args, ctx, ret);
	if (!ret->facts.file.info->error.code)
		lay_out(args, ret);
}

void inspect_map_add_code(const struct inspect_args *args, struct stk_ctx *ctx,
			  struct inspect_map *m)
{
	const struct stk_loader_info *info = m->facts.file.info;

	if (!info || info->error.code || args->depth == INSPECT_SHALLOW)
		return;
	m->code = (struct code_view){ .file = m->facts.file, .loader = m->loader };
	m->code.names = inspect_names(args, ctx, info);
	/* Code that cannot be read is said to be so by --functions. */
	if (code_view_fill(&m->code, NULL))
		m->code.analysis = NULL;
	m->facts.code = &m->code;
}

void inspect_map_close(struct inspect_map *m)
{
	code_view_free(&m->code);
	for (size_t i = 0; i < m->facts.n_hosts; i++)
		stk_layout_free(m->layouts[i]);
	free(m->layouts);
	free(m->hosts);
	stk_loader_close(m->loader);
}

static enum stk_origin map_file(const struct inspect_args *args, struct stk_ctx *ctx,
				const struct inspect_item *item, size_t index)
{
	struct inspect_map m;
	enum stk_origin origin;

	inspect_map_open(args, ctx, item, &m);
	if (args->common.json)
		json_map(stdout, &m.facts, index);
	else
		text_map(stdout, &m.facts, index);
	origin = inspect_verdict(args, &m.facts.file);
	inspect_map_close(&m);
	return origin;
}

enum stk_origin inspect_maps(const struct inspect_args *args, struct stk_ctx *ctx)
{
	enum stk_origin worst = STK_ORIGIN_NONE;
	struct inspect_list list;

	inspect_list_make(args, ctx, &list);
	for (size_t i = 0; i < list.count; i++)
		worst = exit_worst(worst, map_file(args, ctx, &list.item[i], i));
	if (args->common.json)
		json_loaders_end(stdout, list.count);
	inspect_list_free(&list);
	return worst;
}
