# tests/loaders: our own loaders and firmware for Arm, good ones and wrong ones.
# "make loaders" builds them alone; make check builds and checks them.
LOADERS_OUT = tests/loaders/out
LOADERS_GOOD = \
	$(LOADERS_OUT)/g431.FLM \
	$(LOADERS_OUT)/h743-mt25ql512.stldr \
	$(LOADERS_OUT)/h743-w25q128.stldr \
	$(LOADERS_OUT)/h7b0-w25q128.stldr \
	$(LOADERS_OUT)/b/g431.FLM \
	$(LOADERS_OUT)/b/h743-w25q128.stldr \
	$(LOADERS_OUT)/b/h7b0-w25q128.stldr \
	$(LOADERS_OUT)/c/g431.FLM \
	$(LOADERS_OUT)/c/h743-w25q128.stldr
LOADERS_WRONG = \
	$(LOADERS_OUT)/g431-dual-bank.FLM \
	$(LOADERS_OUT)/g431-erase-too-many.FLM \
	$(LOADERS_OUT)/g431-error-ignored.FLM \
	$(LOADERS_OUT)/g431-never-returns.FLM \
	$(LOADERS_OUT)/g431-no-effect.FLM \
	$(LOADERS_OUT)/g431-stack-overflow.FLM \
	$(LOADERS_OUT)/g431-waits-for-interrupt.FLM \
	$(LOADERS_OUT)/g431-wild-write.FLM \
	$(LOADERS_OUT)/h743-w25q128-erase-too-many.stldr \
	$(LOADERS_OUT)/h743-w25q128-never-returns.stldr \
	$(LOADERS_OUT)/h743-w25q128-no-effect.stldr \
	$(LOADERS_OUT)/h743-w25q128-stack-overflow.stldr \
	$(LOADERS_OUT)/h743-w25q128-trusts-memory.stldr \
	$(LOADERS_OUT)/h743-w25q128-waits-for-interrupt.stldr \
	$(LOADERS_OUT)/h743-w25q128-wild-write.stldr \
	$(LOADERS_OUT)/b/g431-dual-bank.FLM \
	$(LOADERS_OUT)/b/g431-erase-too-many.FLM \
	$(LOADERS_OUT)/b/g431-error-ignored.FLM \
	$(LOADERS_OUT)/b/g431-never-returns.FLM \
	$(LOADERS_OUT)/b/g431-no-effect.FLM \
	$(LOADERS_OUT)/b/g431-stack-overflow.FLM \
	$(LOADERS_OUT)/b/g431-waits-for-interrupt.FLM \
	$(LOADERS_OUT)/b/g431-wild-write.FLM \
	$(LOADERS_OUT)/b/h743-w25q128-erase-too-many.stldr \
	$(LOADERS_OUT)/b/h743-w25q128-never-returns.stldr \
	$(LOADERS_OUT)/b/h743-w25q128-no-effect.stldr \
	$(LOADERS_OUT)/b/h743-w25q128-stack-overflow.stldr \
	$(LOADERS_OUT)/b/h743-w25q128-waits-for-interrupt.stldr \
	$(LOADERS_OUT)/b/h743-w25q128-wild-write.stldr
# Wrong in ways that only "stoker qualify" looks for.
LOADERS_QUALIFY = \
	$(LOADERS_OUT)/q/g431-aligned-buffer.FLM \
	$(LOADERS_OUT)/q/g431-blind.FLM \
	$(LOADERS_OUT)/q/g431-contrary.FLM \
	$(LOADERS_OUT)/q/g431-forgets-watchdog.FLM \
	$(LOADERS_OUT)/q/g431-hasty.FLM \
	$(LOADERS_OUT)/q/g431-init-once.FLM \
	$(LOADERS_OUT)/q/g431-last-page.FLM \
	$(LOADERS_OUT)/q/g431-one-phase.FLM \
	$(LOADERS_OUT)/q/g431-one-place.FLM \
	$(LOADERS_OUT)/q/g431-options.FLM \
	$(LOADERS_OUT)/q/g431-stale-flags.FLM \
	$(LOADERS_OUT)/q/g431-time-limit.FLM \
	$(LOADERS_OUT)/q/g431-untidy.FLM \
	$(LOADERS_OUT)/q/g431-whole-pages.FLM \
	$(LOADERS_OUT)/q/h743-w25q128-blind.stldr \
	$(LOADERS_OUT)/q/h743-w25q128-contrary.stldr \
	$(LOADERS_OUT)/q/h743-w25q128-end-exclusive.stldr \
	$(LOADERS_OUT)/q/h743-w25q128-no-bounds.stldr \
	$(LOADERS_OUT)/q/h743-w25q128-page-wrap.stldr \
	$(LOADERS_OUT)/q/h743-w25q128-words-only.stldr
