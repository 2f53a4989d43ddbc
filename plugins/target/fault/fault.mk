# A wrapper around any target that spoils one operation.
pkglib_LTLIBRARIES += modules/target-fault.la
modules_target_fault_la_SOURCES = plugins/target/fault/fault.c \
	plugins/target/fault/inject.c plugins/target/fault/inject.h
modules_target_fault_la_LDFLAGS = $(MODULE_LINK)
modules_target_fault_la_LIBADD = $(MODULE_LIBS)
