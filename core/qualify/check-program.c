/* SPDX-License-Identifier: MIT */
/* Programming: every length and address that hosts may ask for. */
#include "core.h"

#include <inttypes.h>

#include "checks.h"

/* StorageInfo's type of a loader for internal flash: hosts align what they send. */
#define TYPE_MCU_FLASH	1

/* Program @range, which is blank; look at it and around it. */
static int program(struct trial *t, struct stk_range range, enum stk_check_result result,
		   bool *ret_ok, struct stk_error *err)
{
	struct stk_request req;
	int r = trial_program(t, range, &req, err);

	trial_case(t);
	if (!r)
		r = trial_must(t, &req, result, ret_ok, err);
	return r || !*ret_ok ? r : trial_expect(t, range, SYMPTOM_MISMATCH, result, err);
}

/* Blank again, so that the next case may be anywhere. */
static int blank_part(struct trial *t, struct stk_range range, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	int r = 0;

	for (size_t i = 0; i < p->n_sectors && !r; i++) {
		if (stk_range_overlaps(p->sectors[i], range))
			r = trial_blank(t, p->sectors[i], err);
	}
	return r;
}

static bool on_device(const struct trial *t, struct stk_range range)
{
	const struct places *p = trial_places(t);

	for (size_t i = 0; i < p->n_parts; i++) {
		if (stk_range_contains(p->parts[i], range))
			return true;
	}
	return false;
}

/* ---- whole pages ---------------------------------------------------------------- */

/* One piece as hosts send it, of which the sector holds at least a part. */
static struct stk_range piece_at(const struct trial *t, uint64_t addr)
{
	const struct stk_device *d = trial_device(t);
	uint64_t page = t->q->format->page_limited && d->page_size ? d->page_size : 0;
	struct stk_range piece = { addr, trial_chunk(t) };

	if (page)
		piece.addr = d->start + (addr - d->start) / page * page;
	return piece;
}

static int program_piece(struct trial *t, size_t sector, uint64_t addr,
			 struct stk_error *err)
{
	struct stk_sector_trial *told = &t->q->sectors[sector];
	struct stk_range piece = piece_at(t, addr);
	uint64_t failed = t->check->failed;
	bool ok;
	int r;

	if (!t->q->format->page_limited && piece.len > stk_range_end(told->range) - addr)
		piece.len = stk_range_end(told->range) - addr;
	if (!on_device(t, piece))
		return 0;
	r = program(t, piece, STK_CHECK_FAIL, &ok, err);
	if (r)
		return r;
	told->program_good = (!told->program_tried || told->program_good) &&
			     t->check->failed == failed;
	told->program_tried = true;
	told->program_ns += t->bench.session.last.ns;
	return t->over ? 0 : blank_part(t, piece, err);
}

/* The first piece of each sector, and the last. */
int check_program_pages(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	int r = trial_open(t, err);

	for (size_t i = 0; i < p->n_tried && !r && !t->over; i++) {
		struct stk_range s = p->sectors[p->tried[i]];
		uint64_t step = trial_chunk(t), last = s.addr;

		if (step && s.len > step)
			last += (s.len - 1) / step * step;
		r = program_piece(t, p->tried[i], s.addr, err);
		if (!r && !t->over && last != s.addr)
			r = program_piece(t, p->tried[i], last, err);
	}
	return r;
}

/* Keil's host and ours send the last page as it is. */
int check_program_short(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	uint64_t page, at = p->sectors[p->tried[p->n_tried - 1]].addr;
	uint64_t lengths[] = { 0, 0, 64, 32, 16, 8, 4, 2, 1 };
	int r = trial_open(t, err);

	page = r ? 0 : trial_chunk(t);
	lengths[0] = page / 2;
	lengths[1] = page > 8 ? page - 8 : 0;
	for (size_t i = 0; i < ARRAY_SIZE(lengths) && !r && !t->over; i++) {
		struct stk_range piece = { piece_at(t, at).addr, lengths[i] };
		bool ok;

		if (!lengths[i] || lengths[i] >= page || !on_device(t, piece))
			continue;
		r = program(t, piece, STK_CHECK_WEAK, &ok, err);
		if (!r && !t->over)
			r = blank_part(t, piece, err);
	}
	return r;
}

/* ---- any length ------------------------------------------------------------------- */

static enum stk_check_result if_odd(const struct trial *t)
{
	return trial_device(t)->type == TYPE_MCU_FLASH ? STK_CHECK_WEAK : STK_CHECK_FAIL;
}

