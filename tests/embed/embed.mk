# A third party's programmer and module, against an install.
LONG_TESTS += tests/embed/embed.sh
EXTRA_DIST += tests/embed/embed.sh tests/embed/programmer.c tests/embed/meter.c \
	tests/embed/database.c

# Modules and a program of ABI 1, built against its headers as they were, with today's libstoker.
ABI_1 = -D_GNU_SOURCE -I$(top_srcdir)/tests/embed/abi-1
ABI_1_CFLAGS = $(AM_CFLAGS) -Wno-unused-parameter
ABI_1_LINK = $(AM_LDFLAGS) -module -avoid-version -shared -rpath $(abs_builddir)
ABI_1_MODULES = \
	tests/embed/abi-1/chip-acme.la \
	tests/embed/abi-1/format-plain.la \
	tests/embed/abi-1/image-words.la \
	tests/embed/abi-1/server-lines.la \
	tests/embed/abi-1/target-count.la
check_LTLIBRARIES += $(ABI_1_MODULES)
tests_embed_abi_1_chip_acme_la_SOURCES = tests/embed/abi-1/chip-acme.c
tests_embed_abi_1_chip_acme_la_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_chip_acme_la_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_chip_acme_la_LDFLAGS = $(ABI_1_LINK)
tests_embed_abi_1_format_plain_la_SOURCES = tests/embed/abi-1/format-plain.c
tests_embed_abi_1_format_plain_la_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_format_plain_la_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_format_plain_la_LDFLAGS = $(ABI_1_LINK)
tests_embed_abi_1_image_words_la_SOURCES = tests/embed/abi-1/image-words.c
tests_embed_abi_1_image_words_la_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_image_words_la_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_image_words_la_LDFLAGS = $(ABI_1_LINK)
tests_embed_abi_1_server_lines_la_SOURCES = tests/embed/abi-1/server-lines.c
tests_embed_abi_1_server_lines_la_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_server_lines_la_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_server_lines_la_LDFLAGS = $(ABI_1_LINK)
tests_embed_abi_1_target_count_la_SOURCES = tests/embed/abi-1/target-count.c
tests_embed_abi_1_target_count_la_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_target_count_la_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_target_count_la_LDFLAGS = $(ABI_1_LINK)
check_PROGRAMS += tests/embed/abi-1/board
tests_embed_abi_1_board_SOURCES = tests/embed/abi-1/board.c
tests_embed_abi_1_board_CPPFLAGS = $(ABI_1)
tests_embed_abi_1_board_CFLAGS = $(ABI_1_CFLAGS)
tests_embed_abi_1_board_LDADD = libstoker.la
TESTS += tests/embed/test-abi.py
EXTRA_DIST += tests/embed/test-abi.py tests/embed/abi.py tests/embed/freeze \
	tests/embed/abi-1/stoker/module.h tests/embed/abi-1/stoker/stoker.h
