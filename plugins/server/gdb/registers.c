/* SPDX-License-Identifier: MIT */
/* registers.c - g, G, p, P: in the order of enum stk_reg, which describe.c tells */
#include <string.h>

#include "server.h"

#define DIGITS	8	/* of a register */

static void put_register(struct gdb_buf *out, const struct stk_regs *regs, unsigned int n)
{
	uint8_t bytes[4];

	put32(bytes, regs->r[n]);
	if (regs->valid >> n & 1)
		gdb_buf_hex(out, bytes, sizeof(bytes));
	else
		gdb_buf_put(out, "xxxxxxxx", DIGITS);
}

/* False: it was replied that it failed. */
static bool get_all(struct server *s, struct stk_regs *ret)
{
	struct stk_error err = { 0 };

	*ret = (struct stk_regs){ .valid = 0 };
	if (!target_result(s, s->ops->get_regs(s->target, ret, &err), &err))
		return true;
	reply_failed(s, &err);
	return false;
}

static void set_some(struct server *s, const struct stk_regs *regs)
{
	struct stk_error err = { 0 };

	if (target_result(s, s->ops->set_regs(s->target, regs, &err), &err))
		reply_failed(s, &err);
	else
		reply(s, "OK");
}

void registers_read(struct server *s, struct args *a)
{
	struct gdb_buf out = { 0 };
	struct stk_regs regs;
	unsigned int i;

	if (!get_all(s, &regs))
		return;
	for (i = 0; i < STK_REG_COUNT; i++)
		put_register(&out, &regs, i);
	reply_bytes(s, out.bytes ? out.bytes : "", out.len);
	gdb_buf_free(&out);
}

/* "xxxxxxxx" leaves a register as it is; so does the end of a short packet. */
void registers_write(struct server *s, struct args *a)
{
	struct stk_regs regs = { .valid = 0 };
	uint8_t bytes[4];
	unsigned int i;

	for (i = 0; i < STK_REG_COUNT && a->end - a->at >= DIGITS; i++, a->at += DIGITS) {
		if (*a->at == 'x')
			continue;
		if (gdb_unhex(a->at, DIGITS, bytes, sizeof(bytes)) != (int)sizeof(bytes)) {
			reply_malformed(s);
			return;
		}
		regs.r[i] = get32(bytes);
		regs.valid |= 1u << i;
	}
	set_some(s, &regs);
}

void register_read(struct server *s, struct args *a)
{
	struct gdb_buf out = { 0 };
	struct stk_regs regs;
	uint64_t n;

	if (!args_number(a, &n) || a->at != a->end) {
		reply_malformed(s);
		return;
	}
	if (n >= STK_REG_COUNT) {
		reply_error(s, "there is no register of this number");
		return;
	}
	if (!get_all(s, &regs))
		return;
	put_register(&out, &regs, (unsigned int)n);
	reply_bytes(s, out.bytes ? out.bytes : "", out.len);
	gdb_buf_free(&out);
}

void register_write(struct server *s, struct args *a)
{
	struct stk_regs regs = { .valid = 0 };
	uint8_t bytes[4];
	uint64_t n;

	if (!args_number(a, &n) || !args_char(a, '=') || a->end - a->at != DIGITS ||
	    gdb_unhex(a->at, DIGITS, bytes, sizeof(bytes)) != (int)sizeof(bytes)) {
		reply_malformed(s);
		return;
	}
	if (n >= STK_REG_COUNT) {
		reply_error(s, "there is no register of this number");
		return;
	}
	regs.r[n] = get32(bytes);
	regs.valid = 1u << n;
	set_some(s, &regs);
}
