/* SPDX-License-Identifier: MIT */
/* When Init and UnInit are called: as the host profile says. */
#include "core.h"

#include "session.h"

int session_init(struct session *s, enum stk_phase phase, struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_INIT,
		.phase = phase,
		.addr = s->info->device->start,
		.len = s->info->device->size,
		.init_r0 = s->host->init_r0,
		.clock_hz = s->host->init_clock_hz,
	};
	int r;

	if (s->host->reload) {
		r = session_load(s, err);
		if (r)
			return r;
	}
	r = session_call(s, &req, err);
	s->initialised = !r && s->last.ok;
	s->phase = phase;
	return r;
}

int session_end(struct session *s, struct stk_error *err)
{
	struct stk_request req = { .op = STK_OP_UNINIT, .phase = s->phase };
	int r;

	s->last.ok = true;
	if (!s->initialised)
		return 0;
	s->initialised = false;
	if (!s->format->phased || !session_has(s, STK_OP_UNINIT))
		return 0;
	r = session_call(s, &req, err);
	/* A wake() after the last call has stopped this one instead. */
	if (!r && s->last.end == STK_END_CANCELLED)
		r = session_call(s, &req, err);
	return r;
}

int session_begin(struct session *s, enum stk_phase phase, struct stk_error *err)
{
	int r;

	s->last.ok = true;
	if (s->host->init == HOST_INIT_PER_CALL || (s->initialised && s->phase == phase))
		return 0;
	r = session_end(s, err);
	if (r || !s->last.ok)
		return r;
	return session_init(s, phase, err);
}

enum stk_phase session_phase_of(enum stk_op op)
{
	switch (op) {
	case STK_OP_ERASE_SECTOR:
	case STK_OP_ERASE_CHIP:
		return STK_PHASE_ERASE;
	case STK_OP_PROGRAM:
		return STK_PHASE_PROGRAM;
	case STK_OP_BLANK_CHECK:
		return STK_PHASE_BLANK_CHECK;
	default:
		return STK_PHASE_VERIFY;
	}
}

int session_do(struct session *s, struct stk_request *req, struct stk_error *err)
{
	int r = 0;

	if (s->host->init == HOST_INIT_PER_CALL) {
		r = session_end(s, err);
		if (!r && s->last.ok)
			r = session_init(s, session_phase_of(req->op), err);
	} else {
		r = session_begin(s, session_phase_of(req->op), err);
	}
	if (r || !s->last.ok)
		return r;
	return session_call(s, req, err);
}
