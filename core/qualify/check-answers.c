/* SPDX-License-Identifier: MIT */
/* What the loader says is in the cells, against what is. */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "checks.h"

#define PIECE	256u

/* Pieces at both ends of the device and in between; of whole words. */
static size_t pieces(const struct trial *t, struct stk_range ret[3])
{
	const struct places *p = trial_places(t);
	const size_t at[] = { 0, p->n_tried / 2, p->n_tried - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		struct stk_range s = p->sectors[p->tried[at[i]]];
		uint64_t len = s.len < PIECE ? s.len : PIECE;

		/* The last one ends where the device does. */
		ret[i].addr = i + 1 < ARRAY_SIZE(at) ? s.addr : stk_range_end(s) - len;
		ret[i].len = len;
	}
	return p->n_tried > 1 ? ARRAY_SIZE(at) : 1;
}

static uint32_t sum_of(const struct trial *t, struct stk_range range)
{
	const uint8_t *bytes = trial_want(t, range.addr);
	uint32_t sum = 0;

	for (uint64_t i = 0; i < range.len; i++)
		sum += bytes[i];
	return sum;
}

/* ---- Verify --------------------------------------------------------------------------- */

static struct stk_request verify_request(const struct trial *t, struct stk_range range)
{
	return (struct stk_request){
		.op = STK_OP_VERIFY,
		.addr = range.addr,
		.len = range.len,
		.buffer = t->bench.session.layout.buffer.addr,
		.has_byte_sum = true,
		.byte_sum = sum_of(t, range),
	};
}

static int verify_equal(struct trial *t, struct stk_range range, struct stk_error *err)
{
	struct stk_request req = verify_request(t, range);
	bool ok;
	int r = trial_buffer(t, range, err);

	trial_case(t);
	if (!r)
		r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);
	if (r || !ok || !t->bench.session.last.doubtful)
		return r;
	return trial_call_wrong(t, STK_CHECK_WEAK, err);
}

int check_verify_equal(struct trial *t, struct stk_error *err)
{
	struct stk_range range[3];
	size_t n = pieces(t, range);
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < n && !r && !t->over; i++)
		r = verify_equal(t, range[i], err);
	return r;
}

/* One bit of the buffer's byte @at is not what the cells hold. */
static int verify_changed(struct trial *t, struct stk_range range, uint64_t at, bool *ret_ok,
			  struct stk_error *err)
{
	struct stk_request req = verify_request(t, range);
	uint8_t byte = *trial_want(t, range.addr + at) ^ 1;
	struct stk_target *target = t->bench.target;
	int r = trial_buffer(t, range, err);

	if (!r)
		r = target->ops.write(target->priv, req.buffer + at, &byte, 1, err);
	return r ? r : trial_do(t, &req, ret_ok, err);
}

/* probe-rs and Keil compare through the Verify of an algorithm: its word counts there. */
static int verify_different(struct trial *t, struct stk_range range, uint64_t at,
			    struct stk_error *err)
{
	/*
	 * Hosts act on what an FLM's says: one that sees nothing hides a write that
	 * failed. One that misses the last byte, as ST's do, hides nothing of a
	 * write that went well: they return the address after the difference.
	 */
	bool last = at == range.len - 1;
	enum stk_check_result result = t->q->format->phased && !last ? STK_CHECK_FAIL :
								       STK_CHECK_WEAK;
	char call[128];
	bool ok;
	int r = verify_changed(t, range, at, &ok, err);

	trial_case(t);
	if (r)
		return r;
	if (t->over)
		return trial_call_wrong(t, STK_CHECK_FAIL, err);
	if (!ok || t->bench.session.last.doubtful)
		return 0;
	outcome_text(&t->bench.session.last, call, sizeof(call));
	return trial_wrong(t, result, NULL, err,
			   "%s %s, though one bit of 0x%08" PRIx64 " differs", call,
			   t->bench.session.last.meaning, range.addr + at);
}

