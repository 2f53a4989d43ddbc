/* SPDX-License-Identifier: MIT */
/* What of a file goes to the target: images of every shape seen in the wild. */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"
#include "make-elf.h"
#include "make-table.h"
#include "plugins/format/format.h"
#include "unit.h"

#define RAM	0x20000004u

static const struct stk_format_driver *const drivers[] = { &stldr_driver, &flm_driver };

static uint8_t table[STORAGE_INFO_BYTES];
/* 16 bytes of code, a hole for the table, 16 more. */
static uint8_t holed[16 + STORAGE_INFO_BYTES + 16];
/* The same with the table in it. */
static uint8_t filled[sizeof(holed)];
/* The table, and 8 bytes after it or before it that are not fill. */
static uint8_t tailed[STORAGE_INFO_BYTES + 8];
static uint8_t headed[8 + STORAGE_INFO_BYTES];

#define CODE	"0123456789abcdef"
#define MORE	"ghijklmnopqrstuv"

static void make_bytes(void)
{
	const struct make_table t = { .name = "TEST" };

	make_storage_info(&t, table);
	memcpy(holed, CODE, 16);
	memcpy(holed + sizeof(holed) - 16, MORE, 16);
	memcpy(filled, holed, sizeof(filled));
	memcpy(filled + 16, table, sizeof(table));
	memcpy(tailed, table, sizeof(table));
	memcpy(tailed + sizeof(table), "constant", 8);
	memcpy(headed, "constant", 8);
	memcpy(headed + 8, table, sizeof(table));
}

/* ---- shapes ----------------------------------------------------------- */

struct piece {
	uint64_t addr, len, mem_len;
	const char *bytes;	/* the first of them */
};

static const struct shape {
	const char *what;
	struct make_section sections[7];
	struct make_segment segments[4];
	uint64_t table;		/* address of StorageInfo, in section 2 */
	size_t n_pieces;
	struct piece pieces[4];
	bool shadowed;
	const char *roles;	/* of the segments: Code, Table, Empty */
} shapes[] = {
	{ "table at 0 in a segment of its own",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 } },
	  { { 2, 0, 200, 200, 4, 0 }, { 1, RAM, 16, 16, 5, 0 } },
	  0, 1, { { RAM, 16, 16, CODE } }, false, "TC" },
	{ "table where the code's zeros are (armlink)",
	  { { "PrgCode", 1, 6, RAM, CODE, 16 }, { "DevDscr", 1, 2, RAM + 16, table, 200 },
	    { "PrgData", 8, 3, RAM + 16, NULL, 300 } },
	  { { 1, RAM, 16, 316, 7, 0 }, { 2, RAM + 16, 200, 200, 4, 0 } },
	  RAM + 16, 1, { { RAM, 16, 316, CODE } }, true, "CT" },
	{ "table where the code's file has a hole (GNU ld)",
	  { { ".text", 1, 6, RAM, holed, sizeof(holed) }, { ".Dev_info", 1, 2, RAM + 16, table,
	    200 } },
	  { { 1, RAM, sizeof(holed), sizeof(holed), 7, 0 },
	    { 2, RAM + 16, 200, 200, 4, 0 } },
	  RAM + 16, 1, { { RAM, sizeof(holed), sizeof(holed), CODE } }, true, "CT" },
	{ "table among the code",
	  { { ".text", 1, 6, RAM, NULL, 0 }, { ".rodata", 1, 2, RAM, filled, sizeof(filled) } },
	  { { 2, RAM, sizeof(filled), sizeof(filled), 7, 0 } },
	  RAM + 16, 1, { { RAM, sizeof(filled), sizeof(filled), CODE } }, false, "C" },
	{ "table with constants behind it goes to the target",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { ".rodata", 1, 2, RAM + 16, tailed,
	    sizeof(tailed) } },
	  { { 1, RAM, 16, 16, 5, 0 }, { 2, RAM + 16, sizeof(tailed), sizeof(tailed), 4,
	    0 } },
	  RAM + 16, 1, { { RAM, 16 + 208, 16 + 208, CODE } }, false, "CC" },
	{ "table with constants before it goes to the target",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { ".rodata", 1, 2, 0x20001000, headed,
	    sizeof(headed) } },
	  { { 1, RAM, 16, 16, 5, 0 },
	    { 2, 0x20001000, sizeof(headed), sizeof(headed), 4, 0 } },
	  0x20001008, 2, { { RAM, 16, 16, CODE }, { 0x20001000, 208, 208, "cons" } }, false,
	  "CC" },
	{ "table with zeros behind it goes to the target, for their sake",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { ".data", 1, 3, 0x20001000, table, 200 },
	    { ".bss", 8, 3, 0x20001000 + 200, NULL, 8 } },
	  { { 1, RAM, 16, 16, 5, 0 }, { 2, 0x20001000, 200, 208, 6, 0 } },
	  0x20001000, 2, { { RAM, 16, 16, CODE }, { 0x20001000, 200, 208, "TEST" } }, false,
	  "CC" },
	{ ".bss that no segment covers (IAR)",
	  { { "P1", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { "P1-P2 ui", 8, 3, RAM + 0x100, NULL, 32 } },
	  { { 2, 0, 200, 200, 4, 0 }, { 1, RAM, 16, 16, 5, 0 } },
	  0, 2, { { RAM, 16, 16, CODE }, { RAM + 0x100, 0, 32, NULL } }, false, "TC" },
	{ ".bss in front of the code",
	  { { "P1", 1, 6, RAM + 0x100, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { "ui", 8, 3, RAM, NULL, 4 } },
	  { { 1, RAM + 0x100, 16, 16, 5, 0 } },
	  0, 2, { { RAM, 0, 4, NULL }, { RAM + 0x100, 16, 16, CODE } }, false, "C" },
	{ "constants and .bss right behind the segment",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { ".rodata", 1, 2, RAM + 16, MORE, 16 }, { ".bss", 8, 3, RAM + 32, NULL, 8 } },
	  { { 1, RAM, 16, 16, 5, 0 } },
	  0, 2, { { RAM, 16, 16, CODE }, { RAM + 16, 16, 24, MORE } }, false, "C" },
	{ "sections alone",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { ".debug", 1, 0, 0, MORE, 16 }, { ".tbss", 8, 0x403, RAM + 16, NULL, 8 } },
	  { { 0 } }, 0, 1, { { RAM, 16, 16, CODE } }, false, "" },
	{ "an empty segment",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 } },
	  { { 1, RAM, 16, 16, 5, 0 }, { 2, 0, 0, 0, 0, false } },
	  0, 1, { { RAM, 16, 16, CODE } }, false, "CE" },
	{ "the later of two segments wins",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { ".data", 1, 3, RAM + 8, MORE, 16 } },
	  { { 1, RAM, 16, 16, 5, 0 }, { 3, RAM + 8, 16, 16, 6, 0 } },
	  0, 2, { { RAM, 8, 8, CODE }, { RAM + 8, 16, 16, MORE } }, false, "CC" },
	{ "zeros between two segments' bytes",
	  { { ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 },
	    { ".data", 1, 3, RAM + 24, MORE, 16 } },
	  { { 1, RAM, 16, 64, 5, 0 }, { 3, RAM + 24, 16, 16, 6, 0 } },
	  0, 2, { { RAM, 16, 24, CODE }, { RAM + 24, 16, 40, MORE } }, false, "CC" },
};

