# Facts about chips: TOML becomes const tables at build time.
chip_facts = \
	plugins/chip/facts/common.toml \
	plugins/chip/facts/cortex-m.toml \
	plugins/chip/facts/families.toml \
	plugins/chip/facts/parts.toml \
	plugins/chip/facts/signatures.toml \
	plugins/chip/facts/stm32f407.toml \
	plugins/chip/facts/stm32g431.toml \
	plugins/chip/facts/stm32h743.toml
chips_py = tools/codegen/chips.py tools/codegen/lists.py
EXTRA_DIST += $(chip_facts) $(chips_py) docs/adding-a-chip.md

plugins/chip/stm32-facts.c: $(chip_facts) $(chips_py)
	$(AM_V_GEN)$(MKDIR_P) plugins/chip && cd $(srcdir) && \
		$(PYTHON) -B tools/codegen/chips.py -o "$(abs_builddir)/$@" stm32 $(chip_facts)
CLEANFILES += plugins/chip/stm32-facts.c

# The tables as a convenience library, for the module and the unit tests.
noinst_LTLIBRARIES += plugins/chip/libstm32.la
nodist_plugins_chip_libstm32_la_SOURCES = plugins/chip/stm32-facts.c
plugins_chip_libstm32_la_SOURCES =

pkglib_LTLIBRARIES += modules/chip-stm32.la
modules_chip_stm32_la_SOURCES = plugins/chip/stm32.c
modules_chip_stm32_la_LDFLAGS = $(MODULE_LINK)
modules_chip_stm32_la_LIBADD = plugins/chip/libstm32.la $(MODULE_LIBS)
