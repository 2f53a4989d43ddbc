/* SPDX-License-Identifier: MIT */
/*
 * server.h - a GDB stub in front of a board: what its files share
 *
 * server.c the module, listen.c the socket, client.c bytes of the one client,
 * packet.c which packet goes where; then a file for each class of packets, and
 * what they all say with: reply.c.
 */
#ifndef GDB_SERVER_H
#define GDB_SERVER_H

#include <poll.h>
#include <sys/types.h>

#include <stoker/module.h>

#include "plugins/common/gdb/packet.h"
#include "plugins/common/gdb/xml.h"

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
/* The longest packet taken, and the longest reply given, before escapes. */
#define PACKET_MOST		0x4000u
/* Replies that wait for a client that does not read: no more packets are taken. */
#define OUT_MOST		(4 * PACKET_MOST)
/* What the console has not been told yet; older lines stay, newer ones are dropped. */
#define UNTOLD_MOST		0x10000u
#define BREAKS_MOST		64

struct client {
	int fd;				/* -1: none */
	char peer[80];
	struct gdb_framer framer;
	uint8_t in[PACKET_MOST];
	size_t in_len, in_at;		/* bytes read, and of these taken */
	struct gdb_buf out;		/* frames to be sent */
	size_t sent;
	struct gdb_buf last;		/* the last frame, for one who asks again */
	bool debugger;			/* a whole packet came: no browser, no scanner */
	bool no_ack, swbreak, hwbreak;
	bool error_text;		/* takes "E.TEXT" wherever an error may be */
	bool waiting;			/* resumed the core: a stop reply is due */
	bool interrupted;		/* asked for the stop */
};

struct breakpoint {
	uint64_t addr;
	bool hardware;
};

/* Between the first vFlashErase and vFlashDone. */
struct collected {
	struct stk_range *erase;	/* disjoint */
	size_t n_erase;
	struct stk_chunk *chunks;	/* disjoint, inside of erase; data is ours */
	size_t n_chunks;
	bool refused;			/* a part was refused: so is vFlashDone */
};

struct server_stats {
	uint64_t packets, replies, bytes_in, bytes_out, damaged, clients;
};

/* In front of a target that is behind a GDB server itself; see proxy.c. */
struct proxy {
	bool open;
	bool awaiting;			/* the client has a reply to come from there */
	bool running;			/* the core runs, as far as packets tell */
	bool supported;			/* the next reply lists features */
	bool has_map;			/* the server there has a memory map */
	bool theirs;			/* flash of theirs was erased or written */
	bool flashing;			/* the next reply may refuse a part of that */
	struct gdb_buf map;		/* XML, made when first asked for */
};

struct server {
	struct stk_ctx *ctx;
	struct stk_board *board;
	const struct stk_target_driver *ops;	/* the board's target */
	void *target;
	int listener;
	char where[128];
	int spare;			/* to take whom there is no descriptor for; -1: none */
	char *path;			/* UNIX socket, or NULL */
	dev_t path_dev;			/* what to remove there; no path_ino: nothing */
	ino_t path_ino;
	struct client client;
	struct breakpoint breaks[BREAKS_MOST];
	size_t n_breaks;
	struct collected flash;
	struct proxy proxy;
	unsigned int signal;		/* of the last stop, as GDB numbers them */
	char staged[64];		/* function that a resume calls; "": none */
	uint64_t trap;			/* where it returns to */
	struct gdb_buf untold;		/* sentences for the client's console */
	struct stk_error why;		/* the last failure */
	struct gdb_buf features, memory_map;	/* XML, made when first asked for */
	struct server_stats stats;
	bool lost;			/* the target is gone: @why has the sentence */
};

/* ---- listen.c ---- */

int listen_open(struct server *s, const char *address, struct stk_error *err);
void listen_close(struct server *s);
/* A connection, non-blocking; -1: none. @peer: who. */
int listen_accept(struct server *s, char *peer, size_t len);

