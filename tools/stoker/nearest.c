/* SPDX-License-Identifier: MIT */
/* How unlike two words are, to find what somebody meant. */
#include "cmd.h"

#define LONGEST 31

unsigned int word_distance(const char *a, const char *b)
{
	unsigned int row[LONGEST + 1], n = (unsigned int)strlen(b);

	if (n > LONGEST)
		return UINT_MAX;
	for (unsigned int j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned int i = 1; a[i - 1]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (unsigned int j = 1; j <= n; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}
