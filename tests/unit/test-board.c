/* SPDX-License-Identifier: MIT */
/* A virtual board, with servers whose clients are this test. */
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../long/rig.h"
#include "server-probe.h"

#define FLASH		0x08000000u
#define FLASH_SIZE	(128u << 10)
#define RAM		0x20000000u
#define PAGE		0x800u

static struct rig g4;
static struct stk_target *chip;
static struct stk_board *board;
static struct probe probe[2];
static int in[2][2];
static volatile int cancel;
static char said[8192];
static struct stk_board_event last_flash;
static struct stk_error last_error;
static uint8_t flash[FLASH_SIZE], before[FLASH_SIZE], bytes[3 * PAGE];

/* ---- the bench -------------------------------------------------------- */

static void on_say(void *data, const char *line)
{
	size_t used = strlen(said);

	ck_assert_ptr_eq(data, said);
	snprintf(said + used, sizeof(said) - used, "%s\n", line);
}

static void on_event(void *data, const struct stk_board_event *event)
{
	if (event->kind != STK_BOARD_FLASHED)
		return;
	last_flash = *event;
	if (event->err)
		last_error = *event->err;
}

static const char *loader_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"), name);
	return path;
}

static int new_board(struct stk_loader *const *loaders, size_t n, struct stk_board **ret,
		     struct stk_error *err)
{
	const struct stk_board_options opt = {
		.size = sizeof(opt), .loaders = loaders, .n_loaders = n,
		.say = on_say, .event = on_event, .data = said, .cancel = &cancel,
	};

	return stk_board_new(chip, &opt, ret, err);
}

/* One more server, which waits for in[i]. */
static void listen_probe(int i)
{
	char option[64];
	const char *const options[] = { option, NULL };
	const char *where;
	struct stk_error err;

	ck_assert(!pipe2(in[i], O_NONBLOCK));
	probe[i] = (struct probe){ .fd = in[i][0] };
	snprintf(option, sizeof(option), "probe=%p", (void *)&probe[i]);
	ck_assert_msg(!stk_board_listen(board, "probe", "", options, &where, &err), "%s",
		      err.msg);
	ck_assert_str_eq(where, "here");
	ck_assert(probe[i].open);
}

static void open_with(const char *loader)
{
	char modules[512];
	struct stk_error err;

	snprintf(modules, sizeof(modules), "%s/tests/unit/.libs", getenv("top_builddir"));
	setenv("STOKER_MODULE_PATH", modules, 1);
	rig_open(&g4, loader_path(loader), "stm32g431cb", "FLASH");
	chip = rig_target(&g4, NULL);
	rig_random(bytes, sizeof(bytes), 1);
	ck_assert_msg(!new_board(&g4.loader, 1, &board, &err), "%s", err.msg);
}

static void open_board(void)
{
	open_with("g431.FLM");
}

static void close_board(void)
{
	stk_board_free(board);
	ck_assert(!probe[0].open && !probe[1].open);
	stk_target_close(chip);
	rig_close(&g4);
}

static void ring(int i)
{
	ck_assert(write(in[i][1], "", 1) == 1);
}

static void answer(struct probe *p)
{
	char c;

	ck_assert(read(p->fd, &c, 1) == 1);
}

static void serve(void)
{
	struct stk_error err;

	ck_assert_msg(!stk_board_serve(board, &err), "%s", err.msg);
}

static const struct stk_target_driver *ops(void)
{
	return stk_inner_driver(stk_board_target(board));
}

static void *priv(void)
{
	return stk_inner_priv(stk_board_target(board));
}

/* Put code into RAM and the core in front of it. */
static void put_code(const uint16_t *code, size_t len)
{
	struct stk_regs regs = { .valid = 1u << STK_REG_PC | 1u << STK_REG_XPSR };

	regs.r[STK_REG_PC] = RAM + 0x200;
	regs.r[STK_REG_XPSR] = 1u << 24;
	ck_assert(!ops()->write(priv(), RAM + 0x200, code, len, NULL));
	ck_assert(!ops()->set_regs(priv(), &regs, NULL));
}

