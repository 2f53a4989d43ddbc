/* SPDX-License-Identifier: MIT */
/*
 * Motorola S-records: M68000 Family Programmer's Reference Manual, appendix C.
 * A record is 'S', its type, and, in hexadecimal digits, the count of the
 * bytes that follow, an address of 2, 3 or 4 bytes, data, and a checksum that
 * makes the sum of count, address, data and checksum 0xFF.
 */
#include "image.h"

#include "text.h"

#define RECORD_MAX (1 + 255)

/* Bytes of address by record type; S4 is reserved. */
static const uint8_t address_len[10] = { 2, 2, 3, 4, 0, 2, 3, 4, 3, 2 };

struct record {
	uint8_t bytes[RECORD_MAX];
	unsigned int type;
	uint32_t address; /* of S5 and S6: the count of data records */
	const uint8_t *data;
	size_t len;
};

struct srec {
	struct text text;
	struct stk_image_builder *builder;
	unsigned long n_data; /* S1, S2 and S3 so far */
	bool counted;	      /* an S5 or S6 came after the last of them */
	bool ended;
};

static bool is_record(const struct text *t)
{
	return t->len >= 2 && t->line[0] == 'S' && t->line[1] >= '0' && t->line[1] <= '9';
}

static int srec_probe(const uint8_t *bytes, size_t len)
{
	return text_probe(bytes, len, is_record, 2, 10);
}

static int read_record(const struct text *t, struct record *ret, struct stk_error *err)
{
	size_t len, alen;
	int r;

	if (!is_record(t))
		return text_fail(
			t, err, "record-syntax",
			"an S-record begins with 'S' and a digit, this line does not");
	ret->type = t->line[1] - '0';
	alen = address_len[ret->type];
	if (!alen)
		return text_fail(t, err, "record-type",
				 "record type S%u is reserved and means nothing",
				 ret->type);
	r = text_bytes(t, 2, ret->bytes, sizeof(ret->bytes), &len, err);
	if (r)
		return r;
	if (!len || len != 1u + ret->bytes[0])
		return text_fail(
			t, err, "record-length",
			"%zu bytes follow the type, the count field needs %u: the line "
			"was cut off or edited",
			len, 1u + (len ? ret->bytes[0] : 0u));
	if (len < 1 + alen + 1)
		return text_fail(
			t, err, "record-length",
			"%zu bytes are too few for S%u with its %zu bytes of address",
			len, ret->type, alen);
	r = text_check_sum(t, ret->bytes, len, 0xFF, err);
	if (r)
		return r;
	ret->address = 0;
	for (size_t i = 0; i < alen; i++)
		ret->address = ret->address << 8 | ret->bytes[1 + i];
	ret->data = ret->bytes + 1 + alen;
	ret->len = len - 2 - alen;
	return 0;
}

static int add_data(struct srec *s, const struct record *rec, struct stk_error *err)
{
	char where[32];

	s->n_data++;
	s->counted = false;
	return stk_image_add(s->builder, rec->address, rec->data, rec->len,
			     text_where(&s->text, where, sizeof(where)), err);
}

static int check_count(struct srec *s, const struct record *rec, struct stk_error *err)
{
	s->counted = true;
	if (rec->address == s->n_data)
		return 0;
	return text_fail(
		&s->text, err, "record-count",
		"S%u counts %u data records, the file has %lu before it: lines are "
		"missing or doubled",
		rec->type, rec->address, s->n_data);
}

static int take_record(struct srec *s, const struct record *rec, struct stk_error *err)
{
	switch (rec->type) {
	case 0: /* a title */
		return 0;
	case 1:
	case 2:
	case 3:
		return add_data(s, rec, err);
	case 5:
	case 6:
		return check_count(s, rec, err);
	default:
		s->ended = true;
		stk_image_set_entry(s->builder, rec->address);
		return 0;
	}
}

static int srec_parse(const char *name, const uint8_t *bytes, size_t len,
		      const struct stk_image_options *opt, struct stk_image_builder *b,
		      struct stk_error *err)
{
	struct srec s = { .builder = b };
	struct record rec;

	text_init(&s.text, name, bytes, len);
	while (!s.ended && text_next(&s.text)) {
		int r = read_record(&s.text, &rec, err);

		if (!r)
			r = take_record(&s, &rec, err);
		if (r)
			return r;
	}
	/* A count that was right says as well that nothing is missing. */
	if (!s.ended && !s.counted)
		return text_fail(
			&s.text, err, "no-end-record",
			"the file ends without an end record (S7, S8 or S9): it was cut "
			"off");
	return text_check_rest(&s.text, is_record, err);
}

const struct stk_image_driver image_srec_driver = {
	.size = sizeof(image_srec_driver),
	.name = "srec",
	.probe = srec_probe,
	.parse = srec_parse,
};
