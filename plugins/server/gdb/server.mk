# A GDB server in front of any target.
noinst_LTLIBRARIES += plugins/server/gdb/libgdbstub.la
plugins_server_gdb_libgdbstub_la_SOURCES = \
	plugins/server/gdb/breakpoint.c \
	plugins/server/gdb/client.c \
	plugins/server/gdb/describe.c \
	plugins/server/gdb/flash.c \
	plugins/server/gdb/listen.c \
	plugins/server/gdb/memory.c \
	plugins/server/gdb/monitor.c \
	plugins/server/gdb/monitor-flash.c \
	plugins/server/gdb/monitor-register.c \
	plugins/server/gdb/packet.c \
	plugins/server/gdb/proxy.c \
	plugins/server/gdb/proxy-flash.c \
	plugins/server/gdb/proxy-map.c \
	plugins/server/gdb/query.c \
	plugins/server/gdb/registers.c \
	plugins/server/gdb/reply.c \
	plugins/server/gdb/run.c \
	plugins/server/gdb/server.h
plugins_server_gdb_libgdbstub_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
plugins_server_gdb_libgdbstub_la_LIBADD = plugins/common/gdb/libgdbremote.la

pkglib_LTLIBRARIES += modules/server-gdb.la
modules_server_gdb_la_SOURCES = plugins/server/gdb/server.c
modules_server_gdb_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
modules_server_gdb_la_LDFLAGS = $(MODULE_LINK)
modules_server_gdb_la_LIBADD = plugins/server/gdb/libgdbstub.la $(MODULE_LIBS)
