/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: what a client says to the GDB server, packet by packet, on a
 * board of which only the outside is real. A line is a packet; one that is "\3"
 * interrupts, and "\4" has the core stop by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/server/gdb/server.h"

#define RAM_START	0x20000000u
#define RAM_SIZE	0x8000u
#define FLASH_START	0x08000000u
#define PAGE		0x800u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stk_board {
	uint8_t ram[RAM_SIZE], flash[16 * PAGE];
	struct stk_regs regs;
	uint64_t breaks[8];
	size_t n_breaks;
	bool running;
};

/* ---- a target ---------------------------------------------------------- */

static uint8_t *place(struct stk_board *b, uint64_t addr, size_t len)
{
	if (stk_range_contains((struct stk_range){ RAM_START, RAM_SIZE },
			       (struct stk_range){ addr, len }))
		return b->ram + (addr - RAM_START);
	if (stk_range_contains((struct stk_range){ FLASH_START, sizeof(b->flash) },
			       (struct stk_range){ addr, len }))
		return b->flash + (addr - FLASH_START);
	return NULL;
}

static int no_memory(struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "bus-fault", "nothing is there");
}

static int fake_read(void *priv, uint64_t addr, void *buf, size_t len, struct stk_error *err)
{
	const uint8_t *from = place(priv, addr, len);

	if (!from)
		return no_memory(err);
	memcpy(buf, from, len);
	return 0;
}

static int fake_write(void *priv, uint64_t addr, const void *buf, size_t len,
		      struct stk_error *err)
{
	uint8_t *to = place(priv, addr, len);

	if (!to || addr < RAM_START)
		return no_memory(err);
	memcpy(to, buf, len);
	return 0;
}

static int fake_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	*ret = ((struct stk_board *)priv)->regs;
	ret->valid = (1u << STK_REG_PRIMASK) - 1;
	return 0;
}

static int fake_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct stk_board *b = priv;

	for (unsigned int i = 0; i < STK_REG_COUNT; i++)
		if (regs->valid >> i & 1)
			b->regs.r[i] = regs->r[i];
	return 0;
}

static int fake_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	struct stk_board *b = priv;

	if (b->n_breaks == 8)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOSPC, "too-many-breakpoints", "no more");
	b->breaks[b->n_breaks++] = addr;
	return 0;
}

/* What is cleared was set. */
static int fake_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	struct stk_board *b = priv;

	for (size_t i = 0; i < b->n_breaks; i++) {
		if (b->breaks[i] != addr)
			continue;
		b->breaks[i] = b->breaks[--b->n_breaks];
		return 0;
	}
	abort();
}

static int fake_reset(void *priv, struct stk_error *err)
{
	return 0;
}

static int fake_step(void *priv, struct stk_stop *ret, struct stk_error *err)
{
	struct stk_board *b = priv;

	b->regs.r[STK_REG_PC] += 2;
	*ret = (struct stk_stop){ .reason = STK_STOP_HALTED, .pc = b->regs.r[STK_REG_PC] };
	return 0;
}

static const struct stk_target_driver fake = {
	.size = sizeof(fake), .name = "fake", .read = fake_read, .write = fake_write,
	.get_regs = fake_get_regs, .set_regs = fake_set_regs, .break_set = fake_break_set,
	.break_clear = fake_break_clear, .reset = fake_reset, .step = fake_step,
};

/* ---- what the core would do --------------------------------------------- */

struct stk_target *stk_board_target(struct stk_board *board)
{
	return (struct stk_target *)board;
}

const struct stk_target_driver *stk_inner_driver(struct stk_target *inner)
{
	return &fake;
}

void *stk_inner_priv(struct stk_target *inner)
{
	return inner;
}

const struct stk_target_facts *stk_board_facts(struct stk_board *board)
{
	static const struct stk_target_facts facts = { .size = sizeof(facts) };

	return &facts;
}

void stk_board_say(struct stk_board *board, const char *fmt, ...)
{
}

void stk_board_client(struct stk_board *board, const char *peer, bool came)
{
}

bool stk_board_running(const struct stk_board *board)
{
	return board->running;
}

int stk_board_resume(struct stk_board *board, struct stk_error *err)
{
	board->running = true;
	return 0;
}

int stk_board_halt(struct stk_board *board, struct stk_stop *ret, struct stk_error *err)
{
	board->running = false;
	*ret = (struct stk_stop){ .reason = STK_STOP_HALTED, .pc = board->regs.r[STK_REG_PC] };
	return 0;
}

void stk_board_end(struct stk_board *board)
{
}

const struct stk_range *stk_board_ram(struct stk_board *board, size_t *ret_count)
{
	static const struct stk_range ram = { RAM_START, RAM_SIZE };

	*ret_count = 1;
	return &ram;
}

