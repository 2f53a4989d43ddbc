/* SPDX-License-Identifier: MIT */
/* A board that serves, as JSON: one document a line, each printed at once. */
#include "../cmd.h"

#include <jansson.h>

#include "json.h"

static json_t *begin(const char *event)
{
	json_t *o = json_document();

	put_text(o, "event", event);
	return o;
}

static void finish(FILE *out, json_t *document)
{
	/* A failure to write is found by whoever flushes @out at the end. */
	json_dumpf(document, out, JSON_COMPACT);
	putc('\n', out);
	fflush(out);
	json_decref(document);
}

static json_t *json_flash(struct stk_board *board)
{
	json_t *array = json_new_array();
	size_t n;
	const struct stk_board_region *region = stk_board_regions(board, &n);

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_new();

		put_range(o, region[i].range);
		put_u64(o, "sector", region[i].sector);
		put_u64(o, "erased", region[i].erased);
		put_text(o, "loader", stk_loader_info(region[i].loader)->name);
		put_last(array, o);
	}
	return array;
}

void json_board_listening(FILE *out, const struct board_listening *l)
{
	json_t *o = begin("listening"), *loaders = json_new_array();

	for (size_t i = 0; i < l->n_loaders; i++) {
		json_t *id = json_loader_id(stk_loader_info(l->loaders[i]));

		if (l->chosen)
			put_text(id, "chosen", l->chosen[i]);
		put_last(loaders, id);
	}
	put_text(o, "where", l->where);
	put_text(o, "target", l->target->address);
	put_text(o, "chip", l->target->chip ? l->target->chip->name : NULL);
	put(o, "loaders", loaders);
	put(o, "flash", json_flash(l->board));
	finish(out, o);
}

static void put_flashed(json_t *o, const struct stk_board_event *event)
{
	const struct stk_report *r = event->report;
	json_t *error;

	put_bool(o, "ok", !event->err);
	if (r) {
		put_bool(o, "verified", r->verified);
		put_text(o, "verify_method", stk_verify_name(r->method));
		put_u64(o, "sectors_erased", r->sectors_erased);
		put_u64(o, "sectors_programmed", r->sectors_programmed);
		put_u64(o, "sectors_unchanged", r->sectors_unchanged);
		put_u64(o, "bytes_programmed", r->bytes_programmed);
		put_u64(o, "bytes_verified", r->bytes_verified);
		put_u64(o, "target_ns", r->target_ns);
	}
	if (!event->err)
		return;
	error = json_error(event->err);
	if (r && r->diagnosis)
		put_diagnosis(error, r->diagnosis);
	put(o, "error", error);
}

void json_board_event(FILE *out, const struct stk_board_event *event)
{
	static const char *const names[] = {
		[STK_BOARD_LINE] = "line",
		[STK_BOARD_CLIENT_CAME] = "connected",
		[STK_BOARD_CLIENT_WENT] = "disconnected",
		[STK_BOARD_FLASHED] = "flash",
	};
	json_t *o;

	if ((size_t)event->kind >= ARRAY_SIZE(names))
		return;
	o = begin(names[event->kind]);
	put_text(o, "text", event->text);
	if (event->kind == STK_BOARD_FLASHED)
		put_flashed(o, event);
	finish(out, o);
}

void json_board_ended(FILE *out, const struct stk_error *err)
{
	json_t *o = begin("ended");

	put_bool(o, "ok", !err);
	if (err)
		put(o, "error", json_error(err));
	finish(out, o);
}
