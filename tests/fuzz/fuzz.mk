# tests/fuzz: parsers under libFuzzer (make fuzz, and in make check-long), and what
# it found once, replayed in make check without it.
fuzz_image_sources = tests/fuzz/fuzz-image.c tests/fuzz/fuzz-image.h
FUZZ_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) -I$(top_srcdir)/core
FUZZ_IMAGE_LIBS = plugins/image/libimages.la core/libcore.la

fuzz_replays = tests/fuzz/replay-bin-image tests/fuzz/replay-elf-image \
	tests/fuzz/replay-ihex-image tests/fuzz/replay-srec-image tests/fuzz/replay-loader \
	tests/fuzz/replay-svd tests/fuzz/replay-code tests/fuzz/replay-pack tests/fuzz/replay-pdsc \
	tests/fuzz/replay-advisory tests/fuzz/replay-install tests/fuzz/replay-explain \
	tests/fuzz/replay-gdb-client tests/fuzz/replay-gdb-server tests/fuzz/replay-gdb-exchange \
	tests/fuzz/replay-gdb-xml tests/fuzz/replay-gdb-stub
check_PROGRAMS += $(fuzz_replays)
TESTS += tests/fuzz/replay.sh
tests/fuzz/replay.log: $(fuzz_replays)
tests_fuzz_replay_bin_image_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-bin-image.c \
	$(fuzz_image_sources)
tests_fuzz_replay_bin_image_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_bin_image_LDADD = $(FUZZ_IMAGE_LIBS)
tests_fuzz_replay_elf_image_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-elf-image.c \
	$(fuzz_image_sources)
tests_fuzz_replay_elf_image_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_elf_image_LDADD = $(FUZZ_IMAGE_LIBS)
tests_fuzz_replay_ihex_image_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-ihex-image.c \
	$(fuzz_image_sources)
tests_fuzz_replay_ihex_image_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_ihex_image_LDADD = $(FUZZ_IMAGE_LIBS)
tests_fuzz_replay_srec_image_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-srec-image.c \
	$(fuzz_image_sources)
tests_fuzz_replay_srec_image_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_srec_image_LDADD = $(FUZZ_IMAGE_LIBS)
tests_fuzz_replay_loader_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-loader.c
tests_fuzz_replay_loader_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_loader_LDADD = plugins/format/libformats.la plugins/chip/libstm32.la \
	core/libcore.la
tests_fuzz_replay_svd_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-svd.c
tests_fuzz_replay_svd_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_svd_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS)
tests_fuzz_replay_svd_LDADD = plugins/chip/libsvd.la core/libcore.la $(LIBXML_LIBS)
fuzz_pack_sources = tests/fuzz/read-pack.c tests/fuzz/read-pack.h
FUZZ_PACK_LIBS = plugins/container/libpack.la core/libcore.la $(CONTAINER_LIBS)
tests_fuzz_replay_pack_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-pack.c \
	$(fuzz_pack_sources)
tests_fuzz_replay_pack_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_pack_LDADD = $(FUZZ_PACK_LIBS)
tests_fuzz_replay_pdsc_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-pdsc.c \
	$(fuzz_pack_sources)
tests_fuzz_replay_pdsc_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_pdsc_LDADD = $(FUZZ_PACK_LIBS)

tests_fuzz_replay_install_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-install.c
tests_fuzz_replay_install_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS) -I$(top_srcdir)/loaderdb/include
tests_fuzz_replay_install_LDADD = loaderdb/libdb.la core/libcore.la

tests_fuzz_replay_code_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-code.c \
	tests/unit/make-elf.c tests/unit/make-elf.h
tests_fuzz_replay_code_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_code_LDADD = plugins/analysis/libthumb.la plugins/format/libformats.la \
	core/libcore.la
tests_fuzz_replay_explain_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-explain.c
tests_fuzz_replay_explain_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS) -I$(top_srcdir)/loaderdb/include
tests_fuzz_replay_explain_LDADD = loaderdb/libdb.la libstoker.la $(JANSSON_LIBS)

tests_fuzz_replay_advisory_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-advisory.c
tests_fuzz_replay_advisory_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS) -I$(top_srcdir)/loaderdb/include
tests_fuzz_replay_advisory_LDADD = loaderdb/libdb.la core/libcore.la

fuzz_gdb_sources = tests/fuzz/take-packets.c tests/fuzz/take-packets.h
FUZZ_GDB_LIBS = plugins/common/gdb/libgdbremote.la core/libcore.la
tests_fuzz_replay_gdb_client_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-gdb-client.c \
	$(fuzz_gdb_sources)
