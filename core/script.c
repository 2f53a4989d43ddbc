/* SPDX-License-Identifier: MIT */
/* Register accesses that the target's own core makes, from a table in RAM. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "script.h"

#define STEP_BYTES	16
#define RUN_NS		1000000000ull
#define XPSR_THUMB	0x01000000u

/* Thumb of ARMv6-M, so every Cortex-M runs it; R0: the table. */
static const uint16_t interpreter[] = {
	0xC81E,		/* next:  ldmia r0!, {r1, r2, r3, r4}	kind, address, value, turns */
	0x2901,		/*        cmp   r1, #1 */
	0xDB11,		/*        blt   done */
	0xD009,		/*        beq   write */
	0x2902,		/*        cmp   r1, #2 */
	0xD009,		/*        beq   read */
	0x3C01,		/* wait:  subs  r4, #1 */
	0xD402,		/*        bmi   over */
	0x6815,		/*        ldr   r5, [r2] */
	0x421D,		/*        tst   r5, r3 */
	0xD0FA,		/*        beq   wait */
	0x1F01,		/* over:  subs  r1, r0, #4 */
	0x600C,		/*        str   r4, [r1] */
	0xE7F1,		/*        b     next */
	0x6013,		/* write: str   r3, [r2] */
	0xE7EF,		/*        b     next */
	0x7813,		/* read:  ldrb  r3, [r2] */
	0x3808,		/*        subs  r0, #8 */
	0xC008,		/*        stmia r0!, {r3} */
	0x3004,		/*        adds  r0, #4 */
	0xE7EA,		/*        b     next */
	0x4770,		/* done:  bx    lr */
};

#define CODE_BYTES	(sizeof(interpreter) + 4 - sizeof(interpreter) % 4)

static void pack_steps(const struct script_step *steps, size_t n, uint8_t *to)
{
	for (size_t i = 0; i < n; i++, to += STEP_BYTES) {
		put_le32(to, steps[i].kind);
		put_le32(to + 4, steps[i].address);
		put_le32(to + 8, steps[i].value);
		put_le32(to + 12, steps[i].turns);
	}
	put_le32(to, SCRIPT_END);
}

static void unpack_steps(const uint8_t *from, struct script_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++, from += STEP_BYTES) {
		steps[i].value = get_le32(from + 8);
		steps[i].turns = get_le32(from + 12);
	}
}

static void set_reg(struct stk_regs *regs, unsigned int n, uint64_t value)
{
	regs->r[n] = (uint32_t)value;
	regs->valid |= 1u << n;
}

/* Run what lies at @code until it comes to the trap. */
static int go(struct session *s, uint64_t code, uint64_t table, struct stk_error *err)
{
	const struct stk_target_driver *ops = &s->target->ops;
	struct stk_regs regs = { .valid = 0 };
	struct stk_stop stop;
	int r;

	set_reg(&regs, STK_REG_R0, table);
	set_reg(&regs, STK_REG_SP, s->layout.sp);
	set_reg(&regs, STK_REG_LR, s->layout.trap | 1);
	set_reg(&regs, STK_REG_PC, code);
	set_reg(&regs, STK_REG_XPSR, XPSR_THUMB);
	set_reg(&regs, STK_REG_PRIMASK, 1);
	r = ops->set_regs(s->target->priv, &regs, err);
	if (!r)
		r = ops->resume(s->target->priv, err);
	if (r)
		return r;
	r = ops->wait(s->target->priv, RUN_NS, &stop, err);
	if (!r && stop.reason == STK_STOP_BREAK)
		return 0;
	if (r == -ETIMEDOUT)
		r = ops->halt(s->target->priv, err);
	return r ? r : stk_fail(err, STK_ORIGIN_TARGET, EIO, "target-stopped",
				"register accesses by the core did not come to an end");
}

int script_run(struct session *s, struct script_step *steps, size_t n,
	       struct stk_error *err)
{
	const struct stk_target_driver *ops = &s->target->ops;
	uint8_t bytes[CODE_BYTES + (SCRIPT_MOST + 1) * STEP_BYTES] = { 0 };
	uint64_t code = (s->layout.buffer.addr + 3) & ~3ull, table = code + CODE_BYTES;
	size_t len = CODE_BYTES + (n + 1) * STEP_BYTES;
	int r;

	if (n > SCRIPT_MOST || code + len > stk_range_end(s->layout.buffer))
		return stk_fail(err, STK_ORIGIN_TARGET, ENOSPC, "ram-too-small",
				"the buffer has no room for %zu register accesses", n);
	for (size_t i = 0; i < ARRAY_SIZE(interpreter); i++)
		put_le16(bytes + 2 * i, interpreter[i]);
	pack_steps(steps, n, bytes + CODE_BYTES);
	r = session_use_buffer(s, code + len - s->layout.buffer.addr, err);
	if (!r)
		r = ops->write(s->target->priv, code, bytes, len, err);
	if (!r)
		r = go(s, code, table, err);
	if (!r)
		r = ops->read(s->target->priv, table, bytes, n * STEP_BYTES, err);
	if (!r)
		unpack_steps(bytes, steps, n);
	return r;
}
