# plugins/analysis: what a loader's code does, without running it
THUMB_SOURCES = \
	plugins/analysis/decode-control.c \
	plugins/analysis/decode-float.c \
	plugins/analysis/decode-memory.c \
	plugins/analysis/decode-wide.c \
	plugins/analysis/decode.c \
	plugins/analysis/decode.h \
	plugins/analysis/depth.c \
	plugins/analysis/edges.c \
	plugins/analysis/facts.c \
	plugins/analysis/flow.c \
	plugins/analysis/list.c \
	plugins/analysis/map.c \
	plugins/analysis/propagate.c \
	plugins/analysis/shape.c \
	plugins/analysis/text.c \
	plugins/analysis/text.h \
	plugins/analysis/thumb.c \
	plugins/analysis/thumb.h \
	plugins/analysis/value.c \
	plugins/analysis/walk.c

pkglib_LTLIBRARIES += modules/analysis-thumb.la
modules_analysis_thumb_la_SOURCES = $(THUMB_SOURCES) plugins/analysis/thumb-module.c
modules_analysis_thumb_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS)
modules_analysis_thumb_la_LDFLAGS = $(MODULE_LINK)
modules_analysis_thumb_la_LIBADD = $(MODULE_LIBS) $(CAPSTONE_LIBS)

# The driver without its module, for unit tests and the fuzzer.
check_LTLIBRARIES += plugins/analysis/libthumb.la
plugins_analysis_libthumb_la_SOURCES = $(THUMB_SOURCES)
plugins_analysis_libthumb_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAPSTONE_CFLAGS)
plugins_analysis_libthumb_la_LIBADD = $(CAPSTONE_LIBS)
