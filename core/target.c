/* SPDX-License-Identifier: MIT */
/* Opening targets: NAME:ADDRESS[,key=value...], wrapped outermost first. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chip.h"
#include "ctx.h"
#include "modules.h"
#include "target.h"

/* "a,b=c" cut at commas; the caller frees the array and *storage. */
static int split_options(const char *text, char **storage, const char ***ret,
			 struct stk_error *err)
{
	stk_cleanup(freep) char *copy = strdup(text);
	stk_cleanup(freep) const char **list = NULL;
	size_t n = 0;
	char *rest, *word;

	if (!copy)
		return stk_fail_nomem(err);
	list = calloc(strlen(text) + 2, sizeof(*list));
	if (!list)
		return stk_fail_nomem(err);
	rest = copy;
	while ((word = strsep(&rest, ",")) != NULL) {
		if (*word)
			list[n++] = word;
	}
	*storage = take_ptr(copy);
	*ret = take_ptr(list);
	return 0;
}

/* The driver's operations; what its older or smaller struct lacks is NULL. */
static void copy_ops(struct stk_target *t)
{
	size_t size = t->driver->size;

	memcpy(&t->ops, t->driver, size < sizeof(t->ops) ? size : sizeof(t->ops));
	t->ops.size = sizeof(t->ops);
	if (!t->inner)
		return;
#define KEEP_IF_INSIDE(op)	(t->ops.op = t->inner->ops.op ? t->ops.op : NULL)
	KEEP_IF_INSIDE(step);
	KEEP_IF_INSIDE(call);
	KEEP_IF_INSIDE(mem_while_running);
	KEEP_IF_INSIDE(observe);
	KEEP_IF_INSIDE(watch);
	KEEP_IF_INSIDE(wake);
	KEEP_IF_INSIDE(cells);
	KEEP_IF_INSIDE(failures);
	KEEP_IF_INSIDE(fail);
	KEEP_IF_INSIDE(variants);
	KEEP_IF_INSIDE(vary);
	KEEP_IF_INSIDE(perturb);
#undef KEEP_IF_INSIDE
}

static int check_ops(const struct stk_target *t, struct stk_error *err)
{
	const struct stk_target_driver *o = &t->ops;

	if (o->open && o->close && o->describe && o->read && o->write && o->get_regs &&
	    o->set_regs && o->break_set && o->break_clear && o->resume && o->wait &&
	    o->halt && o->reset && o->now)
		return 0;
	return stk_fail(
		err, STK_ORIGIN_TARGET, EPROTO, "module-incomplete",
		"target module '%s' lacks a mandatory operation (module.h lists them)",
		o->name);
}

static void target_freep(struct stk_target **t)
{
	if (!*t)
		return;
	stk_target_close((*t)->inner);
	free((*t)->priv);
	free((*t)->address);
	free((*t)->ram);
	free(*t);
}

static int describe(struct stk_target *t, struct stk_error *err)
{
	const struct stk_module_info *module = module_by_driver(t->ctx, t->driver);
	int r;

	t->facts.size = sizeof(t->facts);
	r = t->ops.describe(t->priv, &t->facts, err);
	if (r)
		return r;
	t->info.address = t->address;
	t->info.driver = t->driver->name;
	t->info.description = t->facts.description;
	t->info.license = module ? module->license : "unknown";
	t->info.chip = t->facts.chip;
	t->info.virtual_time = t->facts.virtual_time;
	return 0;
}

/* Takes @inner over, also on failure. */
static int open_one(struct stk_ctx *ctx, const char *spec, struct stk_target *inner,
		    struct stk_target **ret, struct stk_error *err)
{
	stk_cleanup(target_freep) struct stk_target *t = calloc(1, sizeof(*t));
	stk_cleanup(freep) char *name = NULL, *storage = NULL;
	stk_cleanup(freep) const char **options = NULL;
	const char *colon = strchr(spec, ':'), *address = colon ? colon + 1 : "";
	const char *const *opts;
	int r;

	if (!t) {
		stk_target_close(inner);
		return stk_fail_nomem(err);
	}
	t->inner = inner;
	t->ctx = ctx;
	t->address = strdup(spec);
	name = strndup(spec, colon ? (size_t)(colon - spec) : strlen(spec));
	if (!t->address || !name)
		return stk_fail_nomem(err);
	if (!*name || (!inner && !colon))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-target",
				"target '%s' is not of the form NAME:ADDRESS, as in "
				"emu:stm32g431cb", spec);
	r = module_target(ctx, name, &t->driver, err);
	if (r)
		return r;
	copy_ops(t);
	r = check_ops(t, err);
	if (r)
		return r;
	if (!!inner != !!t->ops.wrap)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-target",
				inner ? "'%s' is no wrapper" : "'%s' only wraps another "
				"target: give it with --wrap", name);
	r = split_options(address, &storage, &options, err);
	if (r)
		return r;
	opts = options;
	/* A command line may hold commas; a wrapper has options and no address. */
	if (*address == '|')
		opts = &options[strlen(address) + 1];
	else if (!inner && *address)
		address = *address == ',' ? "" : *opts++;
	t->priv = calloc(1, t->driver->priv_size ? t->driver->priv_size : 1);
	if (!t->priv)
		return stk_fail_nomem(err);
	if (inner)
		t->ops.wrap(t->priv, inner);
	r = t->ops.open(t->priv, ctx, inner ? "" : address, opts, err);
	if (r)
		return r;
	r = describe(t, err);
	if (r) {
		t->ops.close(t->priv);
		return r;
	}
	*ret = take_ptr(t);
	return 0;
}