/* ADDS r0, #1; STR r0, [sp]; B back: something changes all the time */
static const uint16_t counting[] = { 0x3001, 0x9000, 0xe7fc };

static void put_counting(void)
{
	struct stk_regs regs = { .valid = 1u << STK_REG_SP };

	regs.r[STK_REG_SP] = RAM + 0x1000;
	put_code(counting, sizeof(counting));
	ck_assert(!ops()->set_regs(priv(), &regs, NULL));
}

/* ---- the loop --------------------------------------------------------- */

static int end_board(struct probe *p, struct stk_error *err)
{
	stk_board_end(p->board);
	return 0;
}

START_TEST(a_client_ends_it)
{
	listen_probe(0);
	probe[0].ready = end_board;
	ring(0);
	serve();
	ck_assert_uint_eq(probe[0].polls, 1);
	ck_assert(!stk_board_running(board));
}
END_TEST

START_TEST(a_signal_ends_it)
{
	struct stk_error err;

	for (int running = 0; running < 2; running++) {
		put_counting();
		ck_assert(!running || !stk_board_resume(board, &err));
		cancel = 1;
		stk_board_wake(board);
		ck_assert_int_eq(stk_board_serve(board, &err), -EINTR);
		ck_assert_int_eq(err.origin, STK_ORIGIN_INTERRUPTED);
		cancel = 0;
	}
}
END_TEST

/* Clients hear that their target is gone. */
START_TEST(a_link_breaks_while_the_core_runs)
{
	struct stk_target *whole = chip;
	struct stk_error err;

	stk_board_free(board);
	chip = rig_target(&g4, "fault:kind=wait,op=2,mode=cut");
	ck_assert_msg(!new_board(&g4.loader, 1, &board, &err), "%s", err.msg);
	listen_probe(0);
	put_counting();
	ck_assert(!stk_board_resume(board, &err));
	ck_assert_int_lt(stk_board_serve(board, &err), 0);
	ck_assert_str_eq(err.cause, "link-cut");
	ck_assert_uint_eq(probe[0].stops, 1);
	ck_assert_int_eq(probe[0].stop.reason, STK_STOP_LOST);
	ck_assert_ptr_nonnull(strstr(err.msg, probe[0].stop.text));
	stk_target_close(whole);
}
END_TEST

static int fail_ready(struct probe *p, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-cut", "cut");
}

START_TEST(a_server_gives_up)
{
	struct stk_error err;

	listen_probe(0);
	probe[0].ready = fail_ready;
	ring(0);
	ck_assert_int_eq(stk_board_serve(board, &err), -ENOTCONN);
	ck_assert_str_eq(err.msg, "cut");
}
END_TEST

/* Each time that something comes in: run, and when it runs, halt. */
static int run_or_halt(struct probe *p, struct stk_error *err)
{
	struct stk_stop stop;
	int r;

	answer(p);
	if (!stk_board_running(p->board))
		return stk_board_resume(p->board, err);
	r = stk_board_halt(p->board, &stop, err);
	ck_assert(!r && !stk_board_running(p->board));
	ck_assert_int_eq(stop.reason, STK_STOP_HALTED);
	ck_assert(stop.pc >= RAM + 0x200 && stop.pc < RAM + 0x200 + sizeof(counting));
	stk_board_end(p->board);
	return 0;
}

/* It rings again while the core runs. */
static int resume_and_ring(struct probe *p, struct stk_error *err)
{
	int r = run_or_halt(p, err);

	ring(0);
	return r;
}

START_TEST(a_running_core_is_halted)
{
	struct stk_regs regs;

	listen_probe(0);
	listen_probe(1);
	probe[0].ready = resume_and_ring;
	put_counting();
	ring(0);
	serve();
	ck_assert(!ops()->get_regs(priv(), &regs, NULL));
	ck_assert_uint_gt(regs.r[0], 100);
	/* The other one is told. */
	ck_assert_uint_eq(probe[0].stops, 0);
	ck_assert_uint_eq(probe[1].stops, 1);
	ck_assert_int_eq(probe[1].stop.reason, STK_STOP_HALTED);
}
END_TEST

