# Minutes, not seconds.
check_PROGRAMS += tests/long/no-lie
tests_long_no_lie_SOURCES = tests/long/no-lie.c
tests_long_no_lie_LDADD = libstoker.la

LONG_TESTS += tests/long/no-lie.sh
EXTRA_DIST += tests/long/no-lie.sh