/*
 * What a real chip says of itself may be less than the caller knows. A virtual
 * one is what it was made to be: to take it for another would end in faults.
 */
static int override_chip(struct stk_target *t, const char *name, struct stk_error *err)
{
	const struct stk_chip *own = t->facts.chip, *chip;
	int r = stk_chip_find(t->ctx, name, &chip, err);

	if (r)
		return r;
	if (own && t->facts.virtual_time && !chip_same_facts(own, chip))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "chip-contradicted",
				"'%s' is a virtual %s and cannot be taken for a %s; leave "
				"--chip out, or open the other one",
				t->address, own->name, chip->name);
	t->facts.chip = chip;
	t->info.chip = chip;
	return 0;
}

/* Overlapping or not: where a loader goes, it goes into one of them. */
static int override_ram(struct stk_target *t, const struct stk_target_options *opt,
			struct stk_error *err)
{
	for (size_t i = 0; i < opt->n_ram; i++) {
		struct stk_range r = opt->ram[i];

		if (!stk_range_valid(r) || r.addr > UINT32_MAX ||
		    r.len > (1ull << 32) - r.addr)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-ram",
					"RAM of 0x%" PRIx64 " bytes from 0x%" PRIx64
					" on: no Cortex-M has it there", r.len, r.addr);
	}
	t->ram = calloc(opt->n_ram, sizeof(*t->ram));
	if (!t->ram)
		return stk_fail_nomem(err);
	memcpy(t->ram, opt->ram, opt->n_ram * sizeof(*t->ram));
	t->n_ram = opt->n_ram;
	return 0;
}

int stk_target_open(struct stk_ctx *ctx, const char *address,
		    const struct stk_target_options *opt, struct stk_target **ret,
		    struct stk_error *err)
{
	const char *const *wrap = opt ? opt->wrap : NULL;
	struct stk_target *t;
	size_t n = 0;
	int r = open_one(ctx, address, NULL, &t, err);

	if (r)
		return r;
	while (wrap && wrap[n])
		n++;
	while (n--) {
		r = open_one(ctx, wrap[n], t, &t, err);
		if (r)
			return r;
	}
	if (opt && opt->chip)
		r = override_chip(t, opt->chip, err);
	if (!r && opt && opt->size > offsetof(struct stk_target_options, n_ram) && opt->n_ram)
		r = override_ram(t, opt, err);
	if (r) {
		stk_target_close(t);
		return r;
	}
	*ret = t;
	return 0;
}

void stk_target_close(struct stk_target *t)
{
	if (!t)
		return;
	t->ops.close(t->priv);
	target_freep(&t);
}

const struct stk_target_info *stk_target_info(const struct stk_target *t)
{
	return &t->info;
}

int stk_target_read(struct stk_target *t, uint64_t addr, void *buf, size_t len,
		    struct stk_error *err)
{
	return t->ops.read(t->priv, addr, buf, len, err);
}

/* Of wrappers the outermost that counts, else the target itself. */
bool stk_target_link(const struct stk_target *t, struct stk_link_stats *ret)
{
	while (t && !t->ops.link_stats)
		t = t->inner;
	if (!t)
		return false;
	memset(ret, 0, sizeof(*ret));
	t->ops.link_stats(t->priv, ret);
	return true;
}

bool target_link_since(const struct stk_target *t, const struct stk_link_stats *before,
		       struct stk_link_stats *ret)
{
	struct stk_link_stats now;

	if (!stk_target_link(t, &now))
		return false;
	*ret = (struct stk_link_stats){
		.round_trips = now.round_trips - before->round_trips,
		.bytes_out = now.bytes_out - before->bytes_out,
		.bytes_in = now.bytes_in - before->bytes_in,
		.repeated = now.repeated - before->repeated,
	};
	return true;
}

int stk_target_monitor(struct stk_target *t, const char *command,
		       void (*print)(void *out, const char *text), void *out,
		       struct stk_error *err)
{
	if (!t->ops.monitor)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOSYS, "no-monitor",
				"target '%s' takes no commands", t->address);
	return t->ops.monitor(t->priv, command, print, out, err);
}

void stk_target_wake(struct stk_target *t)
{
	if (t->ops.wake)
		t->ops.wake(t->priv);
}

const struct stk_target_driver *stk_inner_driver(struct stk_target *inner)
{
	return &inner->ops;
}

void *stk_inner_priv(struct stk_target *inner)
{
	return inner->priv;
}

int target_ram(const struct stk_target *t, bool all, struct stk_range **ret,
	       size_t *ret_count, struct stk_error *err)
{
	const struct stk_range *ram = t->n_ram ? t->ram : t->facts.ram;
	size_t n = t->n_ram ? t->n_ram : t->facts.n_ram;
	struct stk_range *copy;

	if (!t->n_ram && t->facts.chip)
		return chip_ram(t->facts.chip, all, ret, ret_count, err);
	if (!n)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "chip-unknown",
				"'%s' does not say which chip it is, nor what RAM it has; give "
				"--chip NAME, or --ram START+SIZE", t->address);
	copy = calloc(n, sizeof(*copy));
	if (!copy)
		return stk_fail_nomem(err);
	memcpy(copy, ram, n * sizeof(*copy));
	*ret = copy;
	*ret_count = n;
	return 0;
}
