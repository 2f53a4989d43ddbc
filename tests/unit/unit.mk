# tests/unit: one test-x.c per x.c, on Check, linked to the core's insides.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core
UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_LIBS = core/libcore.la $(CHECK_LIBS)

include tests/unit/loader.mk
include tests/unit/gdb.mk

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
	plugins/target/emu/flash-f4-erase.c \
	plugins/target/emu/flash-f4-fail.c \
	plugins/target/emu/flash-f4-memory.c \
	plugins/target/emu/flash-f4-option.c \
	plugins/target/emu/flash-f4-sector.c \
	plugins/target/emu/flash-f4-supply.c \
	plugins/target/emu/flash-f4.c \
	plugins/target/emu/flash-f4.h \
	plugins/target/emu/flash-h7-erase.c \
	plugins/target/emu/flash-h7-fail.c \
	plugins/target/emu/flash-h7-layout.c \
	plugins/target/emu/flash-h7-memory.c \
	plugins/target/emu/flash-h7-option.c \
	plugins/target/emu/flash-h7.c \
	plugins/target/emu/flash-h7.h \
	plugins/target/emu/flash-l0-fail.c \
	plugins/target/emu/flash-l0-memory.c \
	plugins/target/emu/flash-l0-option.c \
	plugins/target/emu/flash-l0.c \
	plugins/target/emu/flash-l0.h \
	plugins/target/emu/flash-options.c \
	plugins/target/emu/flash-options.h \
	plugins/target/emu/models.h \
	plugins/target/emu/pwr.c \
	plugins/target/emu/rcc-families.c \
	plugins/target/emu/rcc-l4-g0.c \
	plugins/target/emu/rcc.c \
	plugins/target/emu/rcc.h \
	plugins/target/emu/rng.c \
	plugins/target/emu/wwdg.c \
	tests/unit/fake-emu.c \
	tests/unit/fake-emu.h
tests_unit_libfakeemu_la_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)

check_PROGRAMS += tests/unit/test-flash-array
TESTS += tests/unit/test-flash-array
tests_unit_test_flash_array_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_flash_array_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_array_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-flash-h7
TESTS += tests/unit/test-flash-h7
tests_unit_test_flash_h7_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_flash_h7_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_h7_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-flash-f4
TESTS += tests/unit/test-flash-f4
tests_unit_test_flash_f4_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_flash_f4_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_f4_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-flash-l0
TESTS += tests/unit/test-flash-l0
tests_unit_test_flash_l0_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_flash_l0_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_l0_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-flash-f4-facts
TESTS += tests/unit/test-flash-f4-facts
tests_unit_test_flash_f4_facts_CPPFLAGS = $(MODEL_TEST_CPPFLAGS) -I$(top_srcdir)/core
tests_unit_test_flash_f4_facts_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_flash_f4_facts_LDADD = plugins/chip/libstm32.la \
	tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-rcc
TESTS += tests/unit/test-rcc
tests_unit_test_rcc_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_rcc_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_rcc_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-pwr
TESTS += tests/unit/test-pwr
tests_unit_test_pwr_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_pwr_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_pwr_LDADD = tests/unit/libfakeemu.la $(MODEL_TEST_LIBS)

# SPI-NOR parts and QUADSPI, on the same clock.
check_LTLIBRARIES += tests/unit/libfakenor.la
tests_unit_libfakenor_la_SOURCES = \
	plugins/target/emu/nor-array.c \
	plugins/target/emu/nor-common.c \
	plugins/target/emu/nor-core.h \
	plugins/target/emu/nor-fail.c \
	plugins/target/emu/nor-issi.c \
	plugins/target/emu/nor-macronix-octal.c \
	plugins/target/emu/nor-macronix.c \
	plugins/target/emu/nor-micron.c \
	plugins/target/emu/nor-open.c \
	plugins/target/emu/nor-spansion-l.c \
	plugins/target/emu/nor-spansion-s.c \
	plugins/target/emu/nor-st.c \
	plugins/target/emu/nor-winbond-sfdp.c \
	plugins/target/emu/nor-winbond.c \
	plugins/target/emu/nor-winbond.h \
	plugins/target/emu/nor-wire.c \
	plugins/target/emu/nor.c \
	plugins/target/emu/nor.h