/* ---- client.c ---- */

void client_begin(struct server *s, int fd, const char *peer);
/* @why: for people, NULL where it is ordinary; the board is as before but for the client's breakpoints. */
void client_end(struct server *s, const char *why);
short client_events(const struct server *s);
/* Read, serve and write what can be without waiting. */
void client_ready(struct server *s, short revents);
/* If it has closed the connection: serve what it sent before, and let it go. */
void client_hear_out(struct server *s);
/* Write what is due, as far as the client takes it now. */
void client_flush(struct server *s);
/* Replies pile up: give it no more. */
bool client_backlog(const struct server *s);

/* ---- packet.c ---- */

/* Serve one packet; NUL after its last byte. */
void packet_serve(struct server *s, const char *packet, size_t len);
/* "qC" is no beginning of "qCRC:", nor "vKill" of "vKillAll". */
bool packet_is(const char *packet, size_t len, const char *word);

/* What a handler gets: the packet after the word it was recognised by. */
struct args {
	const char *at, *end;
};

static inline uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

/* Take a number, or this character; false, and nothing taken: it is not there. */
bool args_number(struct args *a, uint64_t *ret);
bool args_char(struct args *a, char c);
/* "ADDR,LEN" */
bool args_range(struct args *a, struct stk_range *ret);

/* ---- reply.c: a packet gets exactly one of these, but for the last two ---- */

void reply(struct server *s, const char *text);
void reply_bytes(struct server *s, const void *bytes, size_t len);
void reply_hex(struct server *s, const void *bytes, size_t len);
/* No reply: it may come at any time. */
void reply_notification(struct server *s, const void *bytes, size_t len);
/* "E.TEXT", of no consequence: what was asked does not exist. */
void reply_error(struct server *s, const char *fmt, ...) stk_printf(2, 3);
/* A packet that is none. */
void reply_malformed(struct server *s);
/*
 * The same of what went wrong: also said to people now, and on the console
 * when that can be, since GDB before 15 shows none of an E reply.
 */
void reply_failed(struct server *s, const struct stk_error *err);
void reply_refused(struct server *s, const char *fmt, ...) stk_printf(2, 3);
/* The same of what the board has said already. */
void reply_job_failed(struct server *s, const struct stk_error *err);
/* The same without a reply. */
void note_failure(struct server *s, const struct stk_error *err);
/* Text for the console, sent by the next tell(). */
void untold(struct server *s, const char *fmt, ...) stk_printf(2, 3);
/* Only while the client waits for the reply to qRcmd, or for a stop. */
void tell(struct server *s);

/* What an operation of the target returned: notes that the target is gone; returns @r. */
int target_result(struct server *s, int r, const struct stk_error *err);

/* ---- the classes of packets ---- */

typedef void packet_handler(struct server *s, struct args *a);

/* query.c */
packet_handler query_supported, query_no_ack, query_features, query_memory_map,
	query_current, query_threads, query_no_more, query_attached, query_rcmd, query_crc,
	query_ok;
/* The part of a document that "OFFSET,LENGTH" asks for; what "monitor TEXT" answers. */
void reply_part(struct server *s, struct args *a, const struct gdb_buf *text);
void reply_monitor(struct server *s, const char *text);
/* memory.c */
packet_handler memory_read_hex, memory_read_binary, memory_write_hex, memory_write_binary;
/* registers.c */
packet_handler registers_read, registers_write, register_read, register_write;
/* breakpoint.c */
packet_handler break_set, break_clear;
/* run.c */
packet_handler run_why, run_vcont_query, run_vcont, run_continue, run_continue_signal,
	run_step, run_step_signal, run_detach, run_kill, run_vkill;
/* flash.c */
packet_handler flash_erase, flash_write, flash_done;

