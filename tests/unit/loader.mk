# Loader files: digests, attributes, ELF, and both formats on files made here.
check_PROGRAMS += tests/unit/test-sha256
TESTS += tests/unit/test-sha256
tests_unit_test_sha256_SOURCES = tests/unit/test-sha256.c tests/unit/unit.h
tests_unit_test_sha256_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sha256_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_sha256_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-attributes
TESTS += tests/unit/test-attributes
tests_unit_test_attributes_SOURCES = tests/unit/test-attributes.c tests/unit/unit.h
tests_unit_test_attributes_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_attributes_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_attributes_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-elf
TESTS += tests/unit/test-elf
tests_unit_test_elf_SOURCES = \
	tests/unit/make-elf.c \
	tests/unit/make-elf.h \
	tests/unit/test-elf.c \
	tests/unit/unit.h
tests_unit_test_elf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_elf_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_elf_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-formats
TESTS += tests/unit/test-formats
tests_unit_test_formats_SOURCES = \
	tests/unit/make-elf.c \
	tests/unit/make-elf.h \
	tests/unit/make-loader.c \
	tests/unit/make-loader.h \
	tests/unit/make-table.c \
	tests/unit/make-table.h \
	tests/unit/test-formats.c \
	tests/unit/unit.h
tests_unit_test_formats_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_formats_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_formats_LDADD = plugins/format/libformats.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-loader
TESTS += tests/unit/test-loader
tests_unit_test_loader_SOURCES = \
	tests/unit/make-elf.c \
	tests/unit/make-elf.h \
	tests/unit/make-table.c \
	tests/unit/make-table.h \
	tests/unit/test-loader.c \
	tests/unit/unit.h
tests_unit_test_loader_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_loader_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_loader_LDADD = plugins/format/libformats.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-producer
TESTS += tests/unit/test-producer
tests_unit_test_producer_SOURCES = \
	tests/unit/make-elf.c \
	tests/unit/make-elf.h \
	tests/unit/test-producer.c \
	tests/unit/unit.h
tests_unit_test_producer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_producer_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_producer_LDADD = $(UNIT_LIBS)
