# tests/command: the whole program, its output and its exit codes.
COMMAND_TESTS = \
	tests/command/check-layers.sh \
	tests/command/test-advisories.py \
	tests/command/test-audit.py \
	tests/command/test-board.py \
	tests/command/test-board-causes.py \
	tests/command/test-call.py \
	tests/command/test-care.py \
	tests/command/test-causes.py \
	tests/command/test-db-hard.py \
	tests/command/test-db-wrong.py \
	tests/command/test-database-causes.py \
	tests/command/test-db.py \
	tests/command/test-diff.py \
	tests/command/test-explain.py \
	tests/command/test-flash.py \
	tests/command/test-folder.py \
	tests/command/test-functions.py \
	tests/command/test-gdb-docs.py \
	tests/command/test-gdbserver.py \
	tests/command/test-gdb-target.py \
	tests/command/test-hostile-client.py \
	tests/command/test-hostile-server.py \
	tests/command/test-html.py \
	tests/command/test-inspect.py \
	tests/command/test-interrupt.py \
	tests/command/test-json.py \
	tests/command/test-life.py \
	tests/command/test-map.py \
	tests/command/test-mapping.py \
	tests/command/test-module.py \
	tests/command/test-other-chip.py \
	tests/command/test-pack.py \
	tests/command/test-peers.py \
	tests/command/test-pins.py \
	tests/command/test-program.py \
	tests/command/test-proxy.py \
	tests/command/test-qemu.py \
	tests/command/test-qualify.py \
	tests/command/test-record.py \
	tests/command/test-ref.py \
	tests/command/test-toolchain.py \
	tests/command/test-stories.py \
	tests/command/test-swap.py \
	tests/command/test-tour.py \
	tests/command/test-usage.py \
	tests/command/test-verify-method.py \
	tests/command/test-nor-modes.py \
	tests/command/test-nor-parts.py \
	tests/command/test-wrong-loaders.py
TESTS += $(COMMAND_TESTS)
EXTRA_DIST += $(COMMAND_TESTS) tests/command/databases.py tests/command/harness.py tests/command/installs.py tests/command/packs.py tests/command/peers.py tests/command/schema.py tests/command/snapshot.py \
	tests/command/transcript.py tests/command/swaps.py \
	tests/command/boards.py tests/command/device_table.py tests/command/patched.py \
	tests/command/boardproc.py tests/command/relay.py tests/command/rsp.py tests/command/stub.py
# Logs of public threads, and what must be said of them.
EXTRA_DIST += tests/explain

# Reports that no loader of ours gives.
check_PROGRAMS += tests/command/show-report
tests_command_show_report_SOURCES = tests/command/show-report.c tools/stoker/exit.c
tests_command_show_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	-I$(top_srcdir)/loaderdb/include
tests_command_show_report_LDADD = tools/stoker/librender.la libloaderdb.la libstoker.la $(JANSSON_LIBS)
