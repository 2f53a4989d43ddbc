/* SPDX-License-Identifier: MIT */
/*
 * A loader's place in RAM, as the host profile wants it. Free RAM is a list of
 * ranges; image, trap, static base, stack and buffer are taken from it in turn.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "layout.h"
#include "loader.h"

/*
 * RAM behind R9 for loaders that are built for a static base but bring no
 * data section: some write to [R9+4] (seen in public H7 loaders).
 */
#define SCRATCH_BYTES	64
#define IMAGE_ALIGN	32
#define BUFFER_ALIGN	8
#define BUFFER_MOST	(128u << 10)
#define BUFFER_LEAST	256

struct free_ram {
	struct stk_range r[LAYOUT_FREE_MAX];
	size_t n;
};

static uint64_t align_up(uint64_t v, uint64_t align)
{
	return (v + align - 1) / align * align;
}

static void free_add(struct free_ram *f, struct stk_range r)
{
	if (r.len && f->n < LAYOUT_FREE_MAX)
		f->r[f->n++] = r;
}

/* Cut @used out of the free ranges; the order of preference stays. */
static void free_remove(struct free_ram *f, struct stk_range used)
{
	struct free_ram out = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		struct stk_range r = f->r[i];

		if (!stk_range_overlaps(r, used)) {
			free_add(&out, r);
			continue;
		}
		if (used.addr > r.addr)
			free_add(&out, (struct stk_range){ r.addr, used.addr - r.addr });
		if (stk_range_end(used) < stk_range_end(r))
			free_add(&out, (struct stk_range){ stk_range_end(used),
							   stk_range_end(r) -
								   stk_range_end(used) });
	}
	*f = out;
}

/* Take @len bytes, at or after @from if there is room, else anywhere. */
static bool free_take(struct free_ram *f, uint64_t from, uint64_t len, uint64_t align,
		      struct stk_range *ret)
{
	for (int anywhere = 0; anywhere < 2; anywhere++) {
		for (size_t i = 0; i < f->n; i++) {
			struct stk_range r = f->r[i], want;

			if (!anywhere && stk_range_end(r) <= from)
				continue;
			want.addr = !anywhere && r.addr < from ? from : r.addr;
			want.addr = align_up(want.addr, align);
			want.len = len;
			if (stk_range_contains(r, want)) {
				free_remove(f, want);
				*ret = want;
				return true;
			}
		}
	}
	return false;
}

static struct stk_range free_largest(const struct free_ram *f, uint64_t align)
{
	struct stk_range best = { 0, 0 };

	for (size_t i = 0; i < f->n; i++) {
		uint64_t start = align_up(f->r[i].addr, align);
		uint64_t lost = start - f->r[i].addr;

		if (f->r[i].len > lost && f->r[i].len - lost > best.len)
			best = (struct stk_range){ start, f->r[i].len - lost };
	}
	return best;
}

/* ---- the parts -------------------------------------------------------- */

static bool image_fits(const struct loader_chunk *chunk, size_t n, uint64_t bias,
		       const struct free_ram *f)
{
	for (size_t i = 0; i < n; i++) {
		struct stk_range r = { chunk[i].addr + bias, chunk[i].mem_len };
		bool inside = false;

		for (size_t j = 0; j < f->n; j++)
			inside |= stk_range_contains(f->r[j], r);
		if (!inside)
			return false;
	}
	return true;
}

static uint64_t ram_total(const struct free_ram *f)
{
	uint64_t total = 0;

	for (size_t i = 0; i < f->n; i++)
		total += f->r[i].len;
	return total;
}

static int no_room(const struct stk_loader_info *info, const struct stk_host *host,
		   const struct free_ram *ram, const char *what, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOSPC, "ram-too-small",
			"'%s' needs %" PRIu64 " bytes of RAM for its image, at least %u for "
			"the stack and a page of %u for data; the RAM that a loader can use "
			"has %" PRIu64 " bytes, and there is no room for the %s",
			info->path, info->ram_size, host->stack_min,
			info->device->page_size, ram_total(ram), what);
}

