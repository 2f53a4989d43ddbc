/* SPDX-License-Identifier: MIT */
/* The image by halfwords: what lies where, and what the symbols say of it. */
#include <errno.h>

#include "thumb.h"

bool thumb_grow(void *array, size_t *room, size_t count, size_t size)
{
	void **p = array;
	size_t n = *room ? 2 * *room : 64;
	void *grown;

	if (count < *room)
		return true;
	grown = reallocarray(*p, n, size);
	if (!grown)
		return false;
	*p = grown;
	*room = n;
	return true;
}

static void add_piece(struct thumb *t, const struct stk_chunk *c)
{
	uint64_t room = MAX_IMAGE - 2 * (uint64_t)t->n_slots;
	uint64_t len = c->len < room ? c->len : room;
	uint64_t skip = c->addr & 1;	/* code begins at even addresses */
	struct thumb_piece p;

	if (c->addr > UINT32_MAX || len <= skip)
		return;
	if (len > UINT32_MAX - c->addr)
		len = UINT32_MAX - c->addr;
	p = (struct thumb_piece){
		.addr = (uint32_t)(c->addr + skip), .first = t->n_slots,
		.slots = (uint32_t)((len - skip) / 2), .data = c->data + skip,
		.len = (uint32_t)(len - skip),
	};
	t->n_slots += p.slots;
	t->pieces[t->n_pieces++] = p;
}

int thumb_map(struct thumb *t, const struct stk_code_input *in, struct stk_error *err)
{
	size_t n;

	t->in = in;
	t->pieces = calloc(in->n_chunks + 1, sizeof(*t->pieces));
	if (!t->pieces)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < in->n_chunks; i++)
		add_piece(t, &in->chunks[i]);
	n = (size_t)t->n_slots + 1;
	t->mark = calloc(n, sizeof(*t->mark));
	t->owner = calloc(n, sizeof(*t->owner));
	t->home = calloc(n, sizeof(*t->home));
	t->leader = calloc(n, sizeof(*t->leader));
	if (!t->mark || !t->owner || !t->home || !t->leader)
		return stk_fail_nomem(err);
	return 0;
}

void thumb_free(struct thumb *t)
{
	free(t->pieces);
	free(t->mark);
	free(t->owner);
	free(t->home);
	free(t->leader);
	free(t->functions);
	free(t->starts);
	free(t->insns);
	free(t->tables);
	free(t->edges);
	free(t->states);
	free(t->visits);
	free(t->queue);
	free(t->work);
}

/* The piece that holds @addr; they ascend. */
static const struct thumb_piece *piece_of(const struct thumb *t, uint32_t addr)
{
	size_t low = 0, high = t->n_pieces;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct thumb_piece *p = &t->pieces[middle];

		if (addr < p->addr)
			high = middle;
		else if (addr - p->addr >= p->len)
			low = middle + 1;
		else
			return p;
	}
	return NULL;
}

uint32_t thumb_slot(const struct thumb *t, uint32_t addr)
{
	const struct thumb_piece *p = addr & 1 ? NULL : piece_of(t, addr);

	if (!p || (addr - p->addr) / 2 >= p->slots)
		return SLOT_NONE;
	return p->first + (addr - p->addr) / 2;
}

bool thumb_read(const struct thumb *t, uint32_t addr, unsigned int size, uint32_t *ret)
{
	const struct thumb_piece *p = piece_of(t, addr);
	uint32_t v = 0;

	if (!p || p->len - (addr - p->addr) < size)
		return false;
	for (unsigned int i = 0; i < size; i++)
		v |= (uint32_t)p->data[addr - p->addr + i] << 8 * i;
	*ret = v;
	return true;
}

bool thumb_read_only(const struct thumb *t, uint32_t addr)
{
	const struct stk_loader_info *l = t->in->loader;

	for (size_t i = 0; i < l->n_segments; i++) {
		const struct stk_segment *s = &l->segments[i];

		if (addr >= s->vaddr && addr - s->vaddr < s->mem_size)
			return !s->w;
	}
	return false;
}

bool thumb_in_image(const struct thumb *t, uint32_t v)
{
	const struct stk_loader_info *l = t->in->loader;

	return !l->position_independent && v >= l->link_address &&
	       v - l->link_address <= l->ram_size;
}

struct insn thumb_insn(const struct thumb *t, uint32_t addr)
{
	uint32_t first, second = 0;

	if (!thumb_read(t, addr, 2, &first) ||
	    (insn_size((uint16_t)first) == 4 && !thumb_read(t, addr + 2, 2, &second)))
		return insn_blank(0, 0, INSN_UNDEFINED);
	return insn_decode(addr, (uint16_t)first, (uint16_t)second);
}
