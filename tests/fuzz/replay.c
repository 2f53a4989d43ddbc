/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target without the fuzzer: each file named is given to it once.
 *
 *	replay-NAME FILE...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct stk_error err;
		uint8_t *bytes;
		size_t len;

		if (file_read(argv[i], UINT64_MAX, &bytes, &len, &err)) {
			fprintf(stderr, "%s\n", err.msg);
			return EXIT_FAILURE;
		}
		/* Said first: it may not come back. */
		printf("%s\n", argv[i]);
		fflush(stdout);
		LLVMFuzzerTestOneInput(bytes, len);
		free(bytes);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
