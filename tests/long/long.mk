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

# Ends a program at one of its calls that change a disk; the place of -rpath alone
# makes a library of it that can be preloaded.
check_LTLIBRARIES += tests/long/die-at.la
tests_long_die_at_la_SOURCES = tests/long/die-at.c
tests_long_die_at_la_CFLAGS = $(WARN_CFLAGS)
tests_long_die_at_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
LONG_TESTS += tests/long/kill-db.py tests/long/kill-swap.py
EXTRA_DIST += tests/long/kill-db.py tests/long/kill-swap.py tests/long/die.py

# A board stays, its hosts die; and the other way round.
LONG_TESTS += tests/long/kill-host.py
EXTRA_DIST += tests/long/kill-host.py
