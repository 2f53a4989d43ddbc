/* SPDX-License-Identifier: MIT */
/* What swap and restore change, in words. */
#include <string.h>

#include "render.h"

static void line(FILE *out, const char *what, const char *text)
{
	if (!text)
		return;
	fprintf(out, "  %-9s", what);
	text_wrapped(out, 11, 11, text);
}

/* As much of a digest as -l takes. */
static void digest(FILE *out, const char *what, const char *sha256, const char *none)
{
	fprintf(out, "  %-9s%.16s\n", what, sha256 ? sha256 : none);
}

static void change(FILE *out, const struct ldb_change *c)
{
	text_safe(out, c->path);
	if (c->kind == LDB_SWAP_TREE && c->n_files)
		fprintf(out, " (%zu files)", c->n_files);
	fputc('\n', out);
	digest(out, "now", c->before_sha256, "nothing");
	if (c->done) {
		line(out, "done", "it is as it shall be already");
		return;
	}
	if (c->after_sha256 || !c->refused)
		digest(out, "becomes", c->after_sha256, "nothing");
	line(out, "from", c->from);
	line(out, "because", c->why);
	line(out, "caution", c->caution);
	line(out, "refused", c->refused);
}

void text_swapped(FILE *out, const struct swapped *s)
{
	for (size_t i = 0; i < s->info->n_changes; i++)
		change(out, &s->info->changes[i]);
	if (!s->info->n_changes)
		fputs("No swap holds there: nothing is to be put back.\n", out);
	else if (!s->info->n_todo && !s->info->n_refused)
		fputs("Nothing is to be changed.\n", out);
}

void text_change_done(FILE *out, const struct ldb_change *c, bool restore)
{
	if (!c->swap) {
		text_safe(out, c->path);
		fputs(" is as it shall be: another process was faster\n", out);
		return;
	}
	fputs(restore ? "restored " : "swapped ", out);
	text_safe(out, c->path);
	fprintf(out, " (swap %lld)\n", (long long)c->swap);
}
