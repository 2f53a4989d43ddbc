/* SPDX-License-Identifier: MIT */
/* SHA-256 against the examples of FIPS 180-4 and NIST's CAVP. */
#include "core.h"

#include <string.h>

#include "sha256.h"
#include "unit.h"

static const struct {
	const char *text, *digest;
} known[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
	  "klmnopqrlmnopqrsmnopqrstnopqrstu",
	  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
};

START_TEST(known_digest)
{
	char hex[65];

	stk_sha256_hex(known[_i].text, strlen(known[_i].text), hex);
	ck_assert_str_eq(hex, known[_i].digest);
}
END_TEST

/* A million times "a", in pieces that never fit the block. */
START_TEST(million)
{
	char piece[131], hex[65];
	struct sha256 s;

	memset(piece, 'a', sizeof(piece));
	sha256_init(&s);
	for (size_t left = 1000000, n = 1; left; left -= n, n = n % 130 + 1) {
		if (n > left)
			n = left;
		sha256_update(&s, piece, n);
	}
	sha256_hex(&s, hex);
	ck_assert_str_eq(hex,
			 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* Every length around the padding's corners equals the sum of its halves. */
START_TEST(halves)
{
	uint8_t bytes[200];
	char whole[65], parts[65];
	struct sha256 s;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	stk_sha256_hex(bytes, (size_t)_i, whole);
	for (int cut = 0; cut <= _i; cut++) {
		sha256_init(&s);
		sha256_update(&s, bytes, (size_t)cut);
		sha256_update(&s, bytes + cut, (size_t)(_i - cut));
		sha256_hex(&s, parts);
		ck_assert_str_eq(parts, whole);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sha256");
	TCase *t = tcase_create("sha256");

	tcase_add_loop_test(t, known_digest, 0, ARRAY_SIZE(known));
	tcase_add_test(t, million);
	tcase_add_loop_test(t, halves, 50, 135);
	suite_add_tcase(s, t);
	return unit_run(s);
}