nodist_tests_unit_libfakenor_la_SOURCES = plugins/target/emu/nor-parts.c
tests_unit_libfakenor_la_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_libfakenor_la_LIBADD = tests/unit/libfakeemu.la

check_LTLIBRARIES += tests/unit/libnorrig.la
tests_unit_libnorrig_la_SOURCES = tests/unit/nor-rig.c tests/unit/nor-rig.h
tests_unit_libnorrig_la_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_libnorrig_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_libnorrig_la_LIBADD = tests/unit/libfakenor.la
NOR_TESTS = \
	tests/unit/test-nor \
	tests/unit/test-nor-loaders \
	tests/unit/test-nor-macronix \
	tests/unit/test-nor-micron \
	tests/unit/test-nor-octal \
	tests/unit/test-nor-others \
	tests/unit/test-nor-state
check_PROGRAMS += $(NOR_TESTS)
TESTS += $(NOR_TESTS)
tests_unit_test_nor_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_loaders_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_loaders_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_loaders_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_macronix_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_macronix_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_macronix_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_micron_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_micron_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_micron_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_octal_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_octal_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_octal_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_others_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_others_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_others_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)
tests_unit_test_nor_state_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_nor_state_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_nor_state_LDADD = tests/unit/libnorrig.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-chip tests/unit/test-chip-facts tests/unit/test-host
TESTS += tests/unit/test-chip tests/unit/test-chip-facts tests/unit/test-host
tests_unit_test_chip_SOURCES = tests/unit/test-chip.c tests/unit/unit.h
tests_unit_test_chip_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_chip_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chip_LDADD = plugins/chip/libstm32.la $(UNIT_LIBS)
tests_unit_test_chip_facts_SOURCES = tests/unit/test-chip-facts.c tests/unit/unit.h
tests_unit_test_chip_facts_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_chip_facts_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chip_facts_LDADD = plugins/chip/libstm32.la $(UNIT_LIBS)
tests_unit_test_host_SOURCES = tests/unit/test-host.c tests/unit/unit.h
tests_unit_test_host_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_host_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_host_LDADD = $(UNIT_LIBS)
TESTS += tests/unit/test-codegen.py
EXTRA_DIST += tests/unit/test-codegen.py

# Where our own loaders go in RAM.
check_PROGRAMS += tests/unit/test-layout
TESTS += tests/unit/test-layout
tests_unit_test_layout_SOURCES = tests/unit/own-loader.c tests/unit/own-loader.h \
	tests/unit/test-layout.c tests/unit/unit.h
tests_unit_test_layout_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_layout_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_layout_LDADD = plugins/format/libformats.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test-layout-preview
TESTS += tests/unit/test-layout-preview
tests_unit_test_layout_preview_SOURCES = tests/unit/own-loader.c tests/unit/own-loader.h \
	tests/unit/test-layout-preview.c tests/unit/unit.h
tests_unit_test_layout_preview_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_layout_preview_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_layout_preview_LDADD = plugins/format/libformats.la $(UNIT_LIBS)

# The controller, with real parts behind it.
check_PROGRAMS += tests/unit/test-quadspi
TESTS += tests/unit/test-quadspi
tests_unit_test_quadspi_SOURCES = \
	plugins/target/emu/dlyb.c \
	plugins/target/emu/models.h \
	plugins/target/emu/quadspi-access.c \
	plugins/target/emu/quadspi-command.c \
	plugins/target/emu/quadspi-map.c \
	plugins/target/emu/quadspi-wire.c \
	plugins/target/emu/quadspi.c \
	plugins/target/emu/quadspi.h \
	tests/unit/test-quadspi.c
