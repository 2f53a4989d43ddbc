/* SPDX-License-Identifier: MIT */
/* unit.h - what every unit test needs around its cases */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdlib.h>

/* For main(): run @suite, free it, give the exit status. */
static inline int unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