static int halt_and_resume(struct probe *p, struct stk_error *err)
{
	struct stk_stop stop;
	int r = stk_board_halt(p->board, &stop, err);

	answer(p);
	stk_board_end(p->board);
	return r ? r : stk_board_resume(p->board, err);
}

/* As a breakpoint is cleared of a client that goes: it is none of the others' business. */
START_TEST(halted_for_a_moment)
{
	listen_probe(0);
	listen_probe(1);
	probe[0].ready = halt_and_resume;
	put_counting();
	ck_assert(!stk_board_resume(board, NULL));
	ring(0);
	serve();
	ck_assert(stk_board_running(board));
	ck_assert_uint_eq(probe[0].stops + probe[1].stops, 0);
	probe[0].ready = run_or_halt;
	ring(0);
	serve();
	ck_assert_uint_eq(probe[1].stops, 1);
}
END_TEST

/* Bytes of GDB's protocol: "+" and "$OK#9a" to each of two packets. */
static int gdb_client(const char *where)
{
	static const char packets[] = "$Z0,20000300,2#99$qRcmd,65786974#d7";
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)atoi(strrchr(where, ':') + 1));
	ck_assert(!connect(fd, (struct sockaddr *)&at, sizeof(at)));
	ck_assert(write(fd, packets, strlen(packets)) == (ssize_t)strlen(packets));
	return fd;
}

/* Its breakpoint goes with it, and the core runs on. */
START_TEST(a_gdb_goes_while_another_waits)
{
	struct stk_error err;
	const char *where;
	int fd;

	ck_assert_msg(!stk_board_listen(board, "gdb", "127.0.0.1:0", NULL, &where, &err), "%s",
		      err.msg);
	listen_probe(0);
	fd = gdb_client(where);
	serve();
	ck_assert_ptr_nonnull(strstr(said, "connected"));
	put_counting();
	ck_assert(!stk_board_resume(board, NULL));
	said[0] = '\0';
	close(fd);
	probe[0].ready = end_board;
	ring(0);
	while (!strstr(said, "disconnected"))
		serve();
	ck_assert(stk_board_running(board));
	ck_assert_uint_eq(probe[0].stops, 0);
}
END_TEST

static void halt_at_close(struct probe *p)
{
	struct stk_stop stop;

	ck_assert(!stk_board_halt(p->board, &stop, NULL));
}

/* Who is open still is told, and nobody else. */
START_TEST(a_server_halts_as_it_closes)
{
	listen_probe(0);
	listen_probe(1);
	put_counting();
	probe[0].close = probe[1].close = halt_at_close;
	ck_assert(!stk_board_resume(board, NULL));
	stk_board_free(board);
	ck_assert_uint_eq(probe[0].stops, 1);
	ck_assert_uint_eq(probe[1].stops, 0);
	ck_assert(!new_board(&g4.loader, 1, &board, NULL));
}
END_TEST

START_TEST(a_core_that_stops_is_told_to_all)
{
	static const uint16_t wfi[] = { 0xbf30, 0xe7fd };
	static const uint16_t bkpt[] = { 0x2001, 0xbe00 };
	static const struct {
		const uint16_t *code;
		size_t len;
		enum stk_stop_reason why;
	} c[] = {
		{ wfi, sizeof(wfi), STK_STOP_STUCK },
		{ bkpt, sizeof(bkpt), STK_STOP_BREAK },
	};

	listen_probe(0);
	listen_probe(1);
	probe[1].end_on_stop = true;
	put_code(c[_i].code, c[_i].len);
	ck_assert(!stk_board_resume(board, NULL));
	ck_assert(!stk_board_resume(board, NULL));
	serve();
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(probe[i].stops, 1);
		ck_assert_int_eq(probe[i].stop.reason, c[_i].why);
	}
	ck_assert(!stk_board_running(board));
}
END_TEST

START_TEST(halted_is_told_where)
{
	struct stk_stop stop;

	put_counting();
	ck_assert(!stk_board_halt(board, &stop, NULL));
	ck_assert_int_eq(stop.reason, STK_STOP_HALTED);
	ck_assert_uint_eq(stop.pc, RAM + 0x200);
}
END_TEST