static int wrong_place(const struct stk_loader_info *info, const struct stk_host *host,
		       struct stk_error *err)
{
	const uint64_t start = info->link_address + host->load_offset;

	return stk_fail(err, STK_ORIGIN_INPUT, EFAULT, "ram-wrong-place",
			"'%s' is %s for RAM at 0x%08" PRIx64 " to 0x%08" PRIx64
			", where this chip has none; %s",
			info->path, host->load_offset ? "moved by the host" : "linked",
			start, start + info->ram_size,
			host->load_offset ? "it cannot run under it" :
					    "the loader is for another chip");
}

/* Move a position-independent image to the preferred RAM; a fixed one stays. */
static int place_image(const struct stk_loader *loader, const struct stk_host *host,
		       struct free_ram *f, struct layout *l, struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	const struct free_ram ram = *f;
	size_t n;
	const struct loader_chunk *chunk = loader_image(loader, &n);
	uint64_t end = 0;

	if (info->position_independent) {
		struct stk_range room;

		if (!free_take(f, 0, IMAGE_ALIGN + info->ram_size, IMAGE_ALIGN, &room))
			return no_room(info, host, &ram, "image", err);
		*f = ram;
		l->bias = room.addr + IMAGE_ALIGN - info->link_address;
	} else {
		l->bias = host->load_offset;
		if (!image_fits(chunk, n, l->bias, f))
			return wrong_place(info, host, err);
	}
	l->image.addr = info->link_address + l->bias;
	for (size_t i = 0; i < n; i++) {
		struct stk_range r = { chunk[i].addr + l->bias, chunk[i].mem_len };

		free_remove(f, r);
		if (stk_range_end(r) > end)
			end = stk_range_end(r);
	}
	l->image.len = end - l->image.addr;
	return 0;
}

static bool place_trap(const struct stk_host *host, struct free_ram *f, struct layout *l)
{
	struct stk_range r = { l->image.addr - LAYOUT_TRAP_BYTES, LAYOUT_TRAP_BYTES };

	if (host->trap == HOST_TRAP_LINK_PAGE) {
		/* Whatever is there: that is what this host does. */
		l->trap = l->image.addr & ~(uint64_t)(LAYOUT_LINK_PAGE - 1);
		free_remove(f, (struct stk_range){ l->trap, LAYOUT_TRAP_BYTES });
		return true;
	}
	for (size_t i = 0; i < f->n; i++) {
		if (!(r.addr & 3) && stk_range_contains(f->r[i], r)) {
			free_remove(f, r);
			l->trap = r.addr;
			return true;
		}
	}
	if (!free_take(f, 0, LAYOUT_TRAP_BYTES, LAYOUT_TRAP_BYTES, &r))
		return false;
	l->trap = r.addr;
	return true;
}

static bool place_static_base(const struct stk_loader_info *info,
			      const struct stk_host *host, struct free_ram *f,
			      struct layout *l)
{
	if (!host->static_base)
		return true;
	if (info->has_static_base) {
		l->static_base = (uint32_t)(info->static_base + l->bias);
		return true;
	}
	if (!free_take(f, stk_range_end(l->image), SCRATCH_BYTES, 8, &l->scratch))
		return false;
	l->static_base = (uint32_t)l->scratch.addr;
	return true;
}

/* As much stack as wanted, less if the buffer would get too small. */
static bool place_stack(const struct stk_host *host, uint64_t buffer_least,
			struct free_ram *f, struct layout *l)
{
	uint64_t align = host->stack_aligned ? 8 : 4;

	for (uint64_t size = host->stack_bytes; size >= host->stack_min; size /= 2) {
		struct free_ram rest = *f;
		struct stk_range r;

		if (!free_take(&rest, stk_range_end(l->image), host->guard_bytes + size,
			       align, &r) ||
		    free_largest(&rest, BUFFER_ALIGN).len < buffer_least)
			continue;
		*f = rest;
		l->guard = (struct stk_range){ r.addr, host->guard_bytes };
		l->stack = (struct stk_range){ r.addr + host->guard_bytes, size };
		l->sp = (uint32_t)stk_range_end(l->stack);
		l->buffer = free_largest(f, BUFFER_ALIGN);
		return true;
	}
	return false;
}

