/* SPDX-License-Identifier: MIT */
/*
 * What a container driver says of a pack, and what devices inherit.
 *
 * Open-CMSIS-Pack-Spec, /package/devices/family: a device has what its family,
 * its subFamily and itself give. "Inner memory elements supersede outer
 * elements" of the same name; of algorithms, "if the memory range and style are
 * identical, the one on the lower level takes precedence". An element for one
 * processor (Pname) takes the place of one for the same processor only. "Once a
 * device section contains a variant section, only the variant elements describe
 * a selectable device."
 */
#include "pack.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <string.h>
#include <strings.h>

static const char *const level_names[STK_PACK_LEVEL_COUNT] = {
	[STK_PACK_FAMILY] = "family", [STK_PACK_SUB_FAMILY] = "subFamily",
	[STK_PACK_DEVICE] = "device", [STK_PACK_VARIANT] = "variant",
	[STK_PACK_BOARD] = "board",
};

const char *stk_pack_level_name(enum stk_pack_level level)
{
	return (unsigned int)level < STK_PACK_LEVEL_COUNT ? level_names[level] : "unknown";
}

int pack_list_add(struct pack_list *l, void *item, struct stk_error *err)
{
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		void **grown = reallocarray(l->item, room, sizeof(*grown));

		if (!grown)
			return stk_fail_nomem(err);
		l->item = grown;
		l->room = room;
	}
	l->item[l->count++] = item;
	return 0;
}

int stk_build_pack_unusable(struct stk_pack_builder *b, unsigned int line,
			    struct stk_error *err, const char *fmt, ...)
{
	struct stk_pack *pack = b->pack;
	const char *what, *text;
	va_list args;

	va_start(args, fmt);
	what = arena_vprintf(&pack->arena, fmt, args);
	va_end(args);
	text = what ? arena_printf(&pack->arena, "line %u of the .pdsc: %s", line, what)
		    : NULL;
	return text ? pack_finding(pack, &pack->findings, PACK_RULE_UNUSABLE, text, err)
		    : stk_fail_nomem(err);
}

static int too_many(const struct stk_pack *pack, const char *what, size_t max,
		    struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "pack-too-large",
			"'%s' has more than the %zu %s that are read of a pack",
			pack->info.path, max, what);
}

/* @s copied, NULL for NULL; false: out of memory. */
static bool copied(struct stk_pack *pack, const char *s, const char **ret)
{
	const char *copy = s ? arena_strdup(&pack->arena, s) : NULL;

	if (s && !copy)
		return false;
	*ret = copy;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The one copy of a name that is in the arena; NULL: out of memory. */
static const char *only_copy(struct stk_pack *pack, const char *name)
{
	const char **found = tsearch(name, &pack->names, by_text);

	return found ? *found : NULL;
}

/* ---- files and names -------------------------------------------------- */

int stk_build_pack_file(struct stk_pack_builder *b, const char *path, uint64_t size,
			struct stk_error *err)
{
	struct stk_pack *pack = b->pack;
	const char *why = pack_path_refusal(path);
	struct pack_entry *e;

	if (why)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "pack-bad-path",
			"'%s' is refused: of its file '%.200s', the name must not "
			"be so: %s",
			pack->info.path, path, why);
	if (pack->entries.count == PACK_MAX_FILES)
		return too_many(pack, "files", PACK_MAX_FILES, err);
	e = arena_alloc(&pack->arena, sizeof(*e));
	if (!e || !copied(pack, path, &e->path))
		return stk_fail_nomem(err);
	e->size = size;
	e->number = pack->entries.count;
	e->file = STK_PACK_NO_FILE;
	return pack_list_add(&pack->entries, e, err);
}