START_TEST(no_such_server)
{
	struct stk_error err;
	const char *where;

	ck_assert_int_lt(stk_board_listen(board, "telnet", "", NULL, &where, &err), 0);
	ck_assert_str_eq(err.cause, "no-such-module");
	ck_assert_int_lt(stk_board_listen(board, "probe", "", NULL, &where, &err), 0);
	ck_assert_str_eq(err.cause, "bad-option");
}
END_TEST

/* ---- what it has ------------------------------------------------------- */

START_TEST(regions_and_ram)
{
	size_t n;
	const struct stk_board_region *r = stk_board_regions(board, &n);
	const struct stk_range *ram;

	ck_assert_uint_eq(n, 1);
	ck_assert(r->range.addr == FLASH && r->range.len == FLASH_SIZE);
	ck_assert_uint_eq(r->sector, PAGE);
	ck_assert_uint_eq(r->erased, 0xFF);
	ck_assert_ptr_eq(r->loader, g4.loader);
	ram = stk_board_ram(board, &n);
	ck_assert(n && ram[0].addr == RAM);
	ck_assert_ptr_nonnull(stk_board_facts(board)->chip);
}
END_TEST

static void refused(const char *const *names, size_t n, const char *cause)
{
	struct stk_loader *loaders[2];
	struct stk_board *b = NULL;
	struct stk_error err;

	for (size_t i = 0; i < n; i++)
		ck_assert(!stk_loader_open(g4.ctx, loader_path(names[i]), STK_LOADER_DESCRIBE,
					   &loaders[i], &err));
	ck_assert_int_lt(new_board(loaders, n, &b, &err), 0);
	ck_assert_str_eq(err.cause, cause);
	ck_assert_ptr_null(b);
	for (size_t i = 0; i < n; i++)
		stk_loader_close(loaders[i]);
}

START_TEST(what_a_plan_would_refuse)
{
	const char *const twice[] = { "g431.FLM", "g431-no-effect.FLM" };
	const char *const external[] = { "h743-w25q128.stldr" };
	const char *const firmware[] = { "firmware-g431.elf" };

	refused(twice, 2, "two-loaders");
	refused(external, 1, "not-in-chip");
	refused(firmware, 1, "no-device-table");
}
END_TEST

START_TEST(without_loaders)
{
	struct stk_board_write w = { .size = sizeof(w), .n_erase = 1,
				     .erase = &(struct stk_range){ FLASH, PAGE } };
	struct stk_board *b;
	struct stk_error err;
	uint64_t trap;
	const char *text;
	size_t n;

	ck_assert(!new_board(NULL, 0, &b, &err));
	stk_board_regions(b, &n);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_lt(stk_board_flash(b, &w, &text, &err), 0);
	ck_assert_str_eq(err.cause, "no-loader");
	ck_assert_int_lt(stk_board_stage(b, "Init", NULL, 0, &trap, &text, &err), 0);
	ck_assert_str_eq(err.cause, "function-missing");
	stk_board_free(b);
	ck_assert(!stk_board_new(chip, NULL, &b, &err));
	stk_board_say(b, "nobody hears this");
	stk_board_free(b);
}
END_TEST

/* ---- two loaders -------------------------------------------------------- */

enum { START = 130, SIZE = 134 };	/* FlashDevice (CMSIS-Pack), from its name on */

/* Our loader, for one half of the flash alone. */
static struct stk_loader *half_loader(const char *name, uint32_t start)
{
	static const char device[] = "STM32G431 128 KiB flash";
	static uint8_t elf[1 << 17];
	struct stk_loader *loader;
	FILE *f = fopen(loader_path("g431.FLM"), "rb");
	size_t len, found = 0;

