/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: what a server says in XML. The documents end in 0xfe; the first
 * is read as a memory map, and each annex that is asked for is the next of them.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/common/gdb/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct documents {
	const uint8_t *from;
	size_t left;
};

/* Where there is no more, the last is given again, for ever. */
static int give(void *data, const char *annex, struct gdb_buf *out, struct stk_error *err)
{
	struct documents *d = data;
	const uint8_t *end = d->left ? memchr(d->from, 0xfe, d->left) : NULL;
	size_t len = end ? (size_t)(end - d->from) : d->left;

	if (!annex[0] || strlen(annex) > 100 || strchr(annex, ':'))
		abort();
	gdb_buf_put(out, d->from, len);
	if (end) {
		d->from += len + 1;
		d->left -= len + 1;
	}
	return 0;
}

static void read_registers(const uint8_t *data, size_t size)
{
	struct documents d = { data, size };
	static struct gdb_registers regs;
	struct stk_error err = { .code = 0 };
	int r = gdb_registers_read(give, &d, &regs, &err);

	if (r && (err.code != -r || !err.msg[0]))
		abort();
	for (size_t i = 0; !r && i < regs.count; i++) {
		const struct gdb_register *reg = &regs.item[i];

		if (!reg->name[0] || !memchr(reg->name, '\0', sizeof(reg->name)) ||
		    !reg->bits || (i && reg->number <= reg[-1].number))
			abort();
	}
}

/* What was read and written is read as the same. */
static void read_memory(const char *text, size_t size, bool again)
{
	struct gdb_buf out = { NULL, 0, 0, false };
	struct gdb_memory *map;
	struct stk_error err = { .code = 0 };
	size_t count;
	int r = gdb_memory_map_read(text, size, &map, &count, &err);

	if (r && (err.code != -r || !err.msg[0] || again))
		abort();
	if (r)
		return;
	for (size_t i = 0; i < count; i++)
		if (!stk_range_valid(map[i].range) ||
		    (map[i].kind == GDB_MEMORY_FLASH) != (map[i].block != 0) ||
		    (i && stk_range_overlaps(map[i - 1].range, map[i].range)))
			abort();
	gdb_memory_map_write(&out, map, count);
	free(map);
	if (again && (out.len != size || memcmp(out.bytes, text, size)))
		abort();
	if (!again)
		read_memory(out.bytes, out.len, true);
	gdb_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0xfe, size) : NULL;

	read_memory((const char *)data, end ? (size_t)(end - data) : size, false);
	read_registers(data, size);
	return 0;
}
