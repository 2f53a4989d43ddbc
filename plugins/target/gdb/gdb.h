/* SPDX-License-Identifier: MIT */
/* gdb.h - a target behind any server of the GDB remote serial protocol */
#ifndef TARGET_GDB_H
#define TARGET_GDB_H

#include <stoker/module.h>

#include "../../common/gdb/exchange.h"
#include "../../common/gdb/xml.h"

#define GDB_BREAKS	16
#define GDB_G_BYTES	4096u
/* What a packet may hold where the server does not say: GDB's own choice. */
#define GDB_PACKET	400u
#define GDB_PACKET_MOST	65536u
/* "Monitor commands and their output": as much as is kept of it. */
#define GDB_SAID	4096u

struct gdb_break {
	uint32_t addr;
	char kind; /* '0', '1' as in Z0 and Z1; 'm': an opcode that we wrote */
	uint8_t was[2];		/* of 'm' */
};

/* Where a register of ours is in the server's packets. */
struct gdb_slot {
	bool there;
	unsigned int number;	/* for p and P */
	size_t at, bytes;	/* in a g packet, if that is long enough */
};

/* What a kind of server is called, and how it resets a chip; see reset.c. */
struct gdb_dialect;

/* What was found out from the server on this connection. */
struct gdb_peer {
	size_t packet;			/* the longest payload it takes */
	bool has_map, has_features;	/* qXfer */
	bool vcont, vcont_step;
	bool binary_read;		/* x: announced, and not disproved */
	int binary_write;		/* X: 1 works, -1 does not, 0 not tried */
	bool no_p, no_P, no_G;
	bool no_z[2];
	const struct gdb_dialect *dialect;
};

/* Does the core stop where it enters HardFault? */
enum gdb_catch {
	GDB_CATCH_UNTRIED,
	GDB_CATCHES,
	GDB_CATCH_LOST,		/* it did; a reset may have ended that */
	GDB_CANNOT_CATCH,
};

struct gdb {
	struct stk_ctx *ctx;
	char *address;
	char *reset_text;		/* "reset=": instead of the dialect's; NULL */
	int timeout_ms;
	size_t packet_most;		/* "packet-size="; 0: as the server says */
	struct gdb_exchange *x;		/* NULL: not connected */
	unsigned int chatter;		/* packets since the last request */
	bool lost;
	struct stk_error why_lost;

	struct gdb_peer peer;
	struct gdb_slot slot[STK_REG_COUNT];
	bool taken_for_granted;		/* nothing was described */
	struct gdb_slot bank[2];	/* MSP and PSP, as CONTROL.SPSEL has them */
	/* While a relay has the server: its client's words decide what a g packet is. */
	bool relearn, client_asked;

	volatile bool running;
	volatile int woken;
	struct stk_stop stop;		/* the last one */
	struct gdb_break breaks[GDB_BREAKS];
	size_t n_breaks;

	/* The g packet as it came; fresh: nothing has changed a register since. */
	char g[2 * GDB_G_BYTES + 1];
	size_t g_len;
	bool g_fresh;
	/* What is known of PRIMASK and CONTROL while the core is halted. */
	struct stk_regs masks;

	enum gdb_catch catches;
	uint32_t demcr;			/* as it was found */
	bool left;			/* so it was not put back: the connection was lost */

	const struct stk_chip *chip;
	struct stk_range *ram;
	size_t n_ram;
	char description[128];
};

/* ---- ask.c: requests, and what may come between them and their replies -- */

/*
 * Send a request, give its reply. Console output goes to the log, stop replies
 * that are late are dropped, a wake() is remembered. -ENOTCONN stays: every
 * later request fails alike.
 */
int gdb_query(struct gdb *g, struct gdb_reply *ret, struct stk_error *err,
	      const char *fmt, ...) stk_must_check stk_printf(4, 5);
int gdb_query_bytes(struct gdb *g, const void *packet, size_t len, struct gdb_reply *ret,
		    struct stk_error *err) stk_must_check;
/* Whatever comes next within @ms, -ETIMEDOUT without an error. */
int gdb_next(struct gdb *g, int ms, struct gdb_reply *ret, struct stk_error *err)
	stk_must_check;
int gdb_send_only(struct gdb *g, const char *packet, struct stk_error *err) stk_must_check;
/* "OK", or -EIO "gdb-refused" with what it was. */
int gdb_must_ok(struct gdb *g, const struct gdb_reply *r, const char *what,
		struct stk_error *err) stk_must_check;
/* Remember why, where @code says that the connection is gone; it is returned. */
int gdb_lose(struct gdb *g, int code, struct stk_error *err);
/* The same, and *@why for the caller. */
int gdb_give_up(struct gdb *g, int code, const struct stk_error *why,
		struct stk_error *err);
/* -ENOTCONN, and why, once the connection is lost. */
int gdb_still_there(struct gdb *g, struct stk_error *err) stk_must_check;
bool gdb_is_stop(const struct gdb_reply *r);
/* True: it was console output, and was logged. */
bool gdb_took_output(struct gdb *g, const struct gdb_reply *r);
/*
 * A command for the server itself; what it says, at most @size - 1 characters
 * in *@said, and to @print. -ENOSYS: it takes none, or not this one.
 */
