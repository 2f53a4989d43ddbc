/* SPDX-License-Identifier: MIT */
/*
 * Registers. A target description tells where they are in a g packet; without
 * one it is what GDB takes for granted of ARM: 16 registers of 4 bytes, 8 of
 * 12 and one of 4 for a floating-point unit of old, and the status register
 * (GDB manual, "ARM Features"; gdb/arch/arm.h, ARM_PS_REGNUM 25).
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gdb.h"

#define CLASSIC_PS		25u
#define CLASSIC_PS_AT		(16u * 4 + 8u * 12 + 4)
#define CLASSIC_G		(CLASSIC_PS_AT + 4)
/* 16 registers and the status: what some small stubs give instead. */
#define SHORT_G			(17u * 4)
#define MASKS	(1u << STK_REG_PRIMASK | 1u << STK_REG_CONTROL)
/* From here on, one G packet is not longer than a P packet for each. */
#define MANY	2
#define CONTROL_SPSEL		(1u << 1)
#define XPSR_IPSR		0x1ffu

static const char *const name_of[STK_REG_COUNT][3] = {
	{ "r0" }, { "r1" }, { "r2" }, { "r3" }, { "r4" }, { "r5" }, { "r6" }, { "r7" },
	{ "r8" }, { "r9" }, { "r10" }, { "r11" }, { "r12" },
	[STK_REG_SP] = { "sp", "r13" }, [STK_REG_LR] = { "lr", "r14" },
	[STK_REG_PC] = { "pc", "r15" }, [STK_REG_XPSR] = { "xpsr", "cpsr" },
	[STK_REG_PRIMASK] = { "primask" }, [STK_REG_CONTROL] = { "control" },
};

/* ---- the layout ------------------------------------------------------- */

static void no_slots(struct gdb *g)
{
	memset(g->slot, 0, sizeof(g->slot));
	memset(g->bank, 0, sizeof(g->bank));
}

static void classic(struct gdb *g)
{
	no_slots(g);
	g->taken_for_granted = true;
	for (unsigned int i = 0; i < 16; i++)
		g->slot[i] = (struct gdb_slot){ true, i, i * 4u, 4 };
	g->slot[STK_REG_XPSR] = (struct gdb_slot){ true, CLASSIC_PS, CLASSIC_PS_AT, 4 };
}

/* The slot of a register by its name; NULL: of none that matters here. */
static struct gdb_slot *slot_of(struct gdb *g, const char *name)
{
	for (int i = 0; i < STK_REG_COUNT; i++)
		for (int k = 0; k < 3 && name_of[i][k]; k++)
			if (!strcmp(name, name_of[i][k]))
				return &g->slot[i];
	return !strcmp(name, "msp") ? &g->bank[0] : !strcmp(name, "psp") ? &g->bank[1] :
									    NULL;
}

static bool described(struct gdb *g, const struct gdb_registers *list)
{
	unsigned int core = 0;
	size_t at = 0;

	no_slots(g);
	g->taken_for_granted = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct gdb_register *reg = &list->item[i];
		size_t bytes = (reg->bits + 7) / 8;
		struct gdb_slot *slot = slot_of(g, reg->name);

		if (slot && bytes <= 4 && !slot->there) {
			*slot = (struct gdb_slot){ true, reg->number, at, bytes };
			core += slot - g->slot <= STK_REG_PC;
		}
		at += bytes;
	}
	return core == 16;
}

static int read_annex(void *data, const char *annex, struct gdb_buf *out,
		      struct stk_error *err)
{
	return gdb_xfer(data, "features", annex, out, err);
}

int gdb_learn_registers(struct gdb *g, struct stk_error *err)
{
	struct stk_error local = { 0 };
	struct gdb_registers list;
	int r = -ENOENT;

	if (g->peer.has_features)
		r = gdb_registers_read(read_annex, g, &list, &local);
	if (r == -ENOTCONN || r == -ENOMEM) {
		if (err)
			*err = local;
		return r;
	}
	if (!r && described(g, &list))
		return 0;
	if (g->peer.has_features)
		stk_log(g->ctx, "gdb: %s describes no Cortex-M: %s", gdb_who(g),
			local.code ? local.msg : "registers are missing");
	classic(g);
	return 0;
}

/* ---- single registers ------------------------------------------------- */

static int from_hex(const char *text, size_t bytes, uint32_t *ret)
{
	uint8_t raw[4] = { 0 };

	if (gdb_unhex(text, 2 * bytes, raw, sizeof(raw)) != (int)bytes)
		return -EINVAL;
	*ret = get_word(raw);
	return 0;
}

static bool in_g(const struct gdb *g, const struct gdb_slot *s)
{
	uint32_t value;

	return s->there && 2 * (s->at + s->bytes) <= g->g_len &&
	       !from_hex(g->g + 2 * s->at, s->bytes, &value);
}

static bool given(const struct gdb *g, int n)
{
	return in_g(g, &g->slot[n]);
}

