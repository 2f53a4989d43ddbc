# tests/unit: one test-x.c per x.c, on Check, linked to the core's insides.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core
UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_LIBS = core/libcore.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test-file
TESTS += tests/unit/test-file
tests_unit_test_file_SOURCES = tests/unit/test-file.c tests/unit/unit.h
tests_unit_test_file_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_file_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_file_LDADD = $(UNIT_LIBS)
# tests/unit

# Peripheral models against a clock that the test moves.
MODEL_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/target/emu
MODEL_TEST_LIBS = core/libcore.la $(CHECK_LIBS)
check_LTLIBRARIES += tests/unit/libfakeemu.la
tests_unit_libfakeemu_la_SOURCES = \
	plugins/target/emu/emu.h \
	plugins/target/emu/flash-array.c \
	plugins/target/emu/flash-array.h \
	plugins/target/emu/flash-ecc.c \
	tests/unit/fake-emu.c \
	tests/unit/fake-emu.h
tests_unit_libfakeemu_la_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)

check_PROGRAMS += tests/unit/test-flash-array
TESTS += tests/unit/test-flash-array
tests_unit_test_flash_array_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_flash_array_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_array_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)