int gdb_command(struct gdb *g, const char *command, int timeout_ms,
		void (*print)(void *out, const char *text), void *out, char *said,
		size_t size, struct stk_error *err) stk_must_check;
const char *gdb_who(const struct gdb *g);
uint64_t gdb_clock(void);

/* ---- negotiate.c */

/* Connect, negotiate, have the core halted, learn its registers. */
int gdb_attach(struct gdb *g, struct stk_error *err) stk_must_check;
/* What "?" is answered by; -ETIMEDOUT without an error: by nothing. */
int gdb_ask_why(struct gdb *g, struct gdb_reply *ret, struct stk_error *err)
	stk_must_check;
void gdb_leave(struct gdb *g);
/* Connect, and say nothing. */
int gdb_link(struct gdb *g, struct stk_error *err) stk_must_check;
/* What is known of the halted core is not to be relied on. */
void gdb_forget(struct gdb *g);
/* The text of a qXfer object; -ENOENT: the server does not have it. */
int gdb_xfer(struct gdb *g, const char *object, const char *annex, struct gdb_buf *out,
	     struct stk_error *err) stk_must_check;

/* gdb.c: take back what we set in the core, if it can be reached, and leave. */
void gdb_part(struct gdb *g);

/* ---- memory.c */

int gdb_read(void *priv, uint64_t addr, void *buf, size_t len, struct stk_error *err);
int gdb_write(void *priv, uint64_t addr, const void *buf, size_t len,
	      struct stk_error *err);
int gdb_read32(struct gdb *g, uint32_t addr, uint32_t *ret, struct stk_error *err)
	stk_must_check;
int gdb_write32(struct gdb *g, uint32_t addr, uint32_t value, struct stk_error *err)
	stk_must_check;

/* ---- registers.c */

int gdb_learn_registers(struct gdb *g, struct stk_error *err) stk_must_check;
int gdb_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err);
int gdb_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err);
/* PC and xPSR of the halted core; false in *@ret_xpsr: not offered. */
int gdb_get_pc(struct gdb *g, uint32_t *ret_pc, uint32_t *ret_xpsr, struct stk_error *err)
	stk_must_check;

/* ---- breakpoint.c */

int gdb_break_set(void *priv, uint64_t addr, struct stk_error *err);
int gdb_break_clear(void *priv, uint64_t addr, struct stk_error *err);
struct gdb_break *gdb_break_at(struct gdb *g, uint32_t addr);
/* The same breakpoint in the server, not in our list. */
int gdb_break_insert(struct gdb *g, struct gdb_break *b, struct stk_error *err)
	stk_must_check;
int gdb_break_remove(struct gdb *g, struct gdb_break *b, struct stk_error *err)
	stk_must_check;

/* ---- run.c, stop.c */

int gdb_resume(void *priv, struct stk_error *err);
int gdb_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret, struct stk_error *err);
int gdb_halt(void *priv, struct stk_error *err);
int gdb_step(void *priv, struct stk_stop *ret, struct stk_error *err);
void gdb_wake(void *priv);
/* DEMCR as it was found. */
int gdb_let_faults(struct gdb *g, struct stk_error *err) stk_must_check;
/* A stop reply becomes *@ret; the core is halted. @asked: we interrupted it. */
int gdb_stopped(struct gdb *g, const struct gdb_reply *r, bool asked,
		struct stk_stop *ret, struct stk_error *err) stk_must_check;
/*
 * Does the core run? By its own debug logic, where that can be read: in QEMU it
 * cannot, and nothing else is known there.
 */
int gdb_sees_running(struct gdb *g, bool *ret, struct stk_error *err) stk_must_check;
/* Interrupt, until it stops or does not answer. */
int gdb_stop_core(struct gdb *g, struct stk_stop *ret, struct stk_error *err)
	stk_must_check;

/* ---- reset.c */

/* Which kind of server it is, by what it says. */
int gdb_recognise(struct gdb *g, const char *supported, struct stk_error *err)
	stk_must_check;
int gdb_reset(void *priv, struct stk_error *err);
const char *gdb_server_name(const struct gdb *g);	/* "OpenOCD"; "a GDB server" */

/* ---- relay.c */

int gdb_relay_begin(void *priv, struct stk_error *err);
void gdb_relay_end(void *priv);
int gdb_relay_send(void *priv, const void *packet, size_t len, struct stk_error *err);
int gdb_relay_interrupt(void *priv, struct stk_error *err);
int gdb_relay_receive(void *priv, int timeout_ms, const void **ret, size_t *ret_len,
		      bool *ret_notification, struct stk_error *err);
int gdb_relay_fd(void *priv);

/* ---- identity.c */

int gdb_identify(struct gdb *g, struct stk_error *err) stk_must_check;

static inline void put_word(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline uint32_t get_word(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

#endif
