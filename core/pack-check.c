/* SPDX-License-Identifier: MIT */
/* What is wrong with a pack: the rules. */
#include "pack-slip.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "0x08000000..0x08020000" */
static const char *span(struct stk_range r, char buf[40])
{
	snprintf(buf, 40, "0x%08" PRIX64 "..0x%08" PRIX64, r.addr, r.addr + r.len);
	return buf;
}

/* ---- files ------------------------------------------------------------ */

/* The file that @a means is called otherwise: case is all that can differ. */
static bool other_case(const struct stk_pack *pack, const struct stk_pack_algorithm *a)
{
	const char *path = pack->info.files[a->file].path;

	return strcmp(path + strlen(pack->base), a->name) ||
	       strncmp(path, pack->base, strlen(pack->base));
}

/* A .pdsc without anything beside it says nothing about its pack's files. */
static bool files_known(const struct stk_pack *pack)
{
	return pack->all_files || pack->info.n_files;
}

static int missing_file(struct slips *c, const struct stk_pack_algorithm *a)
{
	const struct stk_pack *pack = c->pack;
	struct slip s = { .rule = PACK_RULE_MISSING, .a = a->name };

	if (!pack_is_ours(a) || !files_known(pack))
		return 0;
	if (a->file == STK_PACK_NO_FILE)
		return pack_slip(c, s, "line %u of the .pdsc names %.200s", a->line,
				 a->name);
	if (!other_case(pack, a))
		return 0;
	s.rule = PACK_RULE_CASE;
	return pack_slip(c, s,
			 "%.200s is called %.200s in the pack: where the case of names "
			 "matters, as "
			 "on Linux, it is not found",
			 a->name, pack->info.files[a->file].path);
}

static int idle_file(struct slips *c, const struct stk_pack_file *f)
{
	struct slip s = { .rule = PACK_RULE_IDLE, .a = f->path };

	if (f->n_devices || f->n_boards)
		return 0;
	return pack_slip(c, s, "no algorithm of the .pdsc names %.200s", f->path);
}

/* ---- two algorithms --------------------------------------------------- */

static int two_defaults(struct slips *c, const struct stk_pack_algorithm *a,
			const struct stk_pack_algorithm *b)
{
	struct slip s = { .rule = PACK_RULE_TWO_DEFAULTS,
			  .a = a->name,
			  .b = b->name,
			  .range = a->range };
	char at[40];

	if (!a->is_default || !b->is_default ||
	    !stk_range_overlaps(a->range, b->range) || !pack_is_ours(b))
		return 0;
	if (!pack_same_processor(a, b))
		s.rule = PACK_RULE_PROBE_RS;
	if (pack_slip_again(c, &s))
		return 0;
	if (s.rule == PACK_RULE_TWO_DEFAULTS)
		return pack_slip(c, s, "%.150s and %.150s, both for %s", a->name, b->name,
				 span(a->range, at));
	return pack_slip(c, s, "%.150s for %.30s and %.150s for %.30s, both for %s",
			 a->name, a->processor, b->name, b->processor, span(a->range, at));
}

/* The default, where pyOCD takes another of the same range: see pack-hosts.c. */
static int other_of_pyocd(struct slips *c, const struct stk_pack_algorithm *a)
{
	const struct stk_pack_device *d = c->device;
	const struct stk_pack_algorithm *last = a;
	struct slip s = { .rule = PACK_RULE_PYOCD, .a = a->name, .range = a->range };
	char at[40];

	if (!a->is_default || strcasecmp(a->style, "Keil"))
		return 0;
	for (size_t i = 0; i < d->n_algorithms; i++)
		if (d->algorithms[i]->range.addr == a->range.addr &&
		    d->algorithms[i]->range.len == a->range.len &&
		    !strcasecmp(d->algorithms[i]->style, "Keil"))
			last = d->algorithms[i];
	if (last->is_default)
		return 0;
	s.b = last->name;
	return pack_slip(c, s,
			 "%.150s is the default for %s, and %.150s, which is listed later, "
			 "is what pyOCD takes",
			 a->name, span(a->range, at), last->name);
}