/* Two loaders side by side, and a gap. */
const struct stk_board_region *stk_board_regions(struct stk_board *board, size_t *ret_count)
{
	static const struct stk_board_region regions[] = {
		{ { FLASH_START, 8 * PAGE }, PAGE, 0xff, NULL },
		{ { FLASH_START + 8 * PAGE, 4 * PAGE }, 2 * PAGE, 0, NULL },
		{ { FLASH_START + 14 * PAGE, PAGE }, 16, 0xff, NULL },
	};

	*ret_count = ARRAY_SIZE(regions);
	return regions;
}

static bool erased(const struct stk_board_write *w, uint64_t addr)
{
	for (size_t i = 0; i < w->n_erase; i++)
		if (stk_range_contains(w->erase[i], (struct stk_range){ addr, 1 }))
			return true;
	return false;
}

/* As promised: all is flash, erased before it is written, and nothing comes twice. */
int stk_board_flash(struct stk_board *board, const struct stk_board_write *w,
		    const char **ret_said, struct stk_error *err)
{
	uint8_t seen[sizeof(board->flash)] = { 0 };

	for (size_t i = 0; i < w->n_erase; i++) {
		if (!place(board, w->erase[i].addr, w->erase[i].len))
			abort();
		memset(place(board, w->erase[i].addr, w->erase[i].len), 0xff, w->erase[i].len);
	}
	for (size_t i = 0; i < w->n_chunks; i++)
		for (size_t k = 0; k < w->chunks[i].len; k++) {
			uint64_t at = w->chunks[i].addr + k;

			if (!erased(w, at) || seen[at - FLASH_START]++)
				abort();
			board->flash[at - FLASH_START] = w->chunks[i].data[k];
		}
	*ret_said = "done";
	return 0;
}

int stk_board_read(struct stk_board *board, struct stk_range range, void *buf,
		   struct stk_error *err)
{
	return no_memory(err);
}

int stk_board_stage(struct stk_board *board, const char *function, const uint32_t *args,
		    unsigned int n_args, uint64_t *ret_trap, const char **ret_said,
		    struct stk_error *err)
{
	if (n_args > 4)
		abort();
	*ret_trap = RAM_START + 0x1c;
	*ret_said = "staged";
	return 0;
}

bool stk_target_link(const struct stk_target *target, struct stk_link_stats *ret)
{
	return false;
}

int stk_target_monitor(struct stk_target *target, const char *command,
		       void (*print)(void *out, const char *text), void *out,
		       struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_USAGE, ENOSYS, "no-monitor", "no commands");
}

const struct stk_loader_info *stk_loader_info(const struct stk_loader *loader)
{
	static const struct stk_loader_info info = { .name = "loader" };

	return &info;
}

bool stk_register_at(struct stk_ctx *ctx, const struct stk_chip *chip, uint64_t addr,
		     struct stk_register_place *ret)
{
	return false;
}

/* ---- the client ---------------------------------------------------------- */

/* What was answered is whole packets, and few. */
static void check_replies(struct server *s)
{
	struct gdb_framer f;
	struct client *c = &s->client;
	size_t at = 0, used;

	gdb_framer_init(&f, PACKET_MOST, true);
	while (at < c->out.len) {
		enum gdb_unit unit = gdb_framer_take(&f, c->out.bytes + at, c->out.len - at,
						     &used);

		if (unit == GDB_UNIT_NONE || unit == GDB_UNIT_DAMAGED ||
		    unit == GDB_UNIT_TOO_LONG)
			abort();
		at += used;
	}
	gdb_framer_free(&f);
	gdb_buf_clear(&c->out);
	c->sent = 0;
}

static void say(struct server *s, const char *line, size_t len)
{
	const struct stk_stop stop = { .reason = STK_STOP_BREAK, .pc = RAM_START + 0x1c };
	char *packet = malloc(len + 1);

	if (!packet)
		return;
	memcpy(packet, line, len);
	packet[len] = '\0';
	if (len == 1 && *line == 3) {
		run_interrupt(s);
	} else if (len == 1 && *line == 4) {
		if (s->board->running) {
			s->board->running = false;
			run_stopped(s, &stop);
		}
	} else {
		packet_serve(s, packet, len);
	}
	free(packet);
	check_replies(s);
}

static void open_server(struct server *s, struct stk_board *b)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*s = (struct server){ .board = b, .ops = &fake, .target = b, .listener = -1,
			      .signal = 5 };
	s->client.fd = -1;
	if (fd >= 0)
		client_begin(s, fd, "fuzz");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stk_board *b = calloc(1, sizeof(*b));
	struct server *s = malloc(sizeof(*s));
	const char *at = (const char *)data, *end = at + size;

	if (!b || !s)
		abort();
	open_server(s, b);
	while (at < end && s->client.fd >= 0) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((line ? line : end) - at);

		say(s, at, len);
		at += len + 1;
	}
	if (s->client.fd >= 0)
		client_end(s, NULL);
	/* Whoever goes leaves no breakpoint behind, and nothing half done. */
	if (b->n_breaks || s->flash.n_erase || s->flash.n_chunks)
		abort();
	gdb_buf_free(&s->untold);
	gdb_buf_free(&s->features);
	gdb_buf_free(&s->memory_map);
	free(s);
	free(b);
	return 0;
}
