/* SPDX-License-Identifier: MIT */
/* Pins, and what they come to, for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>

/* "cubeide@>=1.8.0" */
static int tool_length(const struct ldb_pin *p)
{
	return (int)(strlen(p->tool) + strlen(p->range) + (*p->range != '\0'));
}

static void text_tool(FILE *out, const struct ldb_pin *p, int width)
{
	text_safe(out, p->tool);
	if (*p->range)
		putc('@', out);
	text_safe(out, p->range);
	fprintf(out, "%*s", width > tool_length(p) ? width - tool_length(p) : 0, "");
}

static void text_target_of(FILE *out, const struct ldb_pin *p)
{
	if (!p->sha256) {
		fputs("the programmer of ", out);
		text_safe(out, p->from);
		return;
	}
	text_safe(out, p->name);
	fprintf(out, " %.8s", p->sha256);
}

static void text_pin_row(FILE *out, const struct ldb_pin *p, int tool_width, int device_width)
{
	char when[TEXT_WHEN];

	fprintf(out, "%4" PRId64 "  ", p->id);
	text_tool(out, p, tool_width);
	fprintf(out, "  %-*s  ", device_width, p->device);
	text_target_of(out, p);
	fputs("\n      ", out);
	text_safe(out, p->why);
	putc('\n', out);
	if (!p->ended)
		return;
	fprintf(out, "      ended %s: ", text_when(p->ended, when));
	text_safe(out, p->ended_why);
	putc('\n', out);
}

void text_pins(FILE *out, const struct ldb_pins *pins)
{
	int tool_width = 0, device_width = 0;

	for (size_t i = 0; i < pins->count; i++) {
		const struct ldb_pin *p = &pins->item[i];
		const int tool = tool_length(p);
		const int device = (int)strlen(p->device);

		tool_width = tool > tool_width ? tool : tool_width;
		device_width = device > device_width ? device : device_width;
	}
	for (size_t i = 0; i < pins->count; i++)
		text_pin_row(out, &pins->item[i], tool_width, device_width);
}

void text_pin(FILE *out, const struct pin_made *made)
{
	if (made->imported) {
		fputs("imported ", out);
		text_safe(out, made->imported);
		fputs(made->is_new ? "\n" : ", whose bytes were known\n", out);
	}
	text_pin_row(out, made->pin, 0, 0);
	for (size_t i = 0; i < made->n_warnings; i++) {
		fputs("stoker pin: warning: ", stderr);
		text_safe(stderr, made->warnings[i]);
		putc('\n', stderr);
	}
}

/* ---- resolve ---------------------------------------------------------- */

static void text_candidate(FILE *out, const struct ldb_candidate *c)
{
	fputs(c->chosen ? "  " : "  not ", out);
	if (c->pin) {
		text_target_of(out, c->pin);
	} else {
		text_safe(out, c->build->name);
		fprintf(out, " %.8s", c->build->sha256);
	}
	fprintf(out, "\n    %s", c->chosen ? "" : "  ");
	text_safe(out, c->why);
	putc('\n', out);
}

void text_resolve(FILE *out, const struct ldb_answer *answer)
{
	char range[64];

	for (size_t i = 0; i < answer->n_places; i++) {
		const struct ldb_place *p = &answer->places[i];

		fprintf(out, "%s\n", p->range.len ? text_range(p->range, range, sizeof(range)) :
						    "tools");
		for (size_t k = 0; k < p->n_candidates; k++)
			text_candidate(out, &p->candidates[k]);
	}
}