	ck_assert_ptr_nonnull(f);
	len = fread(elf, 1, sizeof(elf), f);
	fclose(f);
	for (size_t i = 0; i + 200 < len; i++) {
		if (memcmp(elf + i, device, sizeof(device)))
			continue;
		for (int k = 0; k < 4; k++) {
			elf[i + START + (size_t)k] = (uint8_t)(start >> 8 * k);
			elf[i + SIZE + (size_t)k] = (uint8_t)(FLASH_SIZE / 2 >> 8 * k);
		}
		found++;
	}
	ck_assert_uint_eq(found, 1);
	ck_assert(!stk_loader_from_memory(g4.ctx, name, elf, len, 0, &loader, NULL));
	return loader;
}

START_TEST(two_loaders)
{
	/* Not in order, as a user may give them. */
	struct stk_loader *const halves[] = {
		half_loader("high.FLM", FLASH + FLASH_SIZE / 2), half_loader("low.FLM", FLASH),
	};
	const struct stk_range border = { FLASH + FLASH_SIZE / 2 - PAGE, 2 * PAGE };
	const struct stk_chunk chunk = { border.addr + 8, bytes, 2 * PAGE - 16 };
	const struct stk_board_write w = {
		.size = sizeof(w), .erase = &border, .n_erase = 1,
		.chunks = &chunk, .n_chunks = 1,
	};
	const struct stk_board_region *r;
	struct stk_board *b;
	struct stk_error err;
	const char *text;
	uint64_t trap;
	size_t n;

	ck_assert_msg(!new_board(halves, 2, &b, &err), "%s", err.msg);
	r = stk_board_regions(b, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert(r[0].range.addr == FLASH && r[0].loader == halves[1]);
	ck_assert(r[1].range.addr == FLASH + FLASH_SIZE / 2 && r[1].loader == halves[0]);
	ck_assert_msg(!stk_board_flash(b, &w, &text, &err), "%s", err.msg);
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(flash + FLASH_SIZE / 2 - PAGE + 8, bytes, chunk.len));
	ck_assert_int_lt(stk_board_stage(b, "Init", NULL, 0, &trap, &text, &err), 0);
	ck_assert_str_eq(err.cause, "function-ambiguous");
	ck_assert(!stk_board_stage(b, "low.FLM:Init", NULL, 0, &trap, &text, &err));
	ck_assert_ptr_nonnull(strstr(text, "low.FLM lies at"));
	stk_board_free(b);
	for (int i = 0; i < 2; i++)
		stk_loader_close(halves[i]);
}
END_TEST

/* ---- flash ------------------------------------------------------------- */

static int write_flash(const struct stk_range *erase, size_t n_erase,
		       const struct stk_chunk *chunks, size_t n_chunks, const char **text,
		       struct stk_error *err)
{
	const struct stk_board_write w = {
		.size = sizeof(w), .erase = erase, .n_erase = n_erase,
		.chunks = chunks, .n_chunks = n_chunks,
	};

	return stk_board_flash(board, &w, text, err);
}

/* Two pages erased, data across their border, and a few bytes in a third page. */
START_TEST(erase_and_write)
{
	const struct stk_range erase[] = { { FLASH + 2 * PAGE, PAGE }, { FLASH + PAGE, PAGE } };
	const struct stk_chunk chunks[] = {
		{ FLASH + 0x5000 + 5, bytes + PAGE, 7 },
		{ FLASH + PAGE + 0x400, bytes, PAGE },
	};
	const char *text = NULL;
	struct stk_error err = { 0 };

	rig_monitor(chip, "fill FLASH random 7", NULL);
	rig_dump(&g4, chip, before);
	ck_assert_msg(!write_flash(erase, 2, chunks, 2, &text, &err), "%s", err.msg);
	memset(before + PAGE, 0xFF, 2 * PAGE);
	memcpy(before + PAGE + 0x400, bytes, PAGE);
	memcpy(before + 0x5000 + 5, bytes + PAGE, 7);
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(flash, before, sizeof(flash)));
	ck_assert_ptr_nonnull(strstr(text, "3 sectors erased"));
	ck_assert_ptr_nonnull(strstr(text, "readback"));
	ck_assert_ptr_nonnull(strstr(said, text));
	ck_assert_ptr_null(last_flash.err);
	/* Again: nothing is touched, all is looked at. */
	ck_assert(!write_flash(erase, 2, chunks, 2, &text, &err));
	ck_assert_ptr_nonnull(strstr(text, "0 sectors erased, 0 programmed, 3 as they were"));
}
END_TEST