static int each_byte(struct trial *t,
		     int (*one)(struct trial *t, struct stk_range range, uint64_t at,
				struct stk_error *err),
		     struct stk_error *err)
{
	struct stk_range range[3];
	size_t n = pieces(t, range);
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < n && !r; i++) {
		const uint64_t len = range[i].len;
		const uint64_t at[] = { 0, len > 1 ? len / 2 | 1 : 0, len - 1 };

		for (size_t k = 0; k < ARRAY_SIZE(at) && !r && !t->over; k++)
			r = one(t, range[i], at[k], err);
	}
	return r;
}

int check_verify_different(struct trial *t, struct stk_error *err)
{
	return each_byte(t, verify_different, err);
}

static int verify_address(struct trial *t, struct stk_range range, uint64_t at,
			  struct stk_error *err)
{
	uint32_t want = (uint32_t)(range.addr + at), got;
	char call[128];
	bool ok;
	int r = verify_changed(t, range, at, &ok, err);

	trial_case(t);
	if (r || ok)
		return r;
	got = t->bench.session.last.regs.r[0];
	if (t->over || got == want)
		return 0;
	outcome_text(&t->bench.session.last, call, sizeof(call));
	/* ST's template returns the address after, plus how many were equal. */
	return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
			   "%s returned 0x%08x where 0x%08x differs%s", call, got, want,
			   got == range.addr + 2 * at + 1 ?
				   ": the offset counted twice, as in ST's template" : "");
}

int check_verify_address(struct trial *t, struct stk_error *err)
{
	return each_byte(t, verify_address, err);
}

/* ---- sums and blanks ------------------------------------------------------------------ */

static int checksum(struct trial *t, struct stk_range range, struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_CHECKSUM,
		.addr = range.addr,
		.len = range.len,
		.has_byte_sum = true,
		.byte_sum = sum_of(t, range),
	};
	bool ok;

	trial_case(t);
	return trial_must(t, &req, STK_CHECK_WEAK, &ok, err);
}

int check_checksum(struct trial *t, struct stk_error *err)
{
	struct stk_range range[3];
	size_t n = pieces(t, range);
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < n && !r && !t->over; i++) {
		r = checksum(t, range[i], err);
		if (!r && !t->over && range[i].len > 2)
			r = checksum(t, (struct stk_range){ range[i].addr + 1,
							    range[i].len - 2 }, err);
	}
	return r;
}

static int ask_blank(struct trial *t, struct stk_range range, bool *ret_ok,
		     struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_BLANK_CHECK,
		.addr = range.addr,
		.len = range.len,
	};
	int r = trial_do(t, &req, ret_ok, err);

	trial_case(t);
	return r || !t->over ? r : trial_call_wrong(t, STK_CHECK_FAIL, err);
}

/* Hosts erase what is said not to be blank: time is lost, nothing else. */
int check_blank(struct trial *t, struct stk_error *err)
{
	struct stk_range range[3];
	size_t n = pieces(t, range);
	bool ok;
	int r = trial_open(t, err);

	for (size_t i = 0; i < n && !r && !t->over; i++) {
		r = ask_blank(t, range[i], &ok, err);
		if (!r && !ok && !t->over)
			r = trial_call_wrong(t, STK_CHECK_WEAK, err);
	}
	return r;
}

/* Hosts do not erase what is said to be blank, and program over it. */
static int not_blank(struct trial *t, struct stk_range range, uint64_t at,
		     struct stk_error *err)
{
	struct stk_range one = { range.addr + at, 1 };
	char call[128];
	bool ok;
	int r = trial_blank(t, range, err);

	*trial_want(t, one.addr) ^= 0x10;
	if (!r)
		r = bench_put_cells(&t->bench, one, trial_want(t, one.addr), err);
	if (!r)
		r = ask_blank(t, range, &ok, err);
	if (r || !ok)
		return r;
	outcome_text(&t->bench.session.last, call, sizeof(call));
	return trial_wrong(t, STK_CHECK_FAIL, NULL, err,
			   "%s %s, though 0x%08" PRIx64 " holds 0x%02x", call,
			   t->bench.session.last.meaning, one.addr,
			   *trial_want(t, one.addr));
}