tests_unit_test_quadspi_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_quadspi_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_quadspi_LDADD = tests/unit/libfakenor.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-octospi
TESTS += tests/unit/test-octospi
tests_unit_test_octospi_SOURCES = \
	plugins/target/emu/models.h \
	plugins/target/emu/octospi.c \
	plugins/target/emu/quadspi-access.c \
	plugins/target/emu/quadspi-command.c \
	plugins/target/emu/quadspi-map.c \
	plugins/target/emu/quadspi-wire.c \
	plugins/target/emu/quadspi.h \
	tests/unit/test-octospi.c
tests_unit_test_octospi_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_octospi_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_octospi_LDADD = tests/unit/libfakenor.la $(MODEL_TEST_LIBS)

check_PROGRAMS += tests/unit/test-octospi-octal
TESTS += tests/unit/test-octospi-octal
tests_unit_test_octospi_octal_SOURCES = \
	plugins/target/emu/models.h \
	plugins/target/emu/octospi.c \
	plugins/target/emu/quadspi-access.c \
	plugins/target/emu/quadspi-command.c \
	plugins/target/emu/quadspi-map.c \
	plugins/target/emu/quadspi-wire.c \
	plugins/target/emu/quadspi.h \
	tests/unit/test-octospi-octal.c
tests_unit_test_octospi_octal_CPPFLAGS = $(MODEL_TEST_CPPFLAGS)
tests_unit_test_octospi_octal_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_octospi_octal_LDADD = tests/unit/libfakenor.la $(MODEL_TEST_LIBS)

# The virtual core on the bench: whole chips without a host.
check_LTLIBRARIES += tests/unit/libemurig.la
tests_unit_libemurig_la_SOURCES = tests/unit/emu-rig.c tests/unit/emu-rig.h
tests_unit_libemurig_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_libemurig_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_libemurig_la_LIBADD = plugins/target/emu/libemu.la core/libcore.la \
	$(UNICORN_LIBS) $(CHECK_LIBS)
EMU_TESTS = \
	tests/unit/test-emu-chips \
	tests/unit/test-emu-core \
	tests/unit/test-emu-exception \
	tests/unit/test-emu-flash-banks \
	tests/unit/test-emu-flash-g4 \
	tests/unit/test-emu-poll \
	tests/unit/test-emu-store \
	tests/unit/test-emu-timing
check_PROGRAMS += $(EMU_TESTS)
TESTS += $(EMU_TESTS)
tests_unit_test_emu_chips_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_chips_LDADD = plugins/chip/libstm32.la tests/unit/libemurig.la
tests_unit_test_emu_core_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_core_LDADD = tests/unit/libemurig.la
tests_unit_test_emu_exception_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_exception_LDADD = tests/unit/libemurig.la
tests_unit_test_emu_flash_banks_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_flash_banks_LDADD = plugins/chip/libstm32.la tests/unit/libemurig.la
tests_unit_test_emu_flash_g4_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_flash_g4_LDADD = tests/unit/libemurig.la
tests_unit_test_emu_poll_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_poll_LDADD = tests/unit/libemurig.la
tests_unit_test_emu_store_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_store_LDADD = tests/unit/libemurig.la
tests_unit_test_emu_timing_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_emu_timing_LDADD = tests/unit/libemurig.la

# Firmware images: the builder, the choice of a driver, and each driver.
IMAGE_TEST_SOURCES = tests/unit/image-case.c tests/unit/image-case.h tests/unit/unit.h
image_tests = tests/unit/test-image tests/unit/test-image-bin tests/unit/test-image-build \
	tests/unit/test-image-elf tests/unit/test-image-ihex tests/unit/test-image-srec