# Good by themselves; hosts differ about them.
LOADERS_HOST = \
	$(LOADERS_OUT)/host-any-address.stldr \
	$(LOADERS_OUT)/host-hal-tick.stldr \
	$(LOADERS_OUT)/host-long-table.stldr \
	$(LOADERS_OUT)/host-other-name.stldr
# For machines of QEMU: RAM that behaves as flash does. Some are wrong.
LOADERS_RAM = \
	$(LOADERS_OUT)/ram-mps2-an386.FLM \
	$(LOADERS_OUT)/ram-mps2-an386.stldr \
	$(LOADERS_OUT)/ram-mps2-an500.FLM \
	$(LOADERS_OUT)/ram-mps2-an500.stldr \
	$(LOADERS_OUT)/ram-netduinoplus2.FLM \
	$(LOADERS_OUT)/ram-netduinoplus2.stldr \
	$(LOADERS_OUT)/ram-netduinoplus2-never-returns.FLM \
	$(LOADERS_OUT)/ram-netduinoplus2-erase-too-many.FLM \
	$(LOADERS_OUT)/ram-netduinoplus2-no-effect.FLM \
	$(LOADERS_OUT)/ram-netduinoplus2-no-effect.stldr \
	$(LOADERS_OUT)/ram-netduinoplus2-stack-overflow.FLM
LOADERS_FIRMWARE = \
	$(LOADERS_OUT)/firmware-g431.elf \
	$(LOADERS_OUT)/firmware-g431-large.elf \
	$(LOADERS_OUT)/firmware-h743.elf
LOADERS_ALL = $(LOADERS_GOOD) $(LOADERS_WRONG) $(LOADERS_QUALIFY) $(LOADERS_HOST) \
	$(LOADERS_RAM) $(LOADERS_FIRMWARE)

LOADERS_FROM = \
	tests/loaders/build \
	tests/loaders/check-pic \
	tests/loaders/elf32.py \
	tests/loaders/common/cpu.h \
	tests/loaders/common/defect.h \
	tests/loaders/common/runtime.c \
	tests/loaders/firmware/firmware.c \
	tests/loaders/firmware/firmware.ld \
	tests/loaders/firmware/table.S \
	tests/loaders/flm-g4/algorithm.c \
	tests/loaders/flm-g4/algorithm.h \
	tests/loaders/flm-g4/device.c \
	tests/loaders/flm-g4/flash-device.h \
	tests/loaders/flm-g4/flash.h \
	tests/loaders/flm-g4/flm.ld \
	tests/loaders/ram/algorithm.c \
	tests/loaders/ram/flm-device.c \
	tests/loaders/ram/loader.c \
	tests/loaders/ram/memory.c \
	tests/loaders/ram/memory.h \
	tests/loaders/ram/stldr-device.c \
	tests/loaders/stldr-h7/device.c \
	tests/loaders/stldr-h7/loader.c \
	tests/loaders/stldr-h7/loader.h \
	tests/loaders/stldr-h7/nor-mt25ql512.c \
	tests/loaders/stldr-h7/nor.c \
	tests/loaders/stldr-h7/nor.h \
	tests/loaders/stldr-h7/octospi.c \
	tests/loaders/stldr-h7/pins.c \
	tests/loaders/stldr-h7/pins.h \
	tests/loaders/stldr-h7/qspi.c \
	tests/loaders/stldr-h7/qspi.h \
	tests/loaders/stldr-h7/stldr.ld \
	tests/loaders/stldr-h7/storage-info.h \
	tests/loaders/stldr-h7/tick.c \
	tests/loaders/stldr-h7/tick.h
EXTRA_DIST += $(LOADERS_FROM) tests/loaders/check-shape.py

# The name of a file says all that its build needs.
$(LOADERS_ALL): $(LOADERS_FROM)
	$(AM_V_GEN)CROSS_CC='$(CROSS_CC)' CROSS_LD='$(CROSS_LD)' PYTHON='$(PYTHON)' \
		$(SHELL) $(top_srcdir)/tests/loaders/build $@

loaders: $(LOADERS_ALL)
.PHONY: loaders

check_DATA += $(LOADERS_ALL)
CLEANFILES += $(LOADERS_ALL)
TESTS += tests/loaders/check-shape.py
