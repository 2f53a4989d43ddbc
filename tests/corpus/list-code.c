/* SPDX-License-Identifier: MIT */
/*
 * All code of loader files as the analysis sees it, for test-code.py to
 * compare: L file, F address name, I address text, D address text, E error.
 *
 *	list-code FILE...
 */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>

#include "file.h"
#include "loader-priv.h"
#include "plugins/analysis/text.h"
#include "plugins/analysis/thumb.h"
#include "plugins/format/format.h"

#define MAX_BYTES	(64u << 20)

static const struct stk_format_driver *const formats[] = { &stldr_driver, &flm_driver };

static void print_line(void *data, const struct stk_code_line *l)
{
	printf("%c %" PRIx64 " %s\n", l->data ? 'D' : 'I', l->address, l->text);
}

/* Every function from one walk: a listing each would take the code apart anew. */
static int list_all(const struct stk_code_input *in, struct stk_code_builder *b,
		    struct stk_error *err)
{
	struct thumb t = { 0 };
	struct text *text = text_new();
	int r = text ? thumb_understand(&t, in, err) : stk_fail_nomem(err);

	for (uint32_t f = 0; !r && f < t.n_functions; f++) {
		const struct stk_code_symbol *s = t.functions[f].symbol;

		printf("F %" PRIx32 " %s\n", t.functions[f].start, s ? s->name : "-");
		r = thumb_list(&t, text, f, print_line, NULL, err);
	}
	thumb_free(&t);
	text_free(text);
	return r;
}

static const struct stk_analysis_driver lister = {
	.size = sizeof(lister), .name = "lister", .analyse = list_all,
};

static int list_file(const char *path, struct stk_error *err)
{
	struct stk_loader *l;
	uint8_t *bytes;
	size_t len;
	int r = file_read(path, MAX_BYTES, &bytes, &len, err);

	if (!r)
		r = loader_parse(formats, ARRAY_SIZE(formats), path, bytes, len,
				 STK_LOADER_DESCRIBE, &l, err);
	if (r)
		return r;
	if (l->elf && stk_elf_header(l->elf)->machine == 40)
		r = code_take_apart(l, &lister, err);
	stk_loader_close(l);
	return r;
}

int main(int argc, char **argv)
{
	struct stk_error err;

	for (int i = 1; i < argc; i++) {
		printf("L %s\n", argv[i]);
		if (list_file(argv[i], &err))
			printf("E %s\n", err.msg);
	}
	return EXIT_SUCCESS;
}