START_TEST(nothing_to_write)
{
	const struct stk_chunk empty = { FLASH, bytes, 0 };
	const char *text;

	ck_assert(!write_flash(NULL, 0, &empty, 1, &text, NULL));
	ck_assert_str_eq(text, "flash: there was nothing to write");
	ck_assert_ptr_null(last_flash.report);
}
END_TEST

START_TEST(what_cannot_be_written)
{
	static const uint8_t other[4] = { 1, 2, 3, 4 };
	const struct stk_chunk twice[] = { { FLASH, bytes, 8 }, { FLASH + 2, other, 4 } };
	static const struct stk_range wrong[] = {
		{ 0x90000000, PAGE }, { FLASH + FLASH_SIZE - PAGE, 2 * PAGE },
		{ FLASH, UINT64_MAX }, { UINT64_MAX, 2 },
	};
	static const char *const cause[] = { "no-loader", "no-loader", "bad-range", "bad-range" };
	const char *text = "as it was";
	struct stk_error err;

	rig_dump(&g4, chip, before);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_lt(write_flash(&wrong[i], 1, NULL, 0, &text, &err), 0);
		ck_assert_str_eq(err.cause, cause[i]);
	}
	ck_assert_int_lt(write_flash(NULL, 0, twice, 2, &text, &err), 0);
	ck_assert_str_eq(err.cause, "data-conflict");
	ck_assert_str_eq(text, "as it was");
	ck_assert_str_eq(last_error.cause, "data-conflict");
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(flash, before, sizeof(flash)));
}
END_TEST

/* The core of one client runs while another one writes. */
static int flash_now(struct probe *p, struct stk_error *err)
{
	const struct stk_chunk chunk = { FLASH, bytes, PAGE };

	answer(p);
	stk_board_end(p->board);
	return write_flash(NULL, 0, &chunk, 1, NULL, err);
}

START_TEST(a_running_core_is_halted_first)
{
	listen_probe(0);
	listen_probe(1);
	probe[0].ready = flash_now;
	put_counting();
	ck_assert(!stk_board_resume(board, NULL));
	ring(0);
	serve();
	ck_assert_uint_eq(probe[0].stops, 0);
	ck_assert_uint_eq(probe[1].stops, 1);
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(flash, bytes, PAGE));
}
END_TEST

START_TEST(a_loader_that_lies)
{
	const struct stk_chunk chunk = { FLASH, bytes, PAGE };
	struct stk_error err;

	ck_assert_int_lt(write_flash(NULL, 0, &chunk, 1, NULL, &err), 0);
	ck_assert_int_eq(err.origin, STK_ORIGIN_LOADER);
	ck_assert_ptr_nonnull(strstr(said, "flash failed: "));
	ck_assert_ptr_nonnull(strstr(said, err.msg));
	ck_assert_ptr_nonnull(strstr(said, "  try: "));
	ck_assert_str_eq(last_error.cause, err.cause);
	/* The board goes on. */
	ck_assert_int_lt(write_flash(NULL, 0, &chunk, 1, NULL, &err), 0);
}
END_TEST

/* ---- staged calls ------------------------------------------------------ */