int stk_build_pack_kind(struct stk_pack_builder *b, const char *kind, const char *pdsc,
			bool all_files, struct stk_error *err)
{
	struct stk_pack *pack = b->pack;
	const char *slash = strrchr(pdsc, '/');

	pack->base = arena_printf(&pack->arena, "%.*s",
				  slash ? (int)(slash + 1 - pdsc) : 0, pdsc);
	pack->all_files = all_files;
	if (!pack->base || !copied(pack, kind, &pack->info.kind) ||
	    !copied(pack, pdsc, &pack->info.pdsc))
		return stk_fail_nomem(err);
	return 0;
}

int stk_build_pack_name(struct stk_pack_builder *b, const char *vendor, const char *name,
			const char *version, struct stk_error *err)
{
	struct stk_pack_info *info = &b->pack->info;

	if ((vendor && !copied(b->pack, vendor, &info->vendor)) ||
	    (name && !copied(b->pack, name, &info->name)) ||
	    (version && !copied(b->pack, version, &info->version)))
		return stk_fail_nomem(err);
	return 0;
}

/* ---- elements --------------------------------------------------------- */

static struct pack_scope *innermost(struct stk_pack *pack)
{
	return pack->n_scopes ? &pack->scopes[pack->n_scopes - 1] : NULL;
}

static bool nests(const struct pack_scope *outer, enum stk_pack_level level)
{
	if (!outer)
		return level == STK_PACK_FAMILY || level == STK_PACK_BOARD;
	return outer->level != STK_PACK_BOARD && level != STK_PACK_BOARD &&
	       outer->level < level &&
	       (level == STK_PACK_VARIANT) == (outer->level == STK_PACK_DEVICE);
}

int stk_build_pack_enter(struct stk_pack_builder *b, enum stk_pack_level level,
			 const char *name, const char *vendor, struct stk_error *err)
{
	struct stk_pack *pack = b->pack;
	struct pack_scope s = { .level = level, .devices_before = pack->devices.count };

	if (!nests(innermost(pack), level))
		return stk_fail(err, STK_ORIGIN_INPUT, EINVAL, "pdsc-nesting",
				"'%s': its .pdsc has a <%s> where none can be",
				pack->info.path, stk_pack_level_name(level));
	if (!copied(pack, name, &s.name) || !copied(pack, vendor, &s.vendor))
		return stk_fail_nomem(err);
	pack->scopes[pack->n_scopes++] = s;
	return 0;
}

/* A Cortex-M has 32 address lines; so sums of what is kept never wrap. */
static bool has_addresses(struct stk_range r)
{
	return stk_range_valid(r) && r.addr + (r.len - 1) <= UINT32_MAX;
}

int stk_build_pack_memory(struct stk_pack_builder *b,
			  const struct stk_pack_memory *memory, struct stk_error *err)
{
	struct pack_scope *scope = innermost(b->pack);
	struct stk_pack_memory *m;

	if (!scope || !has_addresses(memory->range))
		return 0;
	if (scope->memories.count == PACK_MAX_ELEMENTS)
		return too_many(b->pack, "memories of one element", PACK_MAX_ELEMENTS, err);
	m = arena_copy(&b->pack->arena, memory, sizeof(*memory));
	if (!m || !copied(b->pack, memory->name, &m->name) ||
	    !copied(b->pack, memory->processor, &m->processor))
		return stk_fail_nomem(err);
	return pack_list_add(&scope->memories, m, err);
}

/* No host can use a RAM beyond: as if it were not given. */
static int hold_ram(struct stk_pack_builder *b, struct stk_pack_algorithm *a,
		    struct stk_error *err)
{
	if ((!a->has_ram_start || a->ram.addr <= UINT32_MAX) &&
	    (!a->has_ram_size || a->ram.len <= UINT32_MAX))
		return 0;
	a->has_ram_start &= a->ram.addr <= UINT32_MAX;
	a->has_ram_size &= a->ram.len <= UINT32_MAX;
	return stk_build_pack_unusable(b, a->line, err,
				       "the RAM of %.200s, 0x%" PRIx64 " from 0x%08" PRIx64
				       ", is beyond all addresses",
				       a->name, a->ram.len, a->ram.addr);
}

