# plugins/format: how each kind of loader file describes its device and is called
pkglib_LTLIBRARIES += modules/format-stldr.la
modules_format_stldr_la_SOURCES = \
	plugins/format/format.c \
	plugins/format/format.h \
	plugins/format/marshal.c \
	plugins/format/stldr.c \
	plugins/format/stldr-lint.c \
	plugins/format/stldr-module.c
nodist_modules_format_stldr_la_SOURCES = plugins/format/flash-layouts.h
modules_format_stldr_la_LDFLAGS = $(MODULE_LINK)
modules_format_stldr_la_LIBADD = $(MODULE_LIBS)

pkglib_LTLIBRARIES += modules/format-flm.la
modules_format_flm_la_SOURCES = \
	plugins/format/flm.c \
	plugins/format/flm-lint.c \
	plugins/format/flm-module.c \
	plugins/format/format.c \
	plugins/format/format.h \
	plugins/format/marshal.c
nodist_modules_format_flm_la_SOURCES = plugins/format/flash-layouts.h
modules_format_flm_la_LDFLAGS = $(MODULE_LINK)
modules_format_flm_la_LIBADD = $(MODULE_LIBS)

# Both drivers without their modules, for unit tests and the fuzzer.
check_LTLIBRARIES += plugins/format/libformats.la
plugins_format_libformats_la_SOURCES = \
	plugins/format/flm.c \
	plugins/format/flm-lint.c \
	plugins/format/format.c \
	plugins/format/format.h \
	plugins/format/marshal.c \
	plugins/format/stldr.c \
	plugins/format/stldr-lint.c
nodist_plugins_format_libformats_la_SOURCES = plugins/format/flash-layouts.h

plugins/format/flash-layouts.h: $(srcdir)/plugins/format/layouts.toml \
		$(srcdir)/tools/codegen/layout.py
	$(AM_V_GEN)$(MKDIR_P) plugins/format && \
	$(CODEGEN)/layout.py $(srcdir)/plugins/format/layouts.toml > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += plugins/format/flash-layouts.h
CLEANFILES += plugins/format/flash-layouts.h
EXTRA_DIST += plugins/format/layouts.toml tools/codegen/layout.py
