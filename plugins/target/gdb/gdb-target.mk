# A target behind a server of the GDB remote serial protocol.
pkglib_LTLIBRARIES += modules/target-gdb.la
modules_target_gdb_la_SOURCES = plugins/target/gdb/ask.c \
	plugins/target/gdb/breakpoint.c \
	plugins/target/gdb/gdb.c \
	plugins/target/gdb/gdb.h \
	plugins/target/gdb/identity.c \
	plugins/target/gdb/memory.c \
	plugins/target/gdb/negotiate.c \
	plugins/target/gdb/registers.c \
	plugins/target/gdb/relay.c \
	plugins/target/gdb/reset.c \
	plugins/target/gdb/run.c \
	plugins/target/gdb/stop.c
modules_target_gdb_la_LDFLAGS = $(MODULE_LINK)
modules_target_gdb_la_LIBADD = plugins/common/gdb/libgdbremote.la $(MODULE_LIBS)
