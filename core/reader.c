/* SPDX-License-Identifier: MIT */
/* Reading flash: by the debugger where it can, by the loader where it must. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "reader.h"

#define PROBE_BYTES	16

static bool always_readable(const struct session *s, struct stk_range r)
{
	const struct stk_memory *m = s->target->facts.chip ?
					     stk_chip_memory_at(s->target->facts.chip, r.addr) :
					     NULL;

	return m && m->kind == STK_MEM_FLASH &&
	       stk_range_contains((struct stk_range){ m->start, m->size }, r);
}

/* A window that is not mapped answers with a bus error, not with bytes. */
static int window_open(struct session *s, struct stk_range r, bool *ret, struct stk_error *err)
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
	if (always_readable(s, range))
		return 0;
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
		int r = session_do(s, &req, err);

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

int reader_read(struct session *s, enum stk_verify_method method, uint64_t addr, uint8_t *buf,
		uint64_t len, struct stk_error *err)
{
	s->last.ok = true;
	if (method == STK_VERIFY_READBACK)
		return s->target->ops.read(s->target->priv, addr, buf, len, err);
	return loader_read(s, addr, buf, len, err);
}

/* One Verify call over what the buffer holds; *ret: it accepted. */
static int verify_call(struct session *s, uint64_t addr, const uint8_t *data, uint64_t len,
		       bool *ret, struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_VERIFY, .addr = addr, .len = len, .buffer = s->layout.buffer.addr,
	};
	int r = s->target->ops.write(s->target->priv, req.buffer, data, len, err);

	if (!r)
		r = session_do(s, &req, err);
	*ret = !r && s->last.ok && !s->last.doubtful;
	return r;
}

int reader_loader_verify(struct session *s, uint64_t addr, const uint8_t *want, uint64_t len,
			 bool *ret, struct stk_error *err)
{
	uint64_t most = chunk_size(s);
	stk_cleanup(freep) uint8_t *changed = malloc(most);

	if (!changed)
		return stk_fail_nomem(err);
	*ret = true;
	while (len && *ret) {
		uint64_t n = len < most ? len : most;
		bool accepted, refused;
		int r = verify_call(s, addr, want, n, &accepted, err);

		if (r || s->last.end != STK_END_RETURNED)
			return r;
		memcpy(changed, want, n);
		changed[n / 2] ^= 1;
		r = verify_call(s, addr, changed, n, &refused, err);
		if (r || s->last.end != STK_END_RETURNED)
			return r;
		refused = !refused;
		*ret = accepted && refused;
		addr += n;
		want += n;
		len -= n;
	}
	s->last.ok = true;
	return 0;
}
