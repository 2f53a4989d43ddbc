/* SPDX-License-Identifier: MIT */
#include "take-packets.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/common/gdb/packet.h"

struct taking {
	const uint8_t *data;
	size_t size;
	bool replies, check;
	size_t most;
};

/* What was taken, framed anew, is one packet with the same payload. */
static void frame_again(const struct gdb_framer *f, bool replies)
{
	struct gdb_buf out = { NULL, 0, 0, false };
	struct gdb_framer again;
	size_t used;

	gdb_framer_init(&again, f->payload.len, replies);
	gdb_frame(&out, '$', f->payload.bytes, f->payload.len, replies);
	if (out.failed ||
	    gdb_framer_take(&again, out.bytes, out.len, &used) != GDB_UNIT_PACKET ||
	    used != out.len || again.payload.len != f->payload.len ||
	    memcmp(again.payload.bytes, f->payload.bytes, f->payload.len))
		abort();
	gdb_buf_free(&out);
	gdb_framer_free(&again);
}

/* Every unit goes to @out: its kind, and where it has one its payload. */
static void note(const struct gdb_framer *f, enum gdb_unit unit, struct gdb_buf *out)
{
	gdb_buf_printf(out, "%d:", (int)unit);
	if (unit != GDB_UNIT_PACKET && unit != GDB_UNIT_NOTIFICATION)
		return;
	if (f->payload.len > f->most || f->payload.bytes[f->payload.len])
		abort();
	gdb_buf_printf(out, "%zu:", f->payload.len);
	gdb_buf_put(out, f->payload.bytes, f->payload.len);
	frame_again(f, f->replies);
}

static void take(const struct taking *t, size_t piece, struct gdb_buf *out)
{
	struct gdb_framer f;

	gdb_framer_init(&f, t->most, t->replies);
	f.check = t->check;
	for (size_t at = 0; at < t->size; at += piece) {
		size_t end = t->size - at > piece ? at + piece : t->size, used;

		for (size_t i = at; i < end; i += used) {
			enum gdb_unit unit = gdb_framer_take(&f, t->data + i, end - i,
							     &used);

			if (!used || used > end - i ||
			    (unit == GDB_UNIT_NONE && used != end - i) ||
			    (unit != GDB_UNIT_NONE && gdb_framer_within(&f)))
				abort();
			if (unit != GDB_UNIT_NONE)
				note(&f, unit, out);
		}
	}
	gdb_framer_free(&f);
}

void take_packets(const uint8_t *data, size_t size, bool replies)
{
	static const size_t pieces[] = { SIZE_MAX / 2, 1, 3 };
	struct taking t = { data + 1, size - 1, replies, false, 0 };
	struct gdb_buf first = { NULL, 0, 0, false }, other = first;

	if (!size)
		return;
	t.check = data[0] & 1;
	t.most = data[0] & 2 ? 64 : 1 << 20;
	take(&t, pieces[0], &first);
	for (size_t i = 1; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		gdb_buf_clear(&other);
		take(&t, pieces[i], &other);
		if (other.len != first.len ||
		    (first.len && memcmp(first.bytes, other.bytes, first.len)))
			abort();
	}
	gdb_buf_free(&first);
	gdb_buf_free(&other);
}