tests_fuzz_replay_gdb_client_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_gdb_client_LDADD = $(FUZZ_GDB_LIBS)
tests_fuzz_replay_gdb_server_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-gdb-server.c \
	$(fuzz_gdb_sources)
tests_fuzz_replay_gdb_server_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_gdb_server_LDADD = $(FUZZ_GDB_LIBS)
tests_fuzz_replay_gdb_exchange_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-gdb-exchange.c
tests_fuzz_replay_gdb_exchange_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_gdb_exchange_LDADD = $(FUZZ_GDB_LIBS)
tests_fuzz_replay_gdb_xml_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-gdb-xml.c
tests_fuzz_replay_gdb_xml_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_gdb_xml_LDADD = $(FUZZ_GDB_LIBS)
tests_fuzz_replay_gdb_stub_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-gdb-stub.c
tests_fuzz_replay_gdb_stub_CPPFLAGS = $(FUZZ_TEST_CPPFLAGS)
tests_fuzz_replay_gdb_stub_LDADD = plugins/server/gdb/libgdbstub.la core/libcore.la

# The same targets with clang's libFuzzer, ASan and UBSan, all of their sources anew.
FUZZ_FILES = $(core_libcore_la_SOURCES) $(nodist_core_libcore_la_SOURCES) \
	$(plugins_image_libimages_la_SOURCES) $(plugins_format_libformats_la_SOURCES) \
	$(nodist_plugins_chip_libstm32_la_SOURCES) \
	$(fuzz_image_sources) tests/fuzz/fuzz-bin-image.c tests/fuzz/fuzz-elf-image.c \
	tests/fuzz/fuzz-ihex-image.c tests/fuzz/fuzz-srec-image.c tests/fuzz/fuzz-loader.c \
	$(plugins_chip_libsvd_la_SOURCES) tests/fuzz/fuzz-svd.c \
	$(plugins_analysis_libthumb_la_SOURCES) tests/unit/make-elf.c tests/fuzz/fuzz-code.c \
	$(CONTAINER_PACK) $(fuzz_pack_sources) tests/fuzz/fuzz-pack.c tests/fuzz/fuzz-pdsc.c \
	$(loaderdb_libdb_la_SOURCES) $(nodist_loaderdb_libdb_la_SOURCES) tests/fuzz/fuzz-advisory.c \
	tests/fuzz/fuzz-install.c tests/fuzz/fuzz-explain.c \
	$(plugins_common_gdb_libgdbremote_la_SOURCES) $(fuzz_gdb_sources) \
	tests/fuzz/fuzz-gdb-client.c tests/fuzz/fuzz-gdb-server.c \
	tests/fuzz/fuzz-gdb-exchange.c tests/fuzz/fuzz-gdb-xml.c \
	$(plugins_server_gdb_libgdbstub_la_SOURCES) tests/fuzz/fuzz-gdb-stub.c
FUZZ_CPPFLAGS = $(DEFS) -I. $(FUZZ_TEST_CPPFLAGS) $(CONTAINER_CFLAGS) $(CAPSTONE_CFLAGS) \
	-I$(top_builddir)/plugins/format -I$(top_srcdir)/loaderdb/include $(SQLITE_CFLAGS) \
	$(JANSSON_CFLAGS) \
	-DPKGLIBDIR='\"$(pkglibdir)\"'

fuzz: tests/fuzz/bin/stamp
tests/fuzz/bin/stamp: $(FUZZ_FILES) $(BUILT_SOURCES) tests/fuzz/build-fuzz
	$(AM_V_GEN)for f in $(FUZZ_FILES); do \
		if test -f $$f; then echo $$f; else echo $(srcdir)/$$f; fi; \
	done | CROSS_CC='$(CROSS_CC)' CPPFLAGS="$(FUZZ_CPPFLAGS)" \
		LIBS='$(LIBELF_LIBS) $(CONTAINER_LIBS) $(CAPSTONE_LIBS) $(JANSSON_LIBS) $(LIBS)' \
		xargs bash $(srcdir)/tests/fuzz/build-fuzz tests/fuzz/bin
	@touch $@

LONG_TESTS += tests/fuzz/run-fuzz.sh
tests/fuzz/run-fuzz.log: tests/fuzz/bin/stamp
EXTRA_DIST += tests/fuzz/regress tests/fuzz/build-fuzz tests/fuzz/make-seeds.py tests/fuzz/replay.sh \
	tests/fuzz/run-fuzz.sh
CLEAN_DIRS += tests/fuzz/bin tests/fuzz/work tests/fuzz/findings

.PHONY: fuzz
