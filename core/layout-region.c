/* SPDX-License-Identifier: MIT */
/*
 * A loader's place under hosts that move it into one RAM and count on from
 * there: image, page buffers and stack touch each other as they do there.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>

#include "layout.h"
#include "loader.h"

#define STACK_ALIGN	8
#define WORD		4

struct region {
	const struct stk_host *host;
	uint64_t start, end;		/* of the RAM */
	uint64_t image, page;		/* bytes */
};

static uint64_t align_up(uint64_t v, uint64_t align)
{
	return (v + align - 1) / align * align;
}

static uint64_t align_down(uint64_t v, uint64_t align)
{
	return v - v % align;
}

static uint64_t buffer_align(const struct region *r)
{
	return r->host->buffer_align ? r->host->buffer_align : WORD;
}

/* Header, image and @n page buffers from @at up; false: they do not end below @end. */
static bool upwards(const struct region *r, uint64_t at, uint64_t end, unsigned int n,
		    struct layout *l)
{
	uint64_t image = at + r->host->header_bytes;
	uint64_t pages = align_up(image + r->image, buffer_align(r));

	if (pages + n * r->page > end)
		return false;
	l->image = (struct stk_range){ image, r->image };
	l->buffer = (struct stk_range){ pages, n * r->page };
	l->n_pages = n;
	for (unsigned int i = 0; i < n; i++)
		l->page[i] = pages + i * r->page;
	return true;
}

/* From the stack's lowest address to where SP begins. */
static bool stack(const struct region *r, uint64_t low, uint64_t sp, struct layout *l)
{
	if (sp < low || sp - low < r->host->stack_min)
		return false;
	if (sp - low > r->host->stack_bytes)
		low = sp - r->host->stack_bytes;
	l->stack = (struct stk_range){ low, sp - low };
	l->sp = (uint32_t)sp;
	return true;
}

static bool stack_first(const struct region *r, unsigned int n, struct layout *l)
{
	uint64_t sp = r->start + r->host->stack_bytes;

	return upwards(r, sp, r->end, n, l) && stack(r, r->start, sp, l);
}

static bool image_first(const struct region *r, unsigned int n, struct layout *l)
{
	uint64_t low, room;

	if (!upwards(r, r->start, r->end, n, l))
		return false;
	low = align_up(stk_range_end(l->buffer), STACK_ALIGN);
	room = low < r->end ? align_down(r->end - low, STACK_ALIGN) : 0;
	return stack(r, low, low + (room < r->host->stack_bytes ? room :
							  r->host->stack_bytes), l);
}

static bool stack_last(const struct region *r, unsigned int n, struct layout *l)
{
	return upwards(r, r->start, r->end, n, l) &&
	       stack(r, align_up(stk_range_end(l->buffer), WORD), r->end, l);
}

static bool top_down(const struct region *r, unsigned int n, struct layout *l)
{
	uint64_t need = r->host->header_bytes + align_up(r->image, WORD);
	uint64_t at = r->end - need;

	if (need + n * (r->page + buffer_align(r)) > r->end - r->start)
		return false;
	l->image = (struct stk_range){ at + r->host->header_bytes, r->image };
	for (unsigned int i = 0; i < n; i++) {
		at = align_down(at - r->page, buffer_align(r));
		l->page[i] = at;
	}
	l->n_pages = n;
	l->buffer = (struct stk_range){ at, l->page[0] + r->page - at };
	return stack(r, r->start, at, l);
}

static bool place(const struct region *r, struct layout *l)
{
	static bool (*const how[])(const struct region *r, unsigned int n,
				   struct layout *l) = {
		[HOST_PLACE_STACK_FIRST] = stack_first,
		[HOST_PLACE_IMAGE_FIRST] = image_first,
		[HOST_PLACE_STACK_LAST] = stack_last,
		[HOST_PLACE_TOP_DOWN] = top_down,
	};
	unsigned int most = r->host->page_buffers > 1 ? 2 : 1;

	/* Two page buffers where there is room for them. */
	return how[r->host->place](r, most, l) || how[r->host->place](r, 1, l);
}

int layout_region(const struct stk_loader *loader, struct stk_range ram,
		  const struct stk_host *host, struct layout *ret, struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	struct region r = {
		.host = host, .start = ram.addr, .end = stk_range_end(ram),
		.image = info->ram_size, .page = layout_page(host, info->device),
	};
	struct layout l = { .bias = 0 };

	if (r.image > ram.len || r.page > ram.len || !place(&r, &l))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOSPC, "ram-too-small",
				"'%s' needs %" PRIu64 " bytes of RAM for its image, %u for a "
				"header, %u for the stack and %" PRIu64 " for a page under %s; "
				"the RAM at 0x%08" PRIx64 " has %" PRIu64,
				info->path, info->ram_size, host->header_bytes,
				host->stack_min, r.page, host->info.name, ram.addr, ram.len);
	l.trap = l.image.addr - host->header_bytes;
	l.bias = l.image.addr - info->link_address;
	l.static_base = (uint32_t)(info->has_static_base ? info->static_base + l.bias :
							   stk_range_end(l.image));
	*ret = l;
	return 0;
}