static struct stk_loader *describe(const struct shape *c)
{
	const struct make_symbol symbols[] = {
		{ "Init", RAM + 1, 4, 1, MAKE_FUNC },
		{ "Write", RAM + 3, 4, 1, MAKE_FUNC },
		{ "StorageInfo", c->table, 200, 2, MAKE_OBJECT },
		{ 0 },
	};
	const struct make_elf m = {
		.sections = c->sections, .segments = c->segments, .symbols = symbols,
	};
	struct stk_loader *l = NULL;
	struct stk_error err = { 0 };
	size_t len;
	uint8_t *p = make_elf(&m, &len);

	ck_assert_msg(!loader_parse(drivers, 2, "TEST.stldr", p, len, 0, &l, &err),
		      "%s: %s", c->what, err.msg);
	return l;
}

static bool has_finding(const struct stk_loader_info *i, const char *id)
{
	for (size_t k = 0; k < i->n_findings; k++) {
		if (!strcmp(i->findings[k].id, id))
			return true;
	}
	return false;
}

START_TEST(image)
{
	const struct shape *c = &shapes[_i];
	struct stk_loader *l = describe(c);
	const struct stk_loader_info *i = stk_loader_info(l);
	const struct piece *last = &c->pieces[c->n_pieces - 1];
	size_t n;
	const struct loader_chunk *chunk = loader_image(l, &n);
	size_t len;
	const uint8_t *file = stk_loader_file(l, &len);
	char digest[65];

	stk_sha256_hex(file, len, digest);
	ck_assert_str_eq(digest, i->sha256);
	ck_assert_uint_eq(len, i->file_size);
	ck_assert_msg(n == c->n_pieces, "%s: %zu pieces", c->what, n);
	for (size_t k = 0; k < n; k++) {
		const struct piece *p = &c->pieces[k];

		ck_assert_msg(chunk[k].addr == p->addr && chunk[k].len == p->len &&
				      chunk[k].mem_len == p->mem_len,
			      "%s: piece %zu", c->what, k);
		ck_assert_msg(!p->bytes == !chunk[k].data, "%s: piece %zu", c->what, k);
		if (p->bytes)
			ck_assert_mem_eq(chunk[k].data, p->bytes, p->len < 4 ? p->len : 4);
	}
	ck_assert_uint_eq(i->link_address, c->pieces[0].addr);
	ck_assert_uint_eq(i->ram_size, last->addr + last->mem_len - c->pieces[0].addr);
	ck_assert_str_eq(i->device->name, "TEST");
	ck_assert_msg(has_finding(i, "STK-L011") == c->shadowed, "%s", c->what);
	ck_assert_uint_eq(i->n_segments, strlen(c->roles));
	for (size_t k = 0; k < i->n_segments; k++)
		ck_assert_msg("CTE"[i->segments[k].role] == c->roles[k],
			      "%s: segment %zu", c->what, k);
	stk_loader_close(l);
}
END_TEST