int stk_build_pack_algorithm(struct stk_pack_builder *b,
			     const struct stk_pack_algorithm *algorithm,
			     struct stk_error *err)
{
	struct stk_pack *pack = b->pack;
	struct pack_scope *scope = innermost(pack);
	struct stk_pack_algorithm *a;
	int r;

	if (!scope)
		return 0;
	if (!has_addresses(algorithm->range))
		return stk_build_pack_unusable(
			b, algorithm->line, err,
			"%.200s is for no bytes, or for more than there are addresses: "
			"0x%" PRIx64 " from 0x%08" PRIx64,
			algorithm->name, algorithm->range.len, algorithm->range.addr);
	if (scope->algorithms.count == PACK_MAX_ELEMENTS)
		return too_many(pack, "algorithms of one element", PACK_MAX_ELEMENTS, err);
	a = arena_copy(&pack->arena, algorithm, sizeof(*algorithm));
	if (!a || !copied(pack, algorithm->processor, &a->processor) ||
	    !copied(pack, algorithm->style, &a->style))
		return stk_fail_nomem(err);
	a->name = pack_path_normal(&pack->arena, algorithm->name);
	if (!a->name)
		return stk_build_pack_unusable(
			b, algorithm->line, err,
			"'%.200s' is no file in the pack, but leads "
			"out of it",
			algorithm->name);
	a->name = only_copy(pack, a->name);
	if (!a->name)
		return stk_fail_nomem(err);
	r = hold_ram(b, a, err);
	if (r)
		return r;
	a->level = scope->level;
	a->file = STK_PACK_NO_FILE;
	r = pack_list_add(&pack->algorithms, a, err);
	return r ? r : pack_list_add(&scope->algorithms, a, err);
}

/* ---- what a device has ------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_range(struct stk_range a, struct stk_range b)
{
	return a.addr == b.addr && a.len == b.len;
}

static bool memory_supersedes(const void *inner, const void *outer)
{
	const struct stk_pack_memory *i = inner, *o = outer;

	return same_text(i->name, o->name) && same_text(i->processor, o->processor) &&
	       (i->name || same_range(i->range, o->range));
}

static bool algorithm_supersedes(const void *inner, const void *outer)
{
	const struct stk_pack_algorithm *i = inner, *o = outer;

	/* Of one level: another that took the place of an outer one before. */
	return i->level != o->level && same_range(i->range, o->range) &&
	       !strcasecmp(i->style, o->style) &&
	       (!i->processor || same_text(i->processor, o->processor));
}

/*
 * Add the elements of one level to those of the levels around it. One that
 * supersedes an outer one takes its place, so that the order is the document's.
 */
static int inherit(struct pack_list *all, const struct pack_list *level,
		   bool (*supersedes)(const void *inner, const void *outer),
		   struct stk_error *err)
{
	size_t outer = all->count;

	for (size_t i = 0; i < level->count; i++) {
		bool placed = false;

		for (size_t k = 0; k < outer; k++) {
			if (!supersedes(level->item[i], all->item[k]))
				continue;
			if (!placed) {
				all->item[k] = level->item[i];
				placed = true;
				continue;
			}
			memmove(&all->item[k], &all->item[k + 1],
				(--all->count - k) * sizeof(*all->item));
			outer--;
			k--;
		}
		if (!placed && pack_list_add(all, level->item[i], err))
			return -ENOMEM;
	}
	return 0;
}

/* The elements of all scopes in the arena; NULL: out of memory. */
static void *effective(struct stk_pack *pack, bool memories, size_t *ret_count,
		       struct stk_error *err)
{
	struct pack_list all = { 0 };
	void *array = NULL;