check_PROGRAMS += $(image_tests)
TESTS += $(image_tests)
tests_unit_test_image_SOURCES = tests/unit/test-image.c $(IMAGE_TEST_SOURCES)
tests_unit_test_image_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_LDADD = plugins/image/libimages.la $(UNIT_LIBS)
tests_unit_test_image_bin_SOURCES = tests/unit/test-image-bin.c $(IMAGE_TEST_SOURCES)
tests_unit_test_image_bin_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_bin_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_bin_LDADD = plugins/image/libimages.la $(UNIT_LIBS)
tests_unit_test_image_build_SOURCES = tests/unit/test-image-build.c $(IMAGE_TEST_SOURCES)
tests_unit_test_image_build_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_build_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_build_LDADD = plugins/image/libimages.la $(UNIT_LIBS)
tests_unit_test_image_elf_SOURCES = tests/unit/test-image-elf.c tests/unit/make-elf.c \
	tests/unit/make-elf.h $(IMAGE_TEST_SOURCES)
tests_unit_test_image_elf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_elf_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_elf_LDADD = plugins/image/libimages.la $(UNIT_LIBS)
tests_unit_test_image_ihex_SOURCES = tests/unit/test-image-ihex.c $(IMAGE_TEST_SOURCES)
tests_unit_test_image_ihex_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_ihex_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_ihex_LDADD = plugins/image/libimages.la $(UNIT_LIBS)
tests_unit_test_image_srec_SOURCES = tests/unit/test-image-srec.c $(IMAGE_TEST_SOURCES)
tests_unit_test_image_srec_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_image_srec_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_srec_LDADD = plugins/image/libimages.la $(UNIT_LIBS)

# The fault wrapper around a target in host memory.
check_PROGRAMS += tests/unit/test-fault
TESTS += tests/unit/test-fault
tests_unit_test_fault_SOURCES = tests/unit/test-fault.c tests/unit/unit.h \
	plugins/target/fault/fault.c plugins/target/fault/inject.c plugins/target/fault/inject.h
tests_unit_test_fault_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_fault_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_fault_LDADD = $(UNIT_LIBS)

# Images through the modules, as a program uses them: linked to libstoker alone.
check_PROGRAMS += tests/unit/test-image-open
TESTS += tests/unit/test-image-open
tests_unit_test_image_open_SOURCES = tests/unit/test-image-open.c tests/unit/unit.h
tests_unit_test_image_open_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_image_open_LDADD = libstoker.la $(CHECK_LIBS)

# Errors and address ranges.
check_PROGRAMS += tests/unit/test-error tests/unit/test-range
TESTS += tests/unit/test-error tests/unit/test-range
tests_unit_test_error_SOURCES = tests/unit/test-error.c tests/unit/unit.h
tests_unit_test_error_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_error_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_error_LDADD = $(UNIT_LIBS)
tests_unit_test_range_SOURCES = tests/unit/test-range.c tests/unit/unit.h
tests_unit_test_range_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_range_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_range_LDADD = $(UNIT_LIBS)

# What the library exports, its version script and its headers.
TESTS += tests/unit/check-symbols.py
EXTRA_DIST += tests/unit/check-symbols.py

# Plans and jobs: real modules, our own loaders, virtual chips.
check_PROGRAMS += tests/unit/test-job tests/unit/test-plan tests/unit/test-embedding
TESTS += tests/unit/test-job tests/unit/test-plan tests/unit/test-embedding
tests_unit_test_embedding_SOURCES = tests/unit/test-embedding.c tests/unit/unit.h
tests_unit_test_embedding_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_embedding_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)
tests_unit_test_job_SOURCES = tests/unit/test-job.c tests/unit/unit.h
tests_unit_test_job_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_job_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)
tests_unit_test_plan_SOURCES = tests/unit/test-plan.c tests/unit/unit.h
tests_unit_test_plan_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_plan_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)