/* The digest of the code is that of the bytes which go to the target. */
START_TEST(digests)
{
	struct stk_loader *apart = describe(&shapes[0]), *among = describe(&shapes[3]);
	char code[65], both[65], tab[65];

	stk_sha256_hex(CODE, 16, code);
	/* One sector entry and the terminator: the rest of the table is not read. */
	stk_sha256_hex(table, 136, tab);
	ck_assert_str_eq(stk_loader_info(apart)->code_sha256, code);
	ck_assert_str_eq(stk_loader_info(apart)->table_sha256, tab);
	ck_assert_str_eq(stk_loader_info(among)->table_sha256, tab);
	/* A table among the code does not change the digest of the code. */
	memmove(filled + 16, filled + 16 + 136, sizeof(filled) - 16 - 136);
	stk_sha256_hex(filled, sizeof(filled) - 136, both);
	ck_assert_str_eq(stk_loader_info(among)->code_sha256, both);
	stk_loader_close(apart);
	stk_loader_close(among);
}
END_TEST

/* Init is at RAM, the image behind it or before it. */
START_TEST(function_outside)
{
	const uint64_t at = _i ? RAM + 0x100 : RAM - 16;
	const struct shape c = {
		"Init in no section",
		{ { ".text", 1, 6, at, CODE, 16 }, { "P2", 1, 2, 0, table, 200 } },
		{ { 1, at, 16, 32, 5, 0 } }, 0, 0, { { 0 } }, false, "C",
	};
	struct stk_loader *l = describe(&c);

	ck_assert(has_finding(stk_loader_info(l), "STK-L013"));
	stk_loader_close(l);
}
END_TEST

/* More pieces than any loader has are refused, not counted forever. */
START_TEST(too_many_pieces)
{
	static struct make_segment segments[1100];
	const struct make_section sections[] = {
		{ ".text", 1, 6, RAM, CODE, 16 }, { "P2", 1, 2, 0, table, 200 }, { 0 },
	};
	const struct make_symbol symbols[] = {
		{ "Init", RAM + 1, 4, 1, MAKE_FUNC },
		{ "StorageInfo", 0, 200, 2, MAKE_OBJECT },
		{ 0 },
	};
	const struct make_elf m = {
		.sections = sections, .segments = segments, .symbols = symbols,
	};
	const struct stk_loader_info *i;
	struct stk_loader *l = NULL;
	uint8_t *p;
	size_t len;

	for (unsigned int k = 0; k < ARRAY_SIZE(segments) - 1; k++)
		segments[k] = (struct make_segment){ 1, RAM + 64 * k, 16, 16, 5, 0 };
	p = make_elf(&m, &len);
	ck_assert(!loader_parse(drivers, 2, "TEST.stldr", p, len, STK_LOADER_DESCRIBE, &l,
				NULL));
	i = stk_loader_info(l);
	ck_assert_str_eq(i->error.cause, "image-in-pieces");
	ck_assert_ptr_null(i->device);
	stk_loader_close(l);
}
END_TEST

/* ---- files that are none ---------------------------------------------- */

START_TEST(no_regular_file)
{
	char dir[] = "/tmp/test-loader-XXXXXX", fifo[64], missing[64];
	const struct {
		const char *path, *says;
	} cases[] = { { dir, "directory" }, { fifo, "FIFO" }, { "/dev/zero", "device" },
		      { missing, "No such file" } };
	struct stk_ctx *ctx;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	snprintf(missing, sizeof(missing), "%s/missing", dir);
	ck_assert(!mkfifo(fifo, 0600));
	ck_assert(!stk_ctx_new(NULL, &ctx, NULL));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stk_loader *l = NULL;
		struct stk_error err = { 0 };

		ck_assert_int_lt(stk_loader_open(ctx, cases[i].path, STK_LOADER_DESCRIBE,
						 &l, &err),
				 0);
		ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
		ck_assert_msg(strstr(err.msg, cases[i].says) &&
				      strstr(err.msg, cases[i].path),
			      "%s", err.msg);
	}
	stk_ctx_free(ctx);
	unlink(fifo);
	rmdir(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("loader");
	TCase *t = tcase_create("loader");

	make_bytes();
	tcase_add_loop_test(t, image, 0, ARRAY_SIZE(shapes));
	tcase_add_test(t, digests);
	tcase_add_loop_test(t, function_outside, 0, 2);
	tcase_add_test(t, too_many_pieces);
	tcase_add_test(t, no_regular_file);
	suite_add_tcase(s, t);
	return unit_run(s);
}
