/* SPDX-License-Identifier: MIT */
/*
 * An image format as ABI 1 knew them, built against the headers beside it for
 * ever: "words 1", then lines of an address and words, all in hex.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stoker/module.h>

static const char magic[] = "words 1\n";

static int words_probe(const uint8_t *bytes, size_t len)
{
	return len >= sizeof(magic) - 1 && !memcmp(bytes, magic, sizeof(magic) - 1) ? 100 : 0;
}

static int add_line(const char *line, unsigned int number, struct stk_image_builder *b,
		    struct stk_error *err)
{
	char where[24], *rest;
	uint64_t addr = strtoull(line, &rest, 16);

	snprintf(where, sizeof(where), "line %u", number);
	for (;; addr += 4) {
		char *end;
		unsigned long word = strtoul(rest, &end, 16);
		const uint8_t bytes[] = { (uint8_t)word, (uint8_t)(word >> 8),
					  (uint8_t)(word >> 16), (uint8_t)(word >> 24) };
		int r;

		if (end == rest)
			return 0;
		r = stk_image_add(b, addr, bytes, sizeof(bytes), where, err);
		if (r)
			return r;
		rest = end;
	}
}

static int words_parse(const char *name, const uint8_t *bytes, size_t len,
		       const struct stk_image_options *opt, struct stk_image_builder *b,
		       struct stk_error *err)
{
	char *text = malloc(len + 1), *rest = text, *line;
	unsigned int number = 0;
	int r = 0;

	if (!text)
		return stk_fail_nomem(err);
	memcpy(text, bytes, len);
	text[len] = '\0';
	while (!r && (line = strtok_r(rest, "\n", &rest)))
		r = number++ ? add_line(line, number, b, err) : 0;
	free(text);
	if (!r && number < 2)
		r = stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "image-damaged",
			     "'%s' has no words%s", name, opt->has_base ? ", but a base" : "");
	return r;
}

static const struct stk_image_driver words_image = {
	.size = sizeof(words_image),
	.name = "words",
	.probe = words_probe,
	.parse = words_parse,
};

STK_MODULE(image, words, "1.0", "MIT",
	.description = "words in hex",
	.image = &words_image);