# Memory parts and constants by the names and values that loaders hold.
check_PROGRAMS += tests/unit/test-part
TESTS += tests/unit/test-part
tests_unit_test_part_SOURCES = tests/unit/test-part.c tests/unit/unit.h
tests_unit_test_part_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_part_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_part_LDADD = plugins/chip/libstm32.la $(UNIT_LIBS)

# Chips by the names of loaders.
check_PROGRAMS += tests/unit/test-kin
TESTS += tests/unit/test-kin
tests_unit_test_kin_SOURCES = tests/unit/test-kin.c tests/unit/unit.h
tests_unit_test_kin_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_kin_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kin_LDADD = plugins/chip/libstm32.la $(UNIT_LIBS)

# Several threads, a context each.
check_PROGRAMS += tests/unit/test-contexts
TESTS += tests/unit/test-contexts
tests_unit_test_contexts_SOURCES = tests/unit/test-contexts.c tests/unit/unit.h
tests_unit_test_contexts_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_contexts_LDADD = libstoker.la $(CHECK_LIBS)
EXTRA_DIST += tests/unit/small.pdsc

# What inspect -r calls alike.
check_PROGRAMS += tests/unit/test-folder-group
TESTS += tests/unit/test-folder-group
tests_unit_test_folder_group_SOURCES = tests/unit/test-folder-group.c tests/unit/unit.h \
	tools/stoker/folder-group.c
tests_unit_test_folder_group_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) -I$(top_srcdir)/loaderdb/include
tests_unit_test_folder_group_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_folder_group_LDADD = $(CHECK_LIBS)
# Two builds of a loader beside each other: made-up functions.
check_PROGRAMS += tests/unit/test-diff
TESTS += tests/unit/test-diff
tests_unit_test_diff_SOURCES = tests/unit/test-diff.c tests/unit/unit.h
tests_unit_test_diff_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_diff_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_diff_LDADD = $(UNIT_LIBS)


# SVD files, good and bad.
check_PROGRAMS += tests/unit/test-svd
TESTS += tests/unit/test-svd
EXTRA_DIST += tests/unit/small.svd
tests_unit_test_svd_SOURCES = tests/unit/test-svd.c tests/unit/unit.h
tests_unit_test_svd_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/plugins/chip/svd
tests_unit_test_svd_CFLAGS = $(UNIT_CFLAGS) $(LIBXML_CFLAGS)
tests_unit_test_svd_LDADD = plugins/chip/libsvd.la $(UNIT_LIBS) $(LIBXML_LIBS)

# The analysis of Thumb code.
check_PROGRAMS += tests/unit/test-thumb
TESTS += tests/unit/test-thumb
tests_unit_test_thumb_SOURCES = tests/unit/test-thumb.c tests/unit/thumb-cases.h tests/unit/unit.h
tests_unit_test_thumb_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_thumb_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_thumb_LDADD = plugins/analysis/libthumb.la $(UNIT_LIBS)
TESTS += tests/unit/check-thumb-cases.py
EXTRA_DIST += tests/unit/check-thumb-cases.py

# Its decoder beside LLVM's.
check_PROGRAMS += tests/unit/decode-thumb
TESTS += tests/unit/check-decode.py
tests/unit/check-decode.log: tests/unit/decode-thumb
EXTRA_DIST += tests/unit/check-decode.py
tests_unit_decode_thumb_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_decode_thumb_LDADD = plugins/analysis/libthumb.la core/libcore.la

# The same through the library, of our own loaders.
check_PROGRAMS += tests/unit/test-code
TESTS += tests/unit/test-code
tests_unit_test_code_SOURCES = tests/unit/test-code.c tests/unit/make-elf.c \
	tests/unit/make-elf.h tests/unit/unit.h