static void trim_buffer(const struct stk_loader_info *info, struct layout *l)
{
	uint32_t page = info->device->page_size;

	if (l->buffer.len > BUFFER_MOST)
		l->buffer.len = BUFFER_MOST;
	if (page && l->buffer.len > page)
		l->buffer.len -= l->buffer.len % page;
	l->page[0] = l->buffer.addr;
	l->n_pages = 1;
}

/*
 * The stack where the image ends, the data above it and a word that is left free;
 * nothing elsewhere will do.
 */
static bool place_above(const struct stk_host *host, uint64_t buffer_least,
			const struct free_ram *f, struct layout *l)
{
	uint64_t start = align_up(stk_range_end(l->image), host->stack_aligned ? 8 : 4);
	uint64_t sp = start + host->stack_bytes;
	uint64_t data = align_up(sp + 4, host->buffer_align);
	struct stk_range least = { start, data + buffer_least - start };

	for (size_t i = 0; i < f->n; i++) {
		if (!stk_range_contains(f->r[i], least))
			continue;
		l->stack = (struct stk_range){ start, host->stack_bytes };
		l->sp = (uint32_t)sp;
		l->buffer = (struct stk_range){ data, stk_range_end(f->r[i]) - data };
		return true;
	}
	return false;
}

uint32_t layout_page(const struct stk_host *host, const struct stk_device *device)
{
	uint64_t page = device->page_size;

	if (page > host->page_too_small || !device->n_regions)
		return (uint32_t)page;
	page = device->regions[0].size;
	for (size_t i = 1; i < device->n_regions; i++) {
		if (device->regions[i].size < page)
			page = device->regions[i].size;
	}
	return (uint32_t)page;
}

static int check_host(const struct stk_loader_info *info, const struct stk_host *host,
		      struct stk_error *err)
{
	if (host_takes(&host->info, info->format))
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, ENOTSUP, "host-format",
			"the host '%s' runs no loaders like '%s', but those of the formats %s",
			host->info.name, info->path, host->info.formats);
}

int layout_in(const struct stk_loader *loader, const struct stk_range *ram, size_t n,
	      const struct stk_host *host, struct layout *ret, struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	struct free_ram f = { .n = 0 }, all;
	struct layout l = { .bias = 0 };
	uint64_t least = BUFFER_LEAST;
	int r = check_host(info, host, err);

	if (r)
		return r;
	if (host->place != HOST_PLACE_ROOM && host->place != HOST_PLACE_ABOVE_IMAGE)
		return layout_region(loader, n ? ram[0] : (struct stk_range){ 0, 0 }, host,
				     ret, err);
	for (size_t i = 0; i < n; i++)
		free_add(&f, ram[i]);
	all = f;
	/* A page-limited format cannot be given less than a page. */
	if (loader_format(loader)->page_limited && info->device->page_size > least)
		least = info->device->page_size;
	r = place_image(loader, host, &f, &l, err);
	if (r)
		return r;
	if (!place_trap(host, &f, &l))
		return no_room(info, host, &all, "return trap", err);
	if (!place_static_base(info, host, &f, &l))
		return no_room(info, host, &all, "static base", err);
	if (!(host->place == HOST_PLACE_ABOVE_IMAGE ? place_above(host, least, &f, &l) :
						      place_stack(host, least, &f, &l)))
		return no_room(info, host, &all, "stack and data buffer", err);
	trim_buffer(info, &l);
	*ret = l;
	return 0;
}

int layout_make(const struct stk_loader *loader, const struct stk_target *target,
		const struct stk_host *host, struct layout *ret, struct stk_error *err)
{
	bool all = !stk_loader_info(loader)->position_independent;
	stk_cleanup(freep) struct stk_range *ram = NULL;
	size_t n;
	int r = target_ram(target, all, &ram, &n, err);

	return r ? r : layout_in(loader, ram, n, host, ret, err);
}
