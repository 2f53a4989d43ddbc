/* SPDX-License-Identifier: MIT */
/* What format drivers say about a file, copied into the loader. */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "loader-priv.h"

static const struct stk_device *copy_device(struct stk_loader *l,
					    const struct stk_device *device)
{
	struct stk_device *d = arena_copy(&l->arena, device, sizeof(*device));

	if (!d)
		return NULL;
	d->name = arena_strdup(&l->arena, device->name);
	d->type_name = arena_strdup(&l->arena, device->type_name);
	d->regions = arena_copy(&l->arena, device->regions,
				device->n_regions * sizeof(*device->regions));
	return d->name && d->type_name && d->regions ? d : NULL;
}

int stk_build_device(struct stk_loader_builder *b, const struct stk_device *device,
		     struct stk_error *err)
{
	b->loader->info.device = copy_device(b->loader, device);
	return b->loader->info.device ? 0 : stk_fail_nomem(err);
}

int stk_build_recovered(struct stk_loader_builder *b, const struct stk_device *device,
			const char *how, struct stk_error *err)
{
	struct stk_loader_info *info = &b->loader->info;

	info->recovered = copy_device(b->loader, device);
	info->recovered_how = arena_strdup(&b->loader->arena, how);
	return info->recovered && info->recovered_how ? 0 : stk_fail_nomem(err);
}

/* A function's symbol has type FUNC, or none when it comes from assembly. */
static bool is_code(const struct stk_elf_symbol *s)
{
	return s->type == STT_FUNC || s->type == STT_NOTYPE;
}

int stk_build_function(struct stk_loader_builder *b, const char *symbol, enum stk_op op,
		       struct stk_error *err)
{
	struct stk_loader *l = b->loader;
	const struct stk_elf_symbol *s = stk_elf_symbol(l->elf, symbol, 0);
	const char *name;

	if (!s || !is_code(s))
		return 0;
	if (l->info.n_functions == LOADER_MAX_FUNCTIONS)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "too-many-functions",
				"the format knows more than %d functions",
				LOADER_MAX_FUNCTIONS);
	name = arena_strdup(&l->arena, symbol);
	if (!name)
		return stk_fail_nomem(err);
	l->functions[l->info.n_functions++] = (struct stk_function){
		.name = name, .address = s->value, .size = s->size, .op = op,
	};
	return 0;
}

void stk_build_table(struct stk_loader_builder *b, struct stk_range table,
		     const void *bytes, size_t len)
{
	struct stk_loader *l = b->loader;

	if (l->n_tables < LOADER_MAX_TABLES)
		l->tables[l->n_tables++] = (struct loader_table){ table, bytes, len };
}

void stk_build_position_independent(struct stk_loader_builder *b, bool yes)
{
	b->loader->info.position_independent = yes;
}

void stk_build_static_base(struct stk_loader_builder *b, uint64_t addr)
{
	b->loader->info.has_static_base = true;
	b->loader->info.static_base = addr;
}

/* Where one host alone minds: what it does then. False: it never sees such files. */
static bool whose(const struct stk_loader *l, const struct stk_host_change *c,
		  const struct stk_host_info *host, struct stk_finding *f)
{
	if (!c)
		return true;
	f->host = host->name;
	f->since = c->since;
	f->effect = c->effect;
	f->basis = c->basis;
	f->change = c->key;
	return l->format && host_takes(host, l->format->name);
}

int stk_build_finding(struct stk_loader_builder *b, const struct stk_rule *rule,
		      struct stk_error *err, const char *fmt, ...)
{
	struct stk_finding f = { .level = rule->level };
	struct stk_loader *l = b->loader;
	const struct stk_host_info *host = NULL;
	const struct stk_host_change *c = NULL;
	const char *detail;
	va_list args;

	if (rule->change)
		c = host_change_find(rule->change, &host);
	if (rule->change && !c)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "no-such-change",
				"no host profile has the change '%s'", rule->change);
	if (!whose(l, c, host, &f) || l->info.n_findings == LOADER_MAX_FINDINGS)
		return 0;
	va_start(args, fmt);
	detail = arena_vprintf(&l->arena, fmt, args);
	va_end(args);
	if (detail)
		f.text = arena_printf(&l->arena, "%s: %s", rule->title, detail);
	f.id = arena_strdup(&l->arena, rule->id);
	if (!f.text || !f.id)
		return stk_fail_nomem(err);
	l->findings[l->info.n_findings++] = f;
	return 0;
}