tests_unit_test_code_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_code_LDADD = libstoker.la $(CHECK_LIBS)
# Every rule, and its page.
check_PROGRAMS += tests/unit/test-lint
TESTS += tests/unit/test-lint
tests_unit_test_lint_SOURCES = \
	tests/unit/make-elf.c \
	tests/unit/make-elf.h \
	tests/unit/make-loader.c \
	tests/unit/make-loader.h \
	tests/unit/make-table.c \
	tests/unit/make-table.h \
	tests/unit/test-lint.c \
	tests/unit/unit.h
nodist_tests_unit_test_lint_SOURCES = tools/stoker/finding-pages.c
tests_unit_test_lint_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_lint_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lint_LDADD = plugins/format/libformats.la plugins/chip/libstm32.la $(UNIT_LIBS)

# Packs: what devices inherit and which algorithm is chosen, without ZIP or XML.
check_PROGRAMS += tests/unit/test-pack
TESTS += tests/unit/test-pack
tests_unit_test_pack_SOURCES = tests/unit/test-pack.c tests/unit/unit.h
tests_unit_test_pack_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_pack_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_pack_LDADD = $(UNIT_LIBS)

# What makes a virtual chip a test bench.
BENCH_EMU_TESTS = \
	tests/unit/test-cells \
	tests/unit/test-failures \
	tests/unit/test-perturb
check_PROGRAMS += $(BENCH_EMU_TESTS)
TESTS += $(BENCH_EMU_TESTS)
tests_unit_test_cells_SOURCES = tests/unit/shipped.h tests/unit/test-cells.c
tests_unit_test_cells_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_cells_LDADD = plugins/chip/libstm32.la tests/unit/libemurig.la
tests_unit_test_failures_SOURCES = tests/unit/shipped.h tests/unit/test-failures.c
tests_unit_test_failures_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_failures_LDADD = plugins/chip/libstm32.la tests/unit/libemurig.la
tests_unit_test_perturb_SOURCES = tests/unit/shipped.h tests/unit/test-perturb.c
tests_unit_test_perturb_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_perturb_LDADD = plugins/chip/libstm32.la tests/unit/libemurig.la

check_PROGRAMS += tests/unit/test-tape
TESTS += tests/unit/test-tape
tests_unit_test_tape_SOURCES = tests/unit/test-tape.c tests/unit/unit.h
tests_unit_test_tape_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_tape_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_tape_LDADD = $(UNIT_LIBS)

# Loaders tried on virtual chips.
check_PROGRAMS += tests/unit/test-qualify
TESTS += tests/unit/test-qualify
tests_unit_test_qualify_SOURCES = tests/unit/test-qualify.c tests/unit/unit.h
tests_unit_test_qualify_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_qualify_LDADD = libstoker.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test-matrix
LONG_TESTS += tests/long/matrix.sh
EXTRA_DIST += tests/long/matrix.sh
tests_unit_test_matrix_SOURCES = tests/unit/test-matrix.c tests/unit/unit.h
tests_unit_test_matrix_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_matrix_LDADD = libstoker.la $(CHECK_LIBS)
# Hypotheses, on virtual chips with modules.
check_PROGRAMS += tests/unit/test-what-if
TESTS += tests/unit/test-what-if
tests_unit_test_what_if_SOURCES = tests/unit/test-what-if.c tests/unit/unit.h
tests_unit_test_what_if_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_what_if_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test-behaviour
TESTS += tests/unit/test-behaviour
tests_unit_test_behaviour_SOURCES = tests/unit/test-behaviour.c tests/unit/unit.h
tests_unit_test_behaviour_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_behaviour_LDADD = libstoker.la $(CHECK_LIBS)

# Facts, and how they are read.
DB_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) -I$(top_srcdir)/core \
	-I$(top_srcdir)/loaderdb/include