/* By p. What the server does not give is no failure: then it is not valid. */
static int read_one(struct gdb *g, int n, struct stk_regs *ret, struct stk_error *err)
{
	struct gdb_slot *s = &g->slot[n];
	struct gdb_reply reply;
	uint32_t value;
	int r;

	if (g->peer.no_p || !s->there)
		return 0;
	r = gdb_query(g, &reply, err, "p%x", s->number);
	if (r)
		return r;
	if (!reply.len)
		g->peer.no_p = true;
	if (reply.len != 2 * s->bytes || from_hex(reply.bytes, s->bytes, &value)) {
		s->there = false;
		return 0;
	}
	ret->r[n] = value;
	ret->valid |= 1u << n;
	return 0;
}

static int write_one(struct gdb *g, int n, uint32_t value, struct stk_error *err)
{
	const struct gdb_slot *s = &g->slot[n];
	char hex[9], what[48];
	struct gdb_reply reply;
	int r;

	for (size_t i = 0; i < s->bytes; i++)
		snprintf(hex + 2 * i, 3, "%02x", value >> 8 * i & 0xff);
	r = gdb_query(g, &reply, err, "P%x=%s", s->number, hex);
	if (r)
		return r;
	g->peer.no_P = !reply.len;
	snprintf(what, sizeof(what), "set the register %s", name_of[n][0]);
	return gdb_must_ok(g, &reply, what, err);
}

/* ---- all at once ------------------------------------------------------ */

/*
 * QEMU (7.2, gdbstub.c, gdb_has_xml) gives registers as its description has them
 * from the moment that it was asked for it, which only the relay's client may do.
 */
static int learn_again(struct gdb *g, struct stk_error *err)
{
	const bool offered = g->peer.has_features;
	int r;

	g->peer.has_features = offered && g->client_asked;
	r = gdb_learn_registers(g, err);
	g->peer.has_features = offered;
	g->relearn = r != 0;
	return r;
}

static int refresh(struct gdb *g, struct stk_error *err)
{
	struct gdb_reply reply;
	char text[96] = "an answer that makes no sense";
	int r = g->relearn ? learn_again(g, err) : 0;

	if (r || g->g_fresh)
		return r;
	r = gdb_query(g, &reply, err, "g");
	if (r)
		return r;
	if (gdb_reply_error(&reply, text, sizeof(text)) || reply.len < 2 * 4 ||
	    reply.len % 2)
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "registers-refused",
				"%s refused to read the core's registers: %s", gdb_who(g),
				text);
	g->g_len = reply.len < sizeof(g->g) ? reply.len : sizeof(g->g) - 1;
	memcpy(g->g, reply.bytes, g->g_len);
	g->g[g->g_len] = '\0';
	if (g->g_len == 2 * SHORT_G && g->slot[STK_REG_XPSR].at == CLASSIC_PS_AT)
		g->slot[STK_REG_XPSR].at = 16 * 4;
	g->g_fresh = true;
	return 0;
}

static int read_masks(struct gdb *g, struct stk_error *err)
{
	int r = 0;

	for (int n = STK_REG_PRIMASK; n <= STK_REG_CONTROL && !r; n++)
		if (!(g->masks.valid & 1u << n) && !given(g, n))
			r = read_one(g, n, &g->masks, err);
	return r;
}

int gdb_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	struct gdb *g = priv;
	struct stk_regs regs = { .valid = 0 };
	int r = refresh(g, err);

	for (int n = 0; n < STK_REG_COUNT && !r; n++) {
		if (given(g, n)) {
			(void)from_hex(g->g + 2 * g->slot[n].at, g->slot[n].bytes,
				       &regs.r[n]);
			regs.valid |= 1u << n;
		} else if (!(MASKS & 1u << n)) {
			r = read_one(g, n, &regs, err);
		}
	}
	if (!r)
		r = read_masks(g, err);
	if (r)
		return r;
	for (int n = STK_REG_PRIMASK; n <= STK_REG_CONTROL; n++)
		if (!given(g, n) && (g->masks.valid & 1u << n))
			regs.r[n] = g->masks.r[n];
	regs.valid |= g->masks.valid;
	*ret = regs;
	return 0;
}

int gdb_get_pc(struct gdb *g, uint32_t *ret_pc, uint32_t *ret_xpsr, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 0 };
	int r = refresh(g, err);

	for (int n = STK_REG_PC; n <= STK_REG_XPSR && !r; n++) {
		if (given(g, n)) {
			(void)from_hex(g->g + 2 * g->slot[n].at, 4, &regs.r[n]);
			regs.valid |= 1u << n;
		} else {
			r = read_one(g, n, &regs, err);
		}
	}
	if (r)
		return r;
	if (!(regs.valid & 1u << STK_REG_PC))
		return stk_fail(err, STK_ORIGIN_TARGET, EIO, "registers-refused",
				"%s does not give the program counter", gdb_who(g));
	*ret_pc = regs.r[STK_REG_PC];
	*ret_xpsr = regs.valid & 1u << STK_REG_XPSR ? regs.r[STK_REG_XPSR] : 0;
	return 0;
}

/* ---- setting ---------------------------------------------------------- */

/*
 * PRIMASK and CONTROL where they are not in a g packet: mostly they are right
 * already. Before SP, which CONTROL selects.
 */