/* breakpoint.c: take the client's out of the target, and put them back. */
void breaks_out(struct server *s);
void breaks_in(struct server *s);
void breaks_forget(struct server *s);
/* NULL: none of the client's. */
const struct breakpoint *break_at(const struct server *s, uint64_t addr);

/* run.c: a stop is to be told; 0x03 came; halt, if it runs. */
void run_stopped(struct server *s, const struct stk_stop *stop);
void run_interrupt(struct server *s);
int run_halt(struct server *s, struct stk_error *err);
int run_reset_chip(struct server *s, struct stk_error *err);
/* A call that the core stands before, or in: reset, so that no resume makes it. */
int run_drop_staged(struct server *s, struct stk_error *err);

/* flash.c */
void flash_forget(struct server *s);
/* The same, and say so, if it had begun. */
void flash_abandon(struct server *s);
/*
 * A part was refused: drop what was collected, and so vFlashDone is. Only a client
 * that must know of it begins anew: see flash_look().
 */
void flash_refuse(struct server *s);
/* The same with a reply; always false. */
bool flash_refused_before(struct server *s);
void flash_malformed(struct server *s);
/* Every packet, before it is served. */
void flash_look(struct server *s, const char *packet, size_t len);
/* Collect for vFlashDone; false: it was replied. */
bool flash_collect_erase(struct server *s, struct stk_range range);
bool flash_collect_write(struct server *s, uint64_t addr, const char *bytes, size_t len);
/* NULL: no loader of the board writes that. */
const struct stk_board_region *flash_region_at(struct server *s, uint64_t addr);

/* proxy.c: for a client, from its first packet to its last; false: nobody is there */
bool proxy_begin(struct server *s);
void proxy_end(struct server *s);
void proxy_serve(struct server *s, const char *packet, size_t len);
void proxy_interrupt(struct server *s);
/* For poll(), -1: none; something may have come. */
int proxy_fd(const struct server *s);
void proxy_ready(struct server *s);
/* Pass a packet on as it is; its reply will pass, too. */
void proxy_pass(struct server *s, const char *packet, size_t len);
/* Ask ourselves; false: no reply, and the client was told. Valid until the next packet. */
bool proxy_ask(struct server *s, const char *packet, size_t len, int timeout_ms,
	       const char **ret, size_t *ret_len);
/* proxy-map.c, proxy-flash.c: as packet_handler, with the packet to be passed on. */
typedef void proxy_handler(struct server *s, const char *packet, struct args *a);
proxy_handler proxy_memory_map, proxy_flash_erase, proxy_flash_write, proxy_flash_done;

/* describe.c: names as descriptions and people have them, in the order of enum stk_reg */
extern const char *const register_names[STK_REG_COUNT];
bool describe_features(struct server *s);
bool describe_memory(struct server *s);

struct memory_map {
	struct gdb_memory *item;	/* by address, disjoint; to be freed */
	size_t count;
	bool failed;
};

/* What of it nobody has said anything about yet. */
void map_fill(struct memory_map *m, struct gdb_memory what);
/* What the loaders of the board write. */
void map_regions(struct memory_map *m, struct stk_board *board);

/* memory.c: by the target, while the core runs too where that is offered. */
int memory_read(struct server *s, uint64_t addr, void *buf, size_t len,
		struct stk_error *err);
int memory_write(struct server *s, uint64_t addr, const void *buf, size_t len,
		 struct stk_error *err);

/* monitor.c: the answer goes through untold(). */
int monitor_run(struct server *s, const char *command, struct stk_error *err);
/* monitor-register.c, monitor-flash.c; @text: what follows the word. */
int monitor_register(struct server *s, const char *text, struct stk_error *err);
int monitor_flash(struct server *s, const char *text, struct stk_error *err);
/* "FLASH_SR = 0x00000010 (WRPERR)" of the register at @addr. */
int monitor_show(struct server *s, const struct stk_peripheral *p,
		 const struct stk_register *r, struct stk_error *err);

#endif
