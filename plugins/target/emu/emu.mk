# The virtual chips. GPL-2.0-only, as Unicorn is.
noinst_LTLIBRARIES += plugins/target/emu/libemu.la
plugins_target_emu_libemu_la_SOURCES = \
	plugins/target/emu/attention.c \
	plugins/target/emu/bad-cells.c \
	plugins/target/emu/bus.c \
	plugins/target/emu/cells.c \
	plugins/target/emu/chip.c \
	plugins/target/emu/choices.c \
	plugins/target/emu/clock.c \
	plugins/target/emu/cpu.c \
	plugins/target/emu/debug.c \
	plugins/target/emu/dlyb.c \
	plugins/target/emu/emu.c \
	plugins/target/emu/emu.h \
	plugins/target/emu/exceptions.c \
	plugins/target/emu/failures.c \
	plugins/target/emu/faults.c \
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
	plugins/target/emu/flash-g4-bank.c \
	plugins/target/emu/flash-g4-erase.c \
	plugins/target/emu/flash-g4-fail.c \
	plugins/target/emu/flash-g4-memory.c \
	plugins/target/emu/flash-g4-option.c \
	plugins/target/emu/flash-g4-program.c \
	plugins/target/emu/flash-g4.c \
	plugins/target/emu/flash-g4.h \
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
	plugins/target/emu/gpio.c \
	plugins/target/emu/iwdg.c \
	plugins/target/emu/map.c \
	plugins/target/emu/models.c \
	plugins/target/emu/models.h \
	plugins/target/emu/monitor.c \
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
	plugins/target/emu/nor.h \
	plugins/target/emu/nvic.c \
	plugins/target/emu/observe.c \
	plugins/target/emu/octospi.c \
	plugins/target/emu/options.c \
	plugins/target/emu/perturb.c \
	plugins/target/emu/plain.c \
	plugins/target/emu/poll.c \
	plugins/target/emu/priv.h \
	plugins/target/emu/pwr.c \
	plugins/target/emu/quadspi-access.c \
	plugins/target/emu/quadspi-command.c \
	plugins/target/emu/quadspi-map.c \
	plugins/target/emu/quadspi-wire.c \
	plugins/target/emu/quadspi.c \
	plugins/target/emu/quadspi.h \
	plugins/target/emu/rcc-families.c \
	plugins/target/emu/rcc-l4-g0.c \
	plugins/target/emu/rcc.c \
	plugins/target/emu/rcc.h \
	plugins/target/emu/rng.c \
	plugins/target/emu/run.c \
	plugins/target/emu/scs.c \
	plugins/target/emu/store.c \
	plugins/target/emu/systick.c \
	plugins/target/emu/timing.c \
	plugins/target/emu/timing.h \
	plugins/target/emu/usart.c \
	plugins/target/emu/watch.c \
	plugins/target/emu/words.c \
	plugins/target/emu/wwdg.c
plugins_target_emu_libemu_la_CPPFLAGS = $(AM_CPPFLAGS) $(UNICORN_CFLAGS) \
	-I$(top_srcdir)/plugins/target/emu

# SPI-NOR parts: facts to C.
nodist_plugins_target_emu_libemu_la_SOURCES = plugins/target/emu/nor-parts.c
EXTRA_DIST += plugins/target/emu/facts/nor.toml tools/codegen/nor.py
CLEANFILES += plugins/target/emu/nor-parts.c
plugins/target/emu/nor-parts.c: $(srcdir)/plugins/target/emu/facts/nor.toml \
		$(srcdir)/tools/codegen/nor.py
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(CODEGEN)/nor.py \
		$(srcdir)/plugins/target/emu/facts/nor.toml $@

# nodelete: loading Unicorn costs 7 ms, and it must never be unloaded.
pkglib_LTLIBRARIES += modules/target-emu.la
modules_target_emu_la_SOURCES =
modules_target_emu_la_LDFLAGS = $(MODULE_LINK) -Wl,-z,nodelete
modules_target_emu_la_LIBADD = plugins/target/emu/libemu.la $(UNICORN_LIBS) $(MODULE_LIBS)