static void run_staged(const char *function, const uint32_t *args, unsigned int n,
		       const char *ends)
{
	struct stk_error err = { 0 };
	struct stk_regs regs;
	const char *text;
	uint64_t trap;

	said[0] = '\0';
	ck_assert_msg(!stk_board_stage(board, function, args, n, &trap, &text, &err), "%s",
		      err.msg);
	ck_assert_ptr_nonnull(strstr(text, "add-symbol-file"));
	ck_assert(!ops()->get_regs(priv(), &regs, NULL));
	for (unsigned int i = 0; i < n; i++)
		ck_assert_uint_eq(regs.r[i], args[i]);
	ck_assert(!stk_board_resume(board, &err));
	serve();
	ck_assert_int_eq(probe[0].stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(probe[0].stop.pc, trap);
	ck_assert_msg(strstr(said, ends) != NULL, "%s", said);
}

START_TEST(stage_init_and_erase)
{
	const uint32_t init[] = { FLASH, 0, 1 }, where[] = { FLASH + PAGE };
	const struct stk_chunk chunk = { FLASH, bytes, PAGE };

	listen_probe(0);
	probe[0].end_on_stop = true;
	rig_monitor(chip, "fill FLASH random 7", NULL);
	rig_dump(&g4, chip, before);
	run_staged("Init", init, 3, "Init(0x08000000, 0x00000000, 0x00000001) "
		   "returned 0: success");
	run_staged("EraseSector", where, 1, "EraseSector(0x08000800) returned 0: success");
	memset(before + PAGE, 0xFF, PAGE);
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(flash, before, sizeof(flash)));
	/* A job takes the loader's place: it must be loaded again, and Init called. */
	ck_assert(!write_flash(NULL, 0, &chunk, 1, NULL, NULL));
	run_staged("EraseSector", where, 1, "returned 1: failed");
	run_staged("g431.FLM:Init", init, 3, "returned 0: success");
}
END_TEST

static uint64_t stage(const char *function, const uint32_t *args, unsigned int n, bool anew)
{
	struct stk_error err = { 0 };
	const char *text;
	uint64_t trap;

	ck_assert_msg(!stk_board_stage(board, function, args, n, &trap, &text, &err), "%s",
		      err.msg);
	ck_assert_msg(!!strstr(text, "loader loaded") == anew, "%s", text);
	return trap;
}

/* What was done to it since the last call, and whether it must be loaded again. */
enum harm { NONE, RESET, CODE_LOST, TRAP_LOST, ELSEWHERE, BREAK_CLEARED, N_HARMS };

static void harm(enum harm how, uint64_t trap)
{
	const uint8_t zero[4] = { 0 };
	struct stk_regs regs = { .valid = 1u << STK_REG_PC };

	switch (how) {
	case RESET:
		ck_assert(!ops()->reset(priv(), NULL));
		break;
	case CODE_LOST:
		/* The staged call is where its code is. */
		stage("EraseSector", NULL, 0, false);
		ck_assert(!ops()->get_regs(priv(), &regs, NULL));
		ck_assert(!ops()->write(priv(), regs.r[STK_REG_PC], zero, 4, NULL));
		break;
	case TRAP_LOST:
		ck_assert(!ops()->write(priv(), trap, zero, 4, NULL));
		break;
	case ELSEWHERE:
		regs.r[STK_REG_PC] = FLASH;
		ck_assert(!ops()->set_regs(priv(), &regs, NULL));
		break;
	case BREAK_CLEARED:
		ck_assert(!ops()->break_clear(priv(), trap, NULL));
		break;
	default:
		break;
	}
}

