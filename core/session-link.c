/* SPDX-License-Identifier: MIT */
/*
 * Is the link to the target sound? A bad cable or too fast a clock flips a bit
 * now and then, and then an erase fails that was fine a minute ago. So before
 * anything else is loaded, patterns go into the loader's buffer and back.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "session.h"

#define MOST_BYTES	2048u
#define AGAIN		8

/* Words that differ from their neighbours in many bits, and each from all others. */
static void pattern(uint8_t *bytes, size_t len, unsigned int round)
{
	static const uint32_t base[] = { 0x55555555, 0xAAAAAAAA, 0, UINT32_MAX };

	for (size_t i = 0; i + 4 <= len; i += 4) {
		uint32_t odd = i & 4 ? UINT32_MAX : 0, address = (uint32_t)i * 0x10001;

		put_le32(bytes + i, base[round] ^ odd ^ (round > 1 ? address : 0));
	}
}

static size_t first_difference(const uint8_t *a, const uint8_t *b, size_t len)
{
	size_t i = 0;

	while (i < len && a[i] == b[i])
		i++;
	return i;
}

static int write_and_read(struct session *s, uint64_t addr, const uint8_t *want,
			  uint8_t *back, size_t len, struct stk_error *err)
{
	const struct stk_target_driver *ops = &s->target->ops;
	int r = ops->write(s->target->priv, addr, want, len, err);

	return r ? r : ops->read(s->target->priv, addr, back, len, err);
}

static int fail_ram(struct stk_error *err, uint64_t addr, uint8_t want, uint8_t found)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "ram-readback",
			"RAM at 0x%08" PRIx64 " reads 0x%02x after 0x%02x was written, each "
			"of %d times: wrong RAM map, or RAM without power or clock",
			addr, found, want, AGAIN + 1);
}

/* RAM that is not there is wrong each time and alike; a bad link is not. */
static int judge(struct session *s, uint64_t addr, const uint8_t *want, uint8_t *back,
		 size_t len, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *again = malloc(len);
	size_t at = first_difference(want, back, len);
	unsigned int good = 0, alike = 0;

	if (!again)
		return stk_fail_nomem(err);
	for (int i = 0; i < AGAIN; i++) {
		int r = write_and_read(s, addr, want, again, len, err);

		if (r)
			return r;
		good += !memcmp(want, again, len);
		alike += !memcmp(back, again, len);
	}
	if (alike == AGAIN)
		return fail_ram(err, addr + at, want[at], back[at]);
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "link-unreliable",
			"RAM at 0x%08" PRIx64 " read 0x%02x after 0x%02x was written, and "
			"%u of %d further tries were right: the link to the chip is not "
			"reliable; lower its speed, shorten the cable, check ground and supply",
			addr + at, back[at], want[at], good, AGAIN);
}

int session_write_checked(struct session *s, uint64_t addr, const uint8_t *data, size_t len,
			  struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *back = malloc(len ? len : 1);
	int r;

	if (!back)
		return stk_fail_nomem(err);
	r = write_and_read(s, addr, data, back, len, err);
	if (!r && memcmp(data, back, len))
		r = judge(s, addr, data, back, len, err);
	return r;
}

size_t session_link_bytes(const struct session *s)
{
	return s->layout.buffer.len < MOST_BYTES ? s->layout.buffer.len & ~3ull :
						   MOST_BYTES;
}

int session_check_link(struct session *s, struct stk_error *err)
{
	size_t len = session_link_bytes(s);
	uint8_t bytes[MOST_BYTES];
	int r = 0;

	for (unsigned int round = 0; round < 4 && !r; round++) {
		pattern(bytes, len, round);
		r = session_write_checked(s, s->layout.buffer.addr, bytes, len, err);
	}
	return r;
}
