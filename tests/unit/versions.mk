# Versions, ranges, part numbers, pins: without installs.
VERSION_TESTS = \
	tests/unit/test-device-patterns \
	tests/unit/test-version-ranges \
	tests/unit/test-versions
check_PROGRAMS += $(VERSION_TESTS)
TESTS += $(VERSION_TESTS)
tests_unit_test_versions_SOURCES = tests/unit/test-versions.c tests/unit/unit.h
tests_unit_test_versions_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_versions_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_versions_LDADD = $(DB_LIBS)
tests_unit_test_version_ranges_SOURCES = tests/unit/test-version-ranges.c tests/unit/unit.h
tests_unit_test_version_ranges_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_version_ranges_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_version_ranges_LDADD = $(DB_LIBS)
tests_unit_test_device_patterns_SOURCES = tests/unit/test-device-patterns.c tests/unit/unit.h
tests_unit_test_device_patterns_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_device_patterns_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_device_patterns_LDADD = $(DB_LIBS)

# Pins, in a database of their own.
PIN_TESTS = \
	tests/unit/test-pin \
	tests/unit/test-resolve \
	tests/unit/test-sqlite
check_PROGRAMS += $(PIN_TESTS)
TESTS += $(PIN_TESTS)
PIN_RIG = tests/unit/pin-rig.c tests/unit/pin-rig.h tests/unit/unit.h
tests_unit_test_pin_SOURCES = tests/unit/test-pin.c $(PIN_RIG)
tests_unit_test_pin_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_pin_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_pin_LDADD = $(DB_LIBS)
tests_unit_test_resolve_SOURCES = tests/unit/test-resolve.c $(PIN_RIG)
tests_unit_test_resolve_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_resolve_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_resolve_LDADD = $(DB_LIBS)
tests_unit_test_sqlite_SOURCES = tests/unit/test-sqlite.c $(PIN_RIG)
tests_unit_test_sqlite_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_sqlite_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_sqlite_LDADD = $(DB_LIBS)