int check_not_blank(struct trial *t, struct stk_error *err)
{
	return each_byte(t, not_blank, err);
}

/* ---- reading ---------------------------------------------------------------------------- */

static int told_wrong(struct trial *t, struct stk_range range, const uint8_t *got,
		      const char *who, struct stk_error *err)
{
	const uint8_t *want = trial_want(t, range.addr);
	uint64_t at = 0;

	while (want[at] == got[at])
		at++;
	return trial_wrong(t, STK_CHECK_FAIL, NULL, err,
			   "%s gives 0x%02x at 0x%08" PRIx64 ", which holds 0x%02x", who,
			   got[at], range.addr + at, want[at]);
}

static int read_range(struct trial *t, struct stk_range range, struct stk_error *err)
{
	struct stk_target *target = t->bench.target;
	struct stk_request req = {
		.op = STK_OP_READ,
		.addr = range.addr,
		.len = range.len,
		.buffer = t->bench.session.layout.buffer.addr,
	};
	uint8_t got[2 * PIECE];
	char call[128];
	bool ok;
	int r;

	memset(got, 0x5A, sizeof(got));
	trial_case(t);
	r = target->ops.write(target->priv, req.buffer, got, range.len, err);
	if (!r)
		r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);
	if (!r && ok)
		r = target->ops.read(target->priv, req.buffer, got, range.len, err);
	if (r || !ok || !memcmp(got, trial_want(t, range.addr), range.len))
		return r;
	outcome_text(&t->bench.session.last, call, sizeof(call));
	return told_wrong(t, range, got, call, err);
}

int check_read(struct trial *t, struct stk_error *err)
{
	struct stk_range range[3];
	size_t n = pieces(t, range);
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < n && !r && !t->over; i++) {
		struct stk_range odd = { range[i].addr + 1, range[i].len - 3 };

		r = read_range(t, range[i], err);
		/* Of sectors so small there is no odd part. */
		if (range[i].len <= 3)
			continue;
		if (!r && !t->over)
			r = read_range(t, odd, err);
		odd.len = 1;
		if (!r && !t->over)
			r = read_range(t, odd, err);
	}
	return r;
}

/* Where there is neither Read nor an FLM's Verify, hosts have no other way. */
int check_mapped(struct trial *t, struct stk_error *err)
{
	struct stk_target *target;
	struct stk_range range[3];
	size_t n = pieces(t, range);
	uint8_t got[PIECE];
	bool ok, needed, verifies;
	int r = trial_open_filled(t, err);

	if (!r)
		r = trial_init(t, STK_PHASE_VERIFY, &ok, err);
	if (r || !ok)
		return r ? r : trial_call_wrong(t, STK_CHECK_FAIL, err);
	needed = !session_has(&t->bench.session, STK_OP_READ);
	verifies = t->q->format->phased && session_has(&t->bench.session, STK_OP_VERIFY);
	target = t->bench.target;
	for (size_t i = 0; i < n && !r; i++) {
		trial_case(t);
		if (target->ops.read(target->priv, range[i].addr, got, range[i].len, NULL)) {
			if (!needed)
				return trial_note(t, err, "it is not, but Read reads it");
			return trial_wrong(t, verifies ? STK_CHECK_WEAK : STK_CHECK_FAIL,
					   NULL, err,
					   "after Init 0x%08" PRIx64 " cannot be read, and "
					   "the loader has no Read%s", range[i].addr,
					   verifies ? "; hosts need its Verify" : "");
		}
		if (memcmp(got, trial_want(t, range[i].addr), range[i].len))
			r = told_wrong(t, range[i], got, "the window", err);
	}
	return r;
}
