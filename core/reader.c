/* SPDX-License-Identifier: MIT */
/* Reading flash: by the debugger where it can, by the loader where it must. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "reader.h"

#define PROBE_BYTES	16

static bool always_readable(const struct session *s, struct stk_range r)
{
	const struct stk_memory *m =
		s->target->facts.chip ? stk_chip_memory_at(s->target->facts.chip, r.addr)
				      : NULL;

	return m && m->kind == STK_MEM_FLASH &&
	       stk_range_contains((struct stk_range){ m->start, m->size }, r);
}

/* What is not mapped, or protected, answers with a bus error, not with bytes. */
static int window_open(struct session *s, struct stk_range r, bool *ret,
		       struct stk_error *err)
{
	struct stk_target *t = s->target;
	uint64_t len = r.len < PROBE_BYTES ? r.len : PROBE_BYTES;
	uint8_t probe[PROBE_BYTES];
	int e = t->ops.read(t->priv, r.addr, probe, len, err);

	if (!e)
		e = t->ops.read(t->priv, stk_range_end(r) - len, probe, len, err);
	*ret = !e;
	return e == -EIO ? 0 : e;
}

int reader_choose(struct session *s, struct stk_range range, enum stk_verify_method *ret,
		  struct stk_error *err)
{
	bool open = false;
	int r;

	s->last.ok = true;
	*ret = STK_VERIFY_READBACK;
	if (always_readable(s, range)) {
		r = window_open(s, range, &open, err);
		if (r || open)
			return r;
	}
	r = s->host->init == HOST_INIT_PER_CALL ? session_init(s, STK_PHASE_VERIFY, err) :
						  session_begin(s, STK_PHASE_VERIFY, err);
	if (r || !s->last.ok)
		return r;
	r = window_open(s, range, &open, err);
	if (r || open)
		return r;
	*ret = session_has(s, STK_OP_READ)   ? STK_VERIFY_LOADER_READ :
	       session_has(s, STK_OP_VERIFY) ? STK_VERIFY_LOADER_VERIFY :
					       STK_VERIFY_NONE;
	return 0;
}

static uint64_t chunk_size(const struct session *s)
{
	uint64_t most = s->layout.buffer.len;

	if (s->host->chunk_bytes && s->host->chunk_bytes < most)
		most = s->host->chunk_bytes;
	return most;
}

static int loader_read(struct session *s, uint64_t addr, uint8_t *buf, uint64_t len,
		       struct stk_error *err)
{
	uint64_t most = chunk_size(s);

	while (len) {
		uint64_t n = len < most ? len : most;
		struct stk_request req = {
			.op = STK_OP_READ, .addr = addr, .len = n, .buffer = s->layout.buffer.addr,
		};
		int r = session_use_buffer(s, n, err);

		if (!r)
			r = session_do(s, &req, err);
		if (r || !s->last.ok)
			return r;
		r = s->target->ops.read(s->target->priv, req.buffer, buf, n, err);
		if (r)
			return r;
		addr += n;
		buf += n;
		len -= n;
	}
	return 0;
}

int reader_read(struct session *s, enum stk_verify_method method, uint64_t addr,
		uint8_t *buf, uint64_t len, struct stk_error *err)
{
	s->last.ok = true;
	if (method == STK_VERIFY_READBACK)
		return s->target->ops.read(s->target->priv, addr, buf, len, err);
	return loader_read(s, addr, buf, len, err);
}

static uint32_t sum_bytes(const uint8_t *p, uint64_t len)
{
	uint32_t sum = 0;

	while (len--)
		sum += *p++;
	return sum;
}

/* One Verify call over what the buffer holds. */
static int verify_call(struct session *s, uint64_t addr, const uint8_t *data,
		       uint64_t len, struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_VERIFY, .addr = addr, .len = len, .buffer = s->layout.buffer.addr,
		.has_byte_sum = true, .byte_sum = sum_bytes(data, len),
	};
	int r = session_fill_buffer(s, data, len, err);

	return r ? r : session_do(s, &req, err);
}

/* Verify itself said no: not an Init before it, nor memory that was overwritten. */
static bool refused(const struct session *s)
{
	return s->last.end == STK_END_RETURNED && !s->last.ok &&
	       s->last.request.op == STK_OP_VERIFY && !s->traces.overflow &&
	       !s->traces.wild;
}

/*
 * It must accept @want, and refuse it with one bit of it changed. No host calls a
 * loader again whose Verify said no, so some leave the memory mapped then: the next
 * one begins with Init.
 */
static int verify_both_ways(struct session *s, uint64_t addr, const uint8_t *want,
			    uint64_t len, uint8_t *changed, bool *ret,
			    struct stk_error *err)
{
	int r = session_begin(s, STK_PHASE_VERIFY, err);

	*ret = false;
	if (r || !s->last.ok)
		return r;
	r = verify_call(s, addr, want, len, err);
	if (r || !s->last.ok || s->last.doubtful)
		return r;
	memcpy(changed, want, len);
	changed[len / 2] ^= 1;
	r = verify_call(s, addr, changed, len, err);
	if (r)
		return r;
	*ret = refused(s);
	if (!*ret)
		return 0;
	return session_end(s, err);
}

int reader_loader_verify(struct session *s, uint64_t addr, const uint8_t *want,
			 uint64_t len, bool *ret, struct stk_error *err)
{
	uint64_t most = chunk_size(s) & ~3ull, done = 0;
	stk_cleanup(freep) uint8_t *changed = malloc(most ? most : 1);

	if (!changed)
		return stk_fail_nomem(err);
	s->last.ok = true;
	/* Some formats count in words: an odd end is looked at with bytes before it. */
	*ret = len >= 4 && most >= 4;
	while (*ret && done < len) {
		uint64_t n = len - done < most ? (len - done) & ~3ull : most;
		int r;

		if (!n) {
			done = len - 4;
			n = 4;
		}
		r = verify_both_ways(s, addr + done, want + done, n, changed, ret, err);
		if (r || !s->last.ok)
			return r;
		done += n;
	}
	return 0;
}
