# tests/unit: the GDB remote protocol.
GDB_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
GDB_TEST_LIBS = plugins/common/gdb/libgdbremote.la core/libcore.la $(CHECK_LIBS)
gdb_tests = tests/unit/test-gdb-packet tests/unit/test-gdb-stream tests/unit/test-gdb-exchange \
	tests/unit/test-gdb-xml
check_PROGRAMS += $(gdb_tests)
TESTS += $(gdb_tests)
tests_unit_test_gdb_packet_SOURCES = tests/unit/test-gdb-packet.c tests/unit/unit.h
tests_unit_test_gdb_packet_CPPFLAGS = $(GDB_TEST_CPPFLAGS)
tests_unit_test_gdb_packet_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gdb_packet_LDADD = $(GDB_TEST_LIBS)
tests_unit_test_gdb_stream_SOURCES = tests/unit/test-gdb-stream.c tests/unit/unit.h
tests_unit_test_gdb_stream_CPPFLAGS = $(GDB_TEST_CPPFLAGS)
tests_unit_test_gdb_stream_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gdb_stream_LDADD = $(GDB_TEST_LIBS)
tests_unit_test_gdb_exchange_SOURCES = tests/unit/test-gdb-exchange.c tests/unit/unit.h
tests_unit_test_gdb_exchange_CPPFLAGS = $(GDB_TEST_CPPFLAGS)
tests_unit_test_gdb_exchange_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gdb_exchange_LDADD = $(GDB_TEST_LIBS)
tests_unit_test_gdb_xml_SOURCES = tests/unit/test-gdb-xml.c tests/unit/unit.h
tests_unit_test_gdb_xml_CPPFLAGS = $(GDB_TEST_CPPFLAGS)
tests_unit_test_gdb_xml_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gdb_xml_LDADD = $(GDB_TEST_LIBS)
