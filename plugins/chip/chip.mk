# Facts about chips: TOML becomes const tables at build time.
chip_facts = \
	plugins/chip/facts/common.toml \
	plugins/chip/facts/cortex-m.toml \
	plugins/chip/facts/families.toml \
	plugins/chip/facts/h7.toml \
	plugins/chip/facts/h74x.toml \
	plugins/chip/facts/octospi.toml \
	plugins/chip/facts/parts.toml \
	plugins/chip/facts/signatures.toml \
	plugins/chip/facts/stm32c0.toml \
	plugins/chip/facts/stm32c011.toml \
	plugins/chip/facts/stm32c031.toml \
	plugins/chip/facts/stm32c051.toml \
	plugins/chip/facts/stm32c071.toml \
	plugins/chip/facts/stm32c09x.toml \
	plugins/chip/facts/stm32f207.toml \
	plugins/chip/facts/stm32f4-common.toml \
	plugins/chip/facts/stm32f401.toml \
	plugins/chip/facts/stm32f407.toml \
	plugins/chip/facts/stm32f411.toml \
	plugins/chip/facts/stm32f412.toml \
	plugins/chip/facts/stm32f413.toml \
	plugins/chip/facts/stm32f429.toml \
	plugins/chip/facts/stm32f446.toml \
	plugins/chip/facts/stm32f469.toml \
	plugins/chip/facts/stm32f7-common.toml \
	plugins/chip/facts/stm32f723.toml \
	plugins/chip/facts/stm32f746.toml \
	plugins/chip/facts/stm32f767.toml \
	plugins/chip/facts/stm32g0.toml \
	plugins/chip/facts/stm32g03x.toml \
	plugins/chip/facts/stm32g05x.toml \
	plugins/chip/facts/stm32g07x.toml \
	plugins/chip/facts/stm32g0bx.toml \
	plugins/chip/facts/stm32g4.toml \
	plugins/chip/facts/stm32g431.toml \
	plugins/chip/facts/stm32g47x.toml \
	plugins/chip/facts/stm32g491.toml \
	plugins/chip/facts/stm32h723.toml \
	plugins/chip/facts/stm32h742.toml \
	plugins/chip/facts/stm32h743.toml \
	plugins/chip/facts/stm32h745.toml \
	plugins/chip/facts/stm32h7a3.toml \
	plugins/chip/facts/stm32l0.toml \
	plugins/chip/facts/stm32l1.toml \
	plugins/chip/facts/stm32l4.toml \
	plugins/chip/facts/stm32l412.toml \
	plugins/chip/facts/stm32l43x.toml \
	plugins/chip/facts/stm32l45x.toml \
	plugins/chip/facts/stm32l47x.toml \
	plugins/chip/facts/stm32l49x.toml \
	plugins/chip/facts/stm32l4px.toml \
	plugins/chip/facts/stm32l4rx.toml \
	plugins/chip/facts/stm32u0.toml \
	plugins/chip/facts/stm32u031.toml \
	plugins/chip/facts/stm32u073.toml \
	plugins/chip/facts/stm32wb3x.toml \
	plugins/chip/facts/stm32wb5x.toml \
	plugins/chip/facts/stm32wl.toml \
	plugins/chip/facts/stm32wl5x.toml \
	plugins/chip/facts/stm32wle.toml
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

# Chips out of SVD files, for the module, the unit tests and the fuzz target.
noinst_LTLIBRARIES += plugins/chip/libsvd.la
plugins_chip_libsvd_la_SOURCES = \
	plugins/chip/svd/svd-derive.c \
	plugins/chip/svd/svd-dim.c \
	plugins/chip/svd/svd-field.c \
	plugins/chip/svd/svd-node.c \
	plugins/chip/svd/svd-pool.c \
	plugins/chip/svd/svd-register.c \
	plugins/chip/svd/svd-xml.c \
	plugins/chip/svd/svd.c \
	plugins/chip/svd/svd.h
plugins_chip_libsvd_la_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS)
plugins_chip_libsvd_la_LIBADD = $(LIBXML_LIBS)

pkglib_LTLIBRARIES += modules/chip-svd.la
modules_chip_svd_la_SOURCES = plugins/chip/svd/svd-module.c
modules_chip_svd_la_LDFLAGS = $(MODULE_LINK)
modules_chip_svd_la_LIBADD = plugins/chip/libsvd.la $(MODULE_LIBS)