/* ---- RAM -------------------------------------------------------------- */

static int ram_place(struct slips *c, const struct stk_pack_algorithm *a)
{
	struct slip s = { .rule = PACK_RULE_NO_RAM, .a = a->name, .range = a->range };
	bool clamped;
	struct stk_range ram = pack_ram(c->pack, c->device, a, &clamped);
	char asked[40], there[40];

	if (!ram.len && a->has_ram_start)
		return pack_slip(c, s,
				 "%.200s shall run at 0x%08" PRIX64 ", where no RAM is",
				 a->name, a->ram.addr);
	if (!ram.len)
		return pack_slip(
			c, s,
			"%.200s has no RAMstart, and no RAM is the default: a host "
			"cannot know where to put it",
			a->name);
	if (!clamped)
		return 0;
	s.rule = PACK_RULE_MORE_RAM;
	return pack_slip(c, s,
			 "%.200s shall have %s, and there is only %s: a host that puts "
			 "the stack or its buffers at the end puts them nowhere",
			 a->name, span((struct stk_range){ ram.addr, a->ram.len }, asked),
			 span(ram, there));
}

static int ram_size(struct slips *c, const struct stk_pack_algorithm *a,
		    const struct pack_facts *f)
{
	struct slip s = { .rule = PACK_RULE_LESS_RAM, .a = a->name, .range = a->range };
	struct stk_range ram = pack_ram(c->pack, c->device, a, NULL);
	uint64_t need = f->ram_size + f->page_size;

	if (!ram.len || need < ram.len)
		return 0;
	return pack_slip(c, s,
			 "%.200s takes %" PRIu64 " bytes for itself and %u for a page of "
			 "data; the %" PRIu64 " bytes of RAM it is given leave nothing for "
			 "a stack",
			 a->name, f->ram_size, f->page_size, ram.len);
}

/* ---- the device table ------------------------------------------------- */

/*
 * A table for more than the .pdsc gives it is usual: one loader serves parts of
 * several sizes. One for less leaves flash that nobody can program.
 */
static int table_range(struct slips *c, const struct stk_pack_algorithm *a,
		       const struct pack_facts *f)
{
	struct slip s = { .rule = PACK_RULE_TABLE, .a = a->name, .range = a->range };
	char own[40], given[40];

	if (!stk_range_valid(f->device) || stk_range_contains(f->device, a->range))
		return 0;
	if (!stk_range_overlaps(f->device, a->range))
		return pack_slip(
			c, s,
			"the device table of %.200s says %s, and the .pdsc gives it %s: "
			"they have nothing in common",
			a->name, span(f->device, own), span(a->range, given));
	return pack_slip(
		c, s,
		"the device table of %.200s says %s, and the .pdsc gives it %s: the rest "
		"cannot be programmed",
		a->name, span(f->device, own), span(a->range, given));
}

/* ---- no default ------------------------------------------------------- */

static bool is_internal(const struct stk_pack_device *device, struct stk_range at)
{
	for (size_t i = 0; i < device->n_memories; i++) {
		const struct stk_pack_memory *m = device->memories[i];

		if (m->is_default && !m->write && stk_range_overlaps(m->range, at))
			return true;
	}
	return false;
}

/* For what is outside the chip, the board decides; inside, somebody should. */
static int no_default(struct slips *c, const struct stk_pack_algorithm *a)
{
	struct slip s = { .rule = PACK_RULE_NO_DEFAULT, .a = a->name, .range = a->range };
	const struct stk_pack_algorithm *first = NULL;
	char at[40];

	if (!is_internal(c->device, a->range))
		return 0;
	for (size_t i = 0; i < c->device->n_algorithms; i++) {
		const struct stk_pack_algorithm *other = c->device->algorithms[i];

		if (!stk_range_overlaps(other->range, a->range) || !pack_is_ours(other))
			continue;
		if (other->is_default)
			return 0;
		first = first ? first : other;
	}
	if (first != a)
		return 0; /* said already */
	return pack_slip(
		c, s,
		"%.200s covers %s, and nothing there is a default: hosts that go by the "
		"specification load none",
		a->name, span(a->range, at));
}