static int set_masks(struct gdb *g, const struct stk_regs *regs, struct stk_error *err)
{
	int r = 0;

	for (int n = STK_REG_CONTROL; n >= STK_REG_PRIMASK && !r; n--) {
		if (!(regs->valid & 1u << n) || !g->slot[n].there || given(g, n))
			continue;
		if ((g->masks.valid & 1u << n) && g->masks.r[n] == regs->r[n])
			continue;
		g->masks.valid &= ~(1u << n);
		r = write_one(g, n, regs->r[n], err);
		g->g_fresh = false;
	}
	return r;
}

/* Another length than is taken for granted: MSP and PSP may be in it, nobody knows where. */
static bool understood(const struct gdb *g)
{
	return !g->taken_for_granted || g->g_len <= 2 * SHORT_G ||
	       g->g_len == 2 * CLASSIC_G;
}

/*
 * @whole: only if all of it is known and available. What is unavailable, G would
 * have to overwrite with something.
 */
static bool fits_g(struct gdb *g, uint32_t valid, bool whole)
{
	for (int n = 0; n < STK_REG_COUNT; n++)
		if ((valid & 1u << n) && !given(g, n))
			return false;
	return !g->peer.no_G &&
	       !(whole && (memchr(g->g, 'x', g->g_len) || !understood(g))) &&
	       g->g_len + 1 <= g->peer.packet;
}

static void put_in_g(struct gdb *g, const struct gdb_slot *s, uint32_t value)
{
	char *at = g->g + 2 * s->at;

	for (size_t i = 0; i < s->bytes; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		at[2 * i] = "0123456789abcdef"[byte >> 4];
		at[2 * i + 1] = "0123456789abcdef"[byte & 15];
	}
}

/* What a register will be; 0, as after a reset, where that is not known. */
static uint32_t will_be(const struct gdb *g, const struct stk_regs *regs, int n)
{
	uint32_t value = 0;

	if (regs->valid & 1u << n)
		return regs->r[n];
	if (given(g, n))
		(void)from_hex(g->g + 2 * g->slot[n].at, g->slot[n].bytes, &value);
	else if (g->masks.valid & 1u << n)
		value = g->masks.r[n];
	return value;
}

/*
 * Servers that have MSP and PSP in their packets (pyOCD) write them after SP,
 * which is one of the two: PSP, where CONTROL.SPSEL says so outside exceptions
 * (ARMv7-M ARM B1.4.1).
 */
static void bank_sp(struct gdb *g, const struct stk_regs *regs)
{
	bool psp = (will_be(g, regs, STK_REG_CONTROL) & CONTROL_SPSEL) &&
		   !(will_be(g, regs, STK_REG_XPSR) & XPSR_IPSR);

	if (in_g(g, &g->bank[psp]))
		put_in_g(g, &g->bank[psp], regs->r[STK_REG_SP]);
}

static int write_all(struct gdb *g, const struct stk_regs *regs, uint32_t valid,
		     struct stk_error *err)
{
	struct gdb_buf packet = { 0 };
	struct gdb_reply reply;
	int r;

	for (int n = 0; n < STK_REG_COUNT; n++)
		if (valid & 1u << n)
			put_in_g(g, &g->slot[n], regs->r[n]);
	if (valid & 1u << STK_REG_SP)
		bank_sp(g, regs);
	for (char *x = g->g; (x = strchr(x, 'x')) != NULL; x++)
		*x = '0';
	g->g_fresh = false;
	gdb_buf_put(&packet, "G", 1);
	gdb_buf_put(&packet, g->g, g->g_len);
	r = packet.failed ? stk_fail_nomem(err) :
			    gdb_query_bytes(g, packet.bytes, packet.len, &reply, err);
	gdb_buf_free(&packet);
	if (r)
		return r;
	g->peer.no_G = !reply.len;
	return gdb_must_ok(g, &reply, "set the core's registers", err);
}

int gdb_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct gdb *g = priv;
	uint32_t valid = regs->valid & ((1u << STK_REG_COUNT) - 1);
	int r;

	/* A G packet also writes what is not to change: as it is now. */
	r = refresh(g, err);
	if (!r)
		r = set_masks(g, regs, err);
	if (!r)
		r = refresh(g, err);
	for (int n = 0; n < STK_REG_COUNT; n++)
		if (!g->slot[n].there || ((MASKS & 1u << n) && !given(g, n)))
			valid &= ~(1u << n);
	if (r || !valid)
		return r;
	if ((g->peer.no_P || __builtin_popcount(valid) > MANY) &&
	    fits_g(g, valid, !g->peer.no_P)) {
		r = write_all(g, regs, valid, err);
		if (r != -ENOSYS)
			return r;
		r = 0;
	}
	g->g_fresh = false;
	for (int n = STK_REG_COUNT; n-- > 0 && !r;)
		if (valid & 1u << n)
			r = write_one(g, n, regs->r[n], err);
	if (r == -ENOSYS && fits_g(g, valid, false))
		r = write_all(g, regs, valid, err);
	return r;
}