/* A case that writes across @border, if the device goes on there. */
static int program_at(struct trial *t, struct stk_range range, struct stk_error *err)
{
	bool ok;
	int r;

	if (!on_device(t, range))
		return 0;
	r = program(t, range, if_odd(t), &ok, err);
	return r || t->over ? r : blank_part(t, range, err);
}

int check_program_any(struct trial *t, struct stk_error *err)
{
	static const uint16_t lengths[] = { 1,	2,  3,	4,  5,	6,   7,	  8,   9,   11,
					    15, 16, 17, 31, 33, 127, 255, 256, 257, 1021 };
	static const uint16_t offsets[] = { 0, 1, 2, 3, 5, 7, 13, 254 };
	const struct places *p = trial_places(t);
	uint64_t at = p->sectors[p->tried[p->n_tried / 2]].addr;
	uint64_t most;
	int r = trial_open(t, err);

	most = r ? 0 : trial_chunk(t);
	for (size_t i = 0; i < ARRAY_SIZE(lengths) && !r && !t->over; i++) {
		for (size_t k = 0; k < 2 && !r && !t->over; k++) {
			uint16_t offset = offsets[(i + 3 * k) % ARRAY_SIZE(offsets)];

			if (lengths[i] <= most)
				r = program_at(t, (struct stk_range){ at + offset,
								      lengths[i] }, err);
		}
	}
	return r;
}

int check_program_borders(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	uint32_t page = trial_device(t)->page_size;
	int r = trial_open(t, err);

	for (size_t i = 0; i < p->n_tried && !r && !t->over; i++) {
		uint64_t start = p->sectors[p->tried[i]].addr;

		/* Of a small device every sector is tried: some borders will do. */
		if (i > 16 && i + 2 < p->n_tried)
			continue;
		if (start - p->area.addr >= 8)
			r = program_at(t, (struct stk_range){ start - 8, 16 }, err);
		if (!r && !t->over && page && trial_chunk(t) > 2 * page)
			r = program_at(t, (struct stk_range){ start + page - 4,
							      page + 8 }, err);
	}
	return r;
}

int check_program_last(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	uint64_t end = stk_range_end(p->area);
	struct stk_range piece;
	bool ok;
	int r = trial_open(t, err);

	if (r)
		return r;
	if (t->q->format->page_limited) {
		piece = piece_at(t, end - 1);
		if (!on_device(t, piece))
			piece.len = end - piece.addr;
		return on_device(t, piece) ? program(t, piece, STK_CHECK_FAIL, &ok, err) : 0;
	}
	r = program_at(t, (struct stk_range){ end - 16, 16 }, err);
	return r || t->over ? r : program_at(t, (struct stk_range){ end - 1, 1 }, err);
}

/* ---- what no host should ask for ------------------------------------------------------ */

int check_program_nothing(struct trial *t, struct stk_error *err)
{
	struct stk_request req;
	bool ok;
	int r = trial_open(t, err);

	trial_case(t);
	if (r)
		return r;
	req = (struct stk_request){
		.op = STK_OP_PROGRAM,
		.addr = trial_places(t)->area.addr,
		.buffer = t->bench.session.layout.buffer.addr,
	};
	r = trial_do(t, &req, &ok, err);
	if (r)
		return r;
	if (t->over)
		return trial_call_wrong(t, STK_CHECK_WEAK, err);
	return trial_expect_all(t, SYMPTOM_NEIGHBOUR, STK_CHECK_WEAK, err);
}

/* Bits that are 0 cannot become 1: success was not possible. */
int check_program_over(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	struct stk_range piece;
	struct stk_request req;
	bool ok;
	int r = trial_open_filled(t, err);

	trial_case(t);
	if (r)
		return r;
	piece = piece_at(t, p->sectors[p->tried[0]].addr);
	if (!t->q->format->page_limited)
		piece.len = p->sectors[p->tried[0]].len < 256 ? 1 : 256;
	if (!on_device(t, piece)) {
		trial_skip(t, "no page lies in the chip's part of the device");
		return 0;
	}
	r = trial_program(t, piece, &req, err);
	if (!r)
		r = trial_do(t, &req, &ok, err);
	if (r || !ok)
		return r || !t->over ? r : trial_call_wrong(t, STK_CHECK_WEAK, err);
	return trial_expect_inside(t, piece, SYMPTOM_MISMATCH, STK_CHECK_WEAK, err);
}