START_TEST(staged_again)
{
	const uint32_t init[] = { FLASH, 0, 1 }, where[] = { FLASH + PAGE };
	uint64_t trap;

	listen_probe(0);
	probe[0].end_on_stop = true;
	run_staged("Init", init, 3, "returned 0: success");
	trap = probe[0].stop.pc;
	harm((enum harm)_i, trap);
	stage("EraseSector", where, 1, _i != NONE && _i != BREAK_CLEARED);
	ck_assert(!stk_board_resume(board, NULL));
	probe[0].stops = 0;
	serve();
	/* Without Init the flash is locked; but the call returns. */
	ck_assert_int_eq(probe[0].stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(probe[0].stop.pc, trap);
}
END_TEST

/* What else runs where the loader was is not stopped by what the loader left. */
START_TEST(resumed_into_something_else)
{
	/* 1: adds r0, #1; cmp r0, #3; bne 1b; bkpt */
	static const uint16_t code[] = { 0x3001, 0x2803, 0xd1fc, 0xbe00 };
	const uint32_t init[] = { FLASH, 0, 1 };
	struct stk_regs regs = { .valid = 1u << STK_REG_PC | 1u << STK_REG_XPSR | 1 };
	uint64_t trap;

	listen_probe(0);
	probe[0].end_on_stop = true;
	run_staged("Init", init, 3, "returned 0: success");
	trap = probe[0].stop.pc;
	ck_assert(!ops()->reset(priv(), NULL));
	ck_assert(!ops()->write(priv(), trap, code, sizeof(code), NULL));
	regs.r[0] = 0;
	regs.r[STK_REG_PC] = (uint32_t)trap;
	regs.r[STK_REG_XPSR] = 1u << 24;
	ck_assert(!ops()->set_regs(priv(), &regs, NULL));
	ck_assert(!stk_board_resume(board, NULL));
	serve();
	ck_assert_uint_eq(probe[0].stop.pc, trap + 6);
}
END_TEST

START_TEST(a_read_halts_the_core)
{
	uint8_t back[16];
	struct stk_error err = { 0 };

	listen_probe(0);
	put_counting();
	ck_assert(!stk_board_resume(board, NULL));
	ck_assert_msg(!stk_board_read(board, (struct stk_range){ FLASH, 16 }, back, &err), "%s",
		      err.msg);
	ck_assert(!stk_board_running(board));
	ck_assert_uint_eq(probe[0].stops, 1);
	ck_assert_uint_eq(back[15], 0xFF);
}
END_TEST

START_TEST(what_cannot_be_staged)
{
	const uint32_t args[5] = { 0 };
	const char *text;
	uint64_t trap;
	struct stk_error err;

	ck_assert_int_lt(stk_board_stage(board, "Innit", NULL, 0, &trap, &text, &err), 0);
	ck_assert_str_eq(err.cause, "function-missing");
	ck_assert_int_lt(stk_board_stage(board, "x.FLM:Init", NULL, 0, &trap, &text, &err), 0);
	ck_assert_str_eq(err.cause, "function-missing");
	ck_assert_int_lt(stk_board_stage(board, "Init", args, 5, &trap, &text, &err), 0);
	ck_assert_str_eq(err.cause, "too-many-arguments");
}
END_TEST

/* ---- the list ----------------------------------------------------------- */

static TCase *boards(const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, close_board);
	tcase_set_timeout(tc, 60);
	return tc;
}

static void open_liar(void)
{
	open_with("g431-no-effect.FLM");
}

int main(void)
{
	Suite *s = suite_create("board");
	TCase *tc = boards("loop", open_board);

	tcase_add_test(tc, a_client_ends_it);
	tcase_add_test(tc, a_signal_ends_it);
	tcase_add_test(tc, a_server_gives_up);
	tcase_add_test(tc, a_link_breaks_while_the_core_runs);
	tcase_add_test(tc, a_running_core_is_halted);
	tcase_add_test(tc, halted_for_a_moment);
	tcase_add_test(tc, a_gdb_goes_while_another_waits);
	tcase_add_test(tc, a_server_halts_as_it_closes);
	tcase_add_loop_test(tc, a_core_that_stops_is_told_to_all, 0, 2);
	tcase_add_test(tc, halted_is_told_where);
	tcase_add_test(tc, no_such_server);
	tcase_add_test(tc, regions_and_ram);
	tcase_add_test(tc, what_a_plan_would_refuse);
	tcase_add_test(tc, without_loaders);
	tcase_add_test(tc, two_loaders);
	suite_add_tcase(s, tc);
	tc = boards("flash", open_board);
	tcase_add_test(tc, erase_and_write);
	tcase_add_test(tc, nothing_to_write);
	tcase_add_test(tc, what_cannot_be_written);
	tcase_add_test(tc, a_running_core_is_halted_first);
	tcase_add_test(tc, a_read_halts_the_core);
	suite_add_tcase(s, tc);
	tc = boards("lies", open_liar);
	tcase_add_test(tc, a_loader_that_lies);
	suite_add_tcase(s, tc);
	tc = boards("stage", open_board);
	tcase_add_test(tc, stage_init_and_erase);
	tcase_add_loop_test(tc, staged_again, 0, N_HARMS);
	tcase_add_test(tc, resumed_into_something_else);
	tcase_add_test(tc, what_cannot_be_staged);
	suite_add_tcase(s, tc);
	return unit_run(s);
}
