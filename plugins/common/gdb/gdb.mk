# The GDB remote protocol: for the target behind a server, and the server before a target.
noinst_LTLIBRARIES += plugins/common/gdb/libgdbremote.la
plugins_common_gdb_libgdbremote_la_SOURCES = \
	plugins/common/gdb/buf.c \
	plugins/common/gdb/child.c \
	plugins/common/gdb/connect.c \
	plugins/common/gdb/exchange-priv.h \
	plugins/common/gdb/exchange.c \
	plugins/common/gdb/exchange.h \
	plugins/common/gdb/link.c \
	plugins/common/gdb/packet.c \
	plugins/common/gdb/packet.h \
	plugins/common/gdb/reply.c \
	plugins/common/gdb/serial.c \
	plugins/common/gdb/stream-priv.h \
	plugins/common/gdb/stream.c \
	plugins/common/gdb/stream.h \
	plugins/common/gdb/xml-memory.c \
	plugins/common/gdb/xml-priv.h \
	plugins/common/gdb/xml-registers.c \
	plugins/common/gdb/xml.c \
	plugins/common/gdb/xml.h
plugins_common_gdb_libgdbremote_la_CFLAGS = $(AM_CFLAGS) $(LIBXML_CFLAGS)
plugins_common_gdb_libgdbremote_la_LIBADD = $(LIBXML_LIBS)
