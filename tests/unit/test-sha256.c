/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 against the examples of FIPS 180-4 and NIST's CAVP, by every means
 * that this processor has, and by all of them alike.
 */
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

/* What there may be beside C; NULL: not on this processor. */
#define MEANS	4

static sha256_blocks *means(int i)
{
	sha256_blocks *const all[MEANS] = {
		sha256_portable, sha256_x86_bmi(), sha256_x86_sha(), sha256_arm(),
	};

	return all[i];
}

static void digest(sha256_blocks *blocks, const void *bytes, size_t len, char ret[65])
{
	struct sha256 s;

	sha256_init(&s);
	s.blocks = blocks;
	sha256_update(&s, bytes, len);
	sha256_hex(&s, ret);
}

START_TEST(known_digest)
{
	char hex[65];

	stk_sha256_hex(known[_i].text, strlen(known[_i].text), hex);
	ck_assert_str_eq(hex, known[_i].digest);
	for (int m = 0; m < MEANS; m++) {
		if (!means(m))
			continue;
		digest(means(m), known[_i].text, strlen(known[_i].text), hex);
		ck_assert_str_eq(hex, known[_i].digest);
	}
}
END_TEST

/* The fastest there is gets used. */
START_TEST(choice)
{
	sha256_blocks *best = NULL;
	struct sha256 s;

	sha256_init(&s);
	/* means() has the slowest first. */
	for (int m = 0; m < MEANS; m++)
		best = means(m) ? means(m) : best;
	ck_assert(s.blocks == best);
}
END_TEST

/* Any bytes, any length, at any address: all of them say the same. */
START_TEST(alike)
{
	uint8_t bytes[1024 + 16];
	uint32_t x = 0x2545F491;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		x ^= x << 13;	/* xorshift32 */
		x ^= x >> 17;
		x ^= x << 5;
		bytes[i] = (uint8_t)x;
	}
	for (size_t len = (size_t)_i * 64; len < (size_t)_i * 64 + 64; len++) {
		char want[65], hex[65];

		digest(sha256_portable, bytes + len % 16, len, want);
		for (int m = 1; m < MEANS; m++) {
			if (!means(m))
				continue;
			digest(means(m), bytes + len % 16, len, hex);
			ck_assert_msg(!strcmp(hex, want), "means %d, %zu bytes", m, len);
		}
	}
}
END_TEST

/* A million times "a", in pieces that never fit the block. */
START_TEST(million)
{
	char piece[131], hex[65];
	struct sha256 s;

	if (!means(_i))
		return;
	memset(piece, 'a', sizeof(piece));
	sha256_init(&s);
	s.blocks = means(_i);
	for (size_t left = 1000000, n = 1; left; left -= n, n = n % 130 + 1) {
		if (n > left)
			n = left;
		sha256_update(&s, piece, n);
	}
	sha256_hex(&s, hex);
	ck_assert_str_eq(
		hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
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
	tcase_add_test(t, choice);
	tcase_add_loop_test(t, alike, 0, 16);
	tcase_add_loop_test(t, million, 0, MEANS);
	tcase_add_loop_test(t, halves, 50, 135);
	suite_add_tcase(s, t);
	return unit_run(s);
}