DB_LIBS = loaderdb/libdb.la libstoker.la $(JANSSON_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test-json
TESTS += tests/unit/test-json
tests_unit_test_json_SOURCES = tests/unit/test-json.c tests/unit/unit.h
tests_unit_test_json_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_json_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_json_LDADD = $(DB_LIBS)
check_PROGRAMS += tests/unit/test-toolchains
TESTS += tests/unit/test-toolchains
tests_unit_test_toolchains_SOURCES = tests/unit/test-toolchains.c tests/unit/unit.h
tests_unit_test_toolchains_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_toolchains_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_toolchains_LDADD = $(DB_LIBS)
check_PROGRAMS += tests/unit/test-advisory tests/unit/test-audit
TESTS += tests/unit/test-advisory tests/unit/test-audit
tests_unit_test_advisory_SOURCES = tests/unit/test-advisory.c tests/unit/unit.h
tests_unit_test_advisory_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_advisory_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_advisory_LDADD = $(DB_LIBS)
tests_unit_test_audit_SOURCES = tests/unit/test-audit.c tests/unit/unit.h
tests_unit_test_audit_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_audit_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_audit_LDADD = $(DB_LIBS)

# Files and trees are replaced at once or not at all.
check_PROGRAMS += tests/unit/test-replace tests/unit/test-tree
TESTS += tests/unit/test-replace tests/unit/test-tree
tests_unit_test_replace_SOURCES = tests/unit/test-replace.c tests/unit/temp-folder.h \
	tests/unit/unit.h
tests_unit_test_replace_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_replace_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_replace_LDADD = $(DB_LIBS)
tests_unit_test_tree_SOURCES = tests/unit/test-tree.c tests/unit/temp-folder.h tests/unit/unit.h
tests_unit_test_tree_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_tree_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_tree_LDADD = $(DB_LIBS)

check_PROGRAMS += tests/unit/test-swap tests/unit/test-recover
TESTS += tests/unit/test-swap tests/unit/test-recover
tests_unit_test_swap_SOURCES = tests/unit/test-swap.c tests/unit/swap-rig.h \
	tests/unit/temp-folder.h tests/unit/unit.h
tests_unit_test_swap_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_swap_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_swap_LDADD = $(DB_LIBS)
tests_unit_test_recover_SOURCES = tests/unit/test-recover.c tests/unit/swap-rig.h \
	tests/unit/temp-folder.h tests/unit/unit.h
tests_unit_test_recover_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_recover_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_recover_LDADD = $(DB_LIBS)

check_PROGRAMS += tests/unit/test-status
TESTS += tests/unit/test-status
tests_unit_test_status_SOURCES = tests/unit/test-status.c tests/unit/swap-rig.h \
	tests/unit/temp-folder.h tests/unit/unit.h
tests_unit_test_status_CPPFLAGS = $(DB_CPPFLAGS)
tests_unit_test_status_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_status_LDADD = $(DB_LIBS)

# What a job leaves behind: registers, RAM, the link's figures.
check_PROGRAMS += tests/unit/test-care tests/unit/test-keep
TESTS += tests/unit/test-care tests/unit/test-keep
tests_unit_test_care_SOURCES = tests/unit/test-care.c tests/unit/unit.h
tests_unit_test_care_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_care_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_care_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)
tests_unit_test_keep_SOURCES = tests/unit/test-keep.c tests/unit/unit.h
tests_unit_test_keep_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_keep_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_keep_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)

# Boards, in front of which a server of the test's own stands.
check_LTLIBRARIES += tests/unit/server-probe.la
tests_unit_server_probe_la_SOURCES = tests/unit/server-probe.c tests/unit/server-probe.h
tests_unit_server_probe_la_LDFLAGS = $(MODULE_LINK) -rpath /nowhere
tests_unit_server_probe_la_LIBADD = $(MODULE_LIBS)
check_PROGRAMS += tests/unit/test-board
TESTS += tests/unit/test-board
tests_unit_test_board_SOURCES = tests/unit/test-board.c tests/unit/server-probe.h tests/unit/unit.h
tests_unit_test_board_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_board_LDADD = tests/long/librig.la libstoker.la $(CHECK_LIBS)
