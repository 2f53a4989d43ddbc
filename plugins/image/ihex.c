/* SPDX-License-Identifier: MIT */
/*
 * Intel HEX: "Hexadecimal Object File Format Specification", Intel, revision
 * A, 1988. A record is a colon and, in hexadecimal digits, the length of its
 * data, a 16-bit offset, a type, the data, and a checksum that makes the sum
 * of all its bytes 0.
 */
#include "image.h"

#include "text.h"

enum {
	RECORD_DATA,
	RECORD_END,
	RECORD_SEGMENT_BASE,  /* base = value << 4, offsets wrap at 64 KiB */
	RECORD_SEGMENT_START, /* CS:IP */
	RECORD_LINEAR_BASE,   /* base = value << 16 */
	RECORD_LINEAR_START,  /* EIP */
};

#define HEADER	     4 /* length, offset (2), type */
#define RECORD_MAX   (HEADER + 255 + 1)
#define SEGMENT_SIZE 0x10000u

struct record {
	uint8_t bytes[RECORD_MAX];
	uint8_t len, type;
	uint16_t offset;
	const uint8_t *data;
};

struct ihex {
	struct text text;
	struct stk_image_builder *builder;
	uint32_t base;
	bool segmented; /* the base came from a segment record */
	bool ended;
};

static bool is_record(const struct text *t)
{
	return t->line[0] == ':';
}

static int ihex_probe(const uint8_t *bytes, size_t len)
{
	return text_probe(bytes, len, is_record, 1, 1 + 2 * (HEADER + 1));
}

static int read_record(const struct text *t, struct record *ret, struct stk_error *err)
{
	size_t len;
	int r;

	if (!is_record(t))
		return text_fail(
			t, err, "record-syntax",
			"an Intel HEX record begins with ':', this line does not");
	r = text_bytes(t, 1, ret->bytes, sizeof(ret->bytes), &len, err);
	if (r)
		return r;
	if (!len || len != HEADER + 1u + ret->bytes[0])
		return text_fail(
			t, err, "record-length",
			"the record has %zu bytes, its length field needs %u: the line "
			"was cut off or edited",
			len, HEADER + 1u + (len ? ret->bytes[0] : 0u));
	r = text_check_sum(t, ret->bytes, len, 0, err);
	if (r)
		return r;
	ret->len = ret->bytes[0];
	ret->offset = (uint16_t)(ret->bytes[1] << 8 | ret->bytes[2]);
	ret->type = ret->bytes[3];
	ret->data = ret->bytes + HEADER;
	return 0;
}

static int check_len(const struct text *t, const struct record *rec,
		     struct stk_error *err)
{
	static const uint8_t needed[] = {
		[RECORD_END] = 0,	    [RECORD_SEGMENT_BASE] = 2,
		[RECORD_SEGMENT_START] = 4, [RECORD_LINEAR_BASE] = 2,
		[RECORD_LINEAR_START] = 4,
	};

	if (rec->type == RECORD_DATA || rec->len == needed[rec->type])
		return 0;
	return text_fail(t, err, "record-length",
			 "a record of type %02X has %u bytes of data, this one has %u",
			 rec->type, needed[rec->type], rec->len);
}

/* Within a segment, offsets wrap: the part behind goes to the segment's start. */
static int add_data(struct ihex *h, const struct record *rec, struct stk_error *err)
{
	uint32_t first = rec->len;
	char where[32];
	int r;

	text_where(&h->text, where, sizeof(where));
	if (h->segmented && first > SEGMENT_SIZE - rec->offset)
		first = SEGMENT_SIZE - rec->offset;
	r = stk_image_add(h->builder, (uint64_t)h->base + rec->offset, rec->data, first,
			  where, err);
	if (r)
		return r;
	return stk_image_add(h->builder, h->base, rec->data + first, rec->len - first,
			     where, err);
}

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static int take_record(struct ihex *h, const struct record *rec, struct stk_error *err)
{
	switch (rec->type) {
	case RECORD_DATA:
		return add_data(h, rec, err);
	case RECORD_END:
		h->ended = true;
		return 0;
	case RECORD_SEGMENT_BASE:
		h->base = be16(rec->data) << 4;
		h->segmented = true;
		return 0;
	case RECORD_LINEAR_BASE:
		h->base = be16(rec->data) << 16;
		h->segmented = false;
		return 0;
	case RECORD_SEGMENT_START:
		stk_image_set_entry(h->builder,
				    (be16(rec->data) << 4) + be16(rec->data + 2));
		return 0;
	default:
		stk_image_set_entry(h->builder,
				    be16(rec->data) << 16 | be16(rec->data + 2));
		return 0;
	}
}

static int ihex_parse(const char *name, const uint8_t *bytes, size_t len,
		      const struct stk_image_options *opt, struct stk_image_builder *b,
		      struct stk_error *err)
{
	struct ihex h = { .builder = b };
	struct record rec;

	text_init(&h.text, name, bytes, len);
	while (!h.ended) {
		int r;

		if (!text_next(&h.text))
			return text_fail(
				&h.text, err, "no-end-record",
				"the file ends without an end record (:00000001FF): it "
				"was cut off");
		r = read_record(&h.text, &rec, err);
		if (!r && rec.type > RECORD_LINEAR_START)
			r = text_fail(&h.text, err, "record-type",
				      "record type %02X; Intel HEX has 00 to 05",
				      rec.type);
		if (!r)
			r = check_len(&h.text, &rec, err);
		if (!r)
			r = take_record(&h, &rec, err);
		if (r)
			return r;
	}
	return text_check_rest(&h.text, is_record, err);
}

const struct stk_image_driver image_ihex_driver = {
	.size = sizeof(image_ihex_driver),
	.name = "ihex",
	.probe = ihex_probe,
	.parse = ihex_parse,
};