	for (size_t i = 0; i < pack->n_scopes; i++) {
		struct pack_scope *s = &pack->scopes[i];

		if (inherit(&all, memories ? &s->memories : &s->algorithms,
			    memories ? memory_supersedes : algorithm_supersedes, err))
			goto out;
	}
	array = arena_copy(&pack->arena, all.item, all.count * sizeof(*all.item));
	if (!array)
		stk_fail_nomem(err);
	*ret_count = all.count;
out:
	free(all.item);
	return array;
}

static void name_device(struct stk_pack *pack, struct stk_pack_device *d)
{
	for (size_t i = 0; i < pack->n_scopes; i++) {
		const struct pack_scope *s = &pack->scopes[i];

		if (s->level == STK_PACK_FAMILY)
			d->family = s->name;
		else if (s->level == STK_PACK_SUB_FAMILY)
			d->sub_family = s->name;
		if (s->vendor)
			d->vendor = s->vendor;
	}
	d->name = pack->scopes[pack->n_scopes - 1].name;
}

static int add_device(struct stk_pack *pack, struct stk_error *err)
{
	struct stk_pack_device *d = arena_alloc(&pack->arena, sizeof(*d));

	if (!d)
		return stk_fail_nomem(err);
	if (pack->devices.count == PACK_MAX_DEVICES)
		return too_many(pack, "devices", PACK_MAX_DEVICES, err);
	name_device(pack, d);
	d->memories = effective(pack, true, &d->n_memories, err);
	d->algorithms = d->memories ? effective(pack, false, &d->n_algorithms, err) : NULL;
	if (!d->algorithms)
		return -ENOMEM;
	if (d->n_memories > PACK_MAX_ELEMENTS || d->n_algorithms > PACK_MAX_ELEMENTS)
		return too_many(pack, "memories or algorithms of one device",
				PACK_MAX_ELEMENTS, err);
	pack->inherited += d->n_memories + d->n_algorithms;
	if (pack->inherited > PACK_MAX_INHERITED)
		return too_many(pack, "memories and algorithms of all devices",
				PACK_MAX_INHERITED, err);
	return pack_list_add(&pack->devices, d, err);
}

int stk_build_pack_leave(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack *pack = b->pack;
	struct pack_scope *s = innermost(pack);
	int r = 0;

	if (!s)
		return stk_fail(err, STK_ORIGIN_INPUT, EINVAL, "pdsc-nesting",
				"'%s': its .pdsc ends an element that did not begin",
				pack->info.path);
	if (s->level == STK_PACK_VARIANT ||
	    (s->level == STK_PACK_DEVICE && s->devices_before == pack->devices.count))
		r = add_device(pack, err);
	free(s->memories.item);
	free(s->algorithms.item);
	pack->n_scopes--;
	return r;
}

/* ---- the end ---------------------------------------------------------- */

int pack_publish(struct stk_pack *pack, struct stk_error *err)
{
	pack->info.findings = pack_findings(pack, &pack->findings);
	pack->info.n_findings = pack->findings.count;
	return pack->info.findings ? 0 : stk_fail_nomem(err);
}

int pack_finish(struct stk_pack *pack, struct stk_error *err)
{
	struct stk_pack_info *info = &pack->info;
	struct stk_pack_device *devices;
	int r;

	if (!info->kind || pack->n_scopes)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "container-incomplete",
				"module container-%s left '%s' half described",
				pack->driver->name, info->path);
	devices = arena_alloc(&pack->arena, (pack->devices.count + 1) * sizeof(*devices));
	if (!devices)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < pack->devices.count; i++)
		devices[i] = *(const struct stk_pack_device *)pack->devices.item[i];
	info->devices = devices;
	info->n_devices = pack->devices.count;
	info->algorithms = (const struct stk_pack_algorithm *const *)pack->algorithms.item;
	info->n_algorithms = pack->algorithms.count;
	r = pack_files(pack, err);
	if (!r)
		r = pack_uses(pack, err);
	return r ? r : pack_publish(pack, err);
}
