# Minutes, not seconds: jobs whose outcome is looked at from outside.
check_LTLIBRARIES += tests/long/librig.la
tests_long_librig_la_SOURCES = tests/long/rig.c tests/long/rig.h

check_PROGRAMS += tests/long/no-lie tests/long/whole-device
tests_long_no_lie_SOURCES = tests/long/no-lie.c
tests_long_no_lie_LDADD = tests/long/librig.la libstoker.la
tests_long_whole_device_SOURCES = tests/long/whole-device.c
tests_long_whole_device_LDADD = tests/long/librig.la libstoker.la

LONG_TESTS += \
	tests/long/kill.py \
	tests/long/no-lie.sh \
	tests/long/own-loaders.sh \
	tests/long/valgrind.sh \
	tests/long/vendor-loaders.sh
EXTRA_DIST += \
	tests/long/kill.py \
	tests/long/no-lie.sh \
	tests/long/own-loaders.sh \
	tests/long/valgrind.sh \
	tests/long/vendor-loaders.sh

# How many mutants of our own loaders qualify sees.
check_PROGRAMS += tests/long/mutate
tests_long_mutate_SOURCES = tests/long/mutate.c
tests_long_mutate_LDADD = libstoker.la
LONG_TESTS += tests/long/mutate.sh
EXTRA_DIST += tests/long/mutate.sh