/* ---- all of them ------------------------------------------------------ */

static int check_algorithm(struct slips *c, size_t index)
{
	const struct stk_pack_device *d = c->device;
	const struct stk_pack_algorithm *a = d->algorithms[index];
	const struct pack_facts *f = a->file == STK_PACK_NO_FILE || !c->pack->facts
					     ? NULL
					     : &c->pack->facts[a->file];
	int r = 0;

	if (!pack_is_ours(a))
		return 0;
	for (size_t k = index + 1; k < d->n_algorithms && !r; k++)
		r = two_defaults(c, a, d->algorithms[k]);
	if (!r)
		r = other_of_pyocd(c, a);
	if (!r)
		r = ram_place(c, a);
	if (!r)
		r = no_default(c, a);
	if (!r && f && f->known)
		r = table_range(c, a, f);
	return !r && f && f->known ? ram_size(c, a, f) : r;
}

static int check_device(struct slips *c, const struct stk_pack_device *device)
{
	int r = 0;

	c->device = device;
	for (size_t i = 0; i < device->n_algorithms && !r; i++)
		r = check_algorithm(c, i);
	c->device = NULL;
	return r;
}

int pack_check_device(struct stk_pack *pack, const struct stk_pack_device *device,
		      const struct stk_finding **ret, size_t *ret_count,
		      struct stk_error *err)
{
	struct slips c = { .pack = pack, .err = err };
	struct pack_list findings = { 0 };
	int r = check_device(&c, device);

	for (size_t i = 0; i < device->n_algorithms && !r; i++)
		r = missing_file(&c, device->algorithms[i]);
	if (pack_tell_slips(&c, &findings) && !r)
		r = -ENOMEM;
	*ret = r ? NULL : pack_findings(pack, &findings);
	*ret_count = findings.count;
	free(findings.item);
	return r || *ret ? r : stk_fail_nomem(err);
}

static int check_files(struct slips *c)
{
	const struct stk_pack_info *info = &c->pack->info;
	int r = 0;

	for (size_t i = 0; i < info->n_algorithms && !r; i++)
		r = missing_file(c, info->algorithms[i]);
	/* Which loaders a .pdsc does not name is not known from the .pdsc alone. */
	for (size_t i = 0; i < info->n_files && !r && c->pack->all_files; i++)
		r = idle_file(c, &info->files[i]);
	return r;
}

static int learn(struct stk_pack *pack, const struct stk_loader_info *const *loaders,
		 struct stk_error *err)
{
	pack->facts = arena_alloc(&pack->arena,
				  (pack->info.n_files + 1) * sizeof(*pack->facts));
	if (!pack->facts)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < pack->info.n_files; i++) {
		const struct stk_loader_info *l = loaders[i];

		if (!l || !l->device)
			continue;
		pack->facts[i] = (struct pack_facts){
			.known = true,
			.device = { l->device->start, l->device->size },
			.ram_size = l->ram_size,
			.page_size = l->device->page_size,
		};
	}
	return 0;
}

int stk_pack_check(struct stk_pack *pack, const struct stk_loader_info *const *loaders,
		   struct stk_error *err)
{
	struct slips c = { .pack = pack, .err = err };
	int r;

	if (pack->checked)
		return 0;
	r = learn(pack, loaders, err);
	if (!r)
		r = check_files(&c);
	for (size_t i = 0; i < pack->info.n_devices && !r; i++)
		r = check_device(&c, &pack->info.devices[i]);
	if (pack_tell_slips(&c, &pack->findings) && !r)
		r = -ENOMEM;
	if (!r)
		r = pack_publish(pack, err);
	pack->checked = !r;
	return r;
}
