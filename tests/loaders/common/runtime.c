/* SPDX-License-Identifier: MIT */
/*
 * runtime.c - what the compiler calls by itself
 *
 * Names and argument order: "Run-time ABI for the Arm Architecture" (IHI0043),
 * section "Memory copying, clearing, and setting". Built with -fno-builtin, or
 * the loops below would become calls of themselves.
 */
#include <stddef.h>
#include <stdint.h>

void __aeabi_memcpy(void *to, const void *from, size_t n);
void __aeabi_memset(void *to, size_t n, int value);
void __aeabi_memclr(void *to, size_t n);

void __aeabi_memcpy(void *to, const void *from, size_t n)
{
	const uint8_t *f = from;
	uint8_t *t = to;

	if (!(((uintptr_t)t | (uintptr_t)f) & 3)) {
		for (; n >= 4; n -= 4, t += 4, f += 4)
			*(uint32_t *)t = *(const uint32_t *)f;
	}
	while (n--)
		*t++ = *f++;
}

void __aeabi_memset(void *to, size_t n, int value)
{
	uint8_t *t = to;

	while (n--)
		*t++ = (uint8_t)value;
}

void __aeabi_memclr(void *to, size_t n)
{
	__aeabi_memset(to, n, 0);
}

/* The suffix promises an alignment, which these do not need. */
#define ALIAS(name, of)	extern __typeof__(of) name __attribute__((alias(#of)))

ALIAS(__aeabi_memcpy4, __aeabi_memcpy);
ALIAS(__aeabi_memcpy8, __aeabi_memcpy);
ALIAS(__aeabi_memset4, __aeabi_memset);
ALIAS(__aeabi_memset8, __aeabi_memset);
ALIAS(__aeabi_memclr4, __aeabi_memclr);
ALIAS(__aeabi_memclr8, __aeabi_memclr);
