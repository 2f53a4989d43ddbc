# The command. It links the public libraries only; jansson is for render/json*.c.
bin_PROGRAMS += tools/stoker/stoker
tools_stoker_stoker_SOURCES = \
	tools/stoker/audit-operand.c \
	tools/stoker/audit-subject.c \
	tools/stoker/audit.h \
	tools/stoker/bench.c \
	tools/stoker/cancel.c \
	tools/stoker/choose.c \
	tools/stoker/cmd-audit.c \
	tools/stoker/cmd-blank-check.c \
	tools/stoker/cmd-call.c \
	tools/stoker/cmd-chip.c \
	tools/stoker/cmd-db.c \
	tools/stoker/cmd-diff.c \
	tools/stoker/cmd-erase.c \
	tools/stoker/cmd-explain.c \
	tools/stoker/cmd-gdbserver.c \
	tools/stoker/cmd-inspect.c \
	tools/stoker/cmd-module.c \
	tools/stoker/cmd-pin.c \
	tools/stoker/cmd-program.c \
	tools/stoker/cmd-qualify.c \
	tools/stoker/cmd-read.c \
	tools/stoker/cmd-restore.c \
	tools/stoker/cmd-swap.c \
	tools/stoker/cmd-resolve.c \
	tools/stoker/cmd-target.c \
	tools/stoker/cmd-toolchain.c \
	tools/stoker/cmd-unpin.c \
	tools/stoker/cmd-verify.c \
	tools/stoker/cmd.h \
	tools/stoker/code-names.c \
	tools/stoker/code-view.c \
	tools/stoker/code-view.h \
	tools/stoker/db-import.c \
	tools/stoker/db-list.c \
	tools/stoker/db-open.c \
	tools/stoker/db-show.c \
	tools/stoker/db-verdict.c \
	tools/stoker/db.h \
	tools/stoker/exit.c \
	tools/stoker/find-install.c \
	tools/stoker/folder-group.c \
	tools/stoker/folder-pack.c \
	tools/stoker/folder-row.c \
	tools/stoker/folder-run.c \
	tools/stoker/folder-walk.c \
	tools/stoker/folder.h \
	tools/stoker/hexfile.c \
	tools/stoker/host-find.c \
	tools/stoker/inspect-explain.c \
	tools/stoker/inspect-file.c \
	tools/stoker/inspect-folder.c \
	tools/stoker/inspect-functions.c \
	tools/stoker/inspect-html.c \
	tools/stoker/inspect-list.c \
	tools/stoker/inspect-map.c \
	tools/stoker/inspect-pack.c \
	tools/stoker/inspect.h \
	tools/stoker/job.c \
	tools/stoker/lines.c \
	tools/stoker/lines.h \
	tools/stoker/list-info.c \
	tools/stoker/main.c \
	tools/stoker/named-tool.c \
	tools/stoker/nearest.c \
	tools/stoker/options.c \
	tools/stoker/output.c \
	tools/stoker/pages.h \
	tools/stoker/pin-show.c \
	tools/stoker/placed.c \
	tools/stoker/progress.c \
	tools/stoker/qualify-chip.c \
	tools/stoker/qualify-jobs.c \
	tools/stoker/qualify-list.c \
	tools/stoker/qualify-one.c \
	tools/stoker/qualify-record.c \
	tools/stoker/qualify-show.c \
	tools/stoker/qualify.h \
	tools/stoker/ref.c \
	tools/stoker/rescue.c \
	tools/stoker/swapping.c \
	tools/stoker/swapping.h
nodist_tools_stoker_stoker_SOURCES = tools/stoker/finding-pages.c
tools_stoker_stoker_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) -I$(top_srcdir)/loaderdb/include
tools_stoker_stoker_CFLAGS = $(AM_CFLAGS)
tools_stoker_stoker_LDADD = tools/stoker/librender.la libloaderdb.la libstoker.la $(JANSSON_LIBS)

# Report structs in words, as a library: a test shows it reports of its own.
noinst_LTLIBRARIES += tools/stoker/librender.la
tools_stoker_librender_la_SOURCES = \
	tools/stoker/render/hosts.c \
	tools/stoker/render/html-explain.c \
	tools/stoker/render/html-frame.c \
	tools/stoker/render/html-functions.c \
	tools/stoker/render/html-heat.c \
	tools/stoker/render/html-loader.c \
	tools/stoker/render/html-page.c \
	tools/stoker/render/html-qualify.c \
	tools/stoker/render/html-ram.c \
	tools/stoker/render/html-sectors.c \
	tools/stoker/render/html.c \
	tools/stoker/render/html.h \
	tools/stoker/render/json-audit.c \
	tools/stoker/render/json-behaviour.c \
	tools/stoker/render/json-board.c \
	tools/stoker/render/json-code.c \
	tools/stoker/render/json-db.c \
	tools/stoker/render/json-diff.c \
	tools/stoker/render/json-explain.c \
	tools/stoker/render/json-folder.c \
	tools/stoker/render/json-job.c \
	tools/stoker/render/json-loader.c \
	tools/stoker/render/json-map.c \
	tools/stoker/render/json-module.c \
	tools/stoker/render/json-pack.c \
	tools/stoker/render/json-pages.c \
	tools/stoker/render/json-pin.c \
	tools/stoker/render/json-qualify.c \
	tools/stoker/render/json-toolchain.c \
	tools/stoker/render/json-swap.c \
	tools/stoker/render/json.c \
	tools/stoker/render/json.h \
	tools/stoker/render/junit.c \
	tools/stoker/render/maps.h \
	tools/stoker/render/qualified.c \
	tools/stoker/render/ram-map.c \
	tools/stoker/render/render.h \
	tools/stoker/render/sector-map.c \
	tools/stoker/render/text-audit.c \
	tools/stoker/render/text-behaviour.c \
	tools/stoker/render/text-board.c \
	tools/stoker/render/text-call.c \
	tools/stoker/render/text-code.c \
	tools/stoker/render/text-db.c \
	tools/stoker/render/text-diff-code.c \
	tools/stoker/render/text-diff.c \
	tools/stoker/render/text-diff.h \
	tools/stoker/render/text-explain.c \
	tools/stoker/render/text-folder.c \
	tools/stoker/render/text-hosts.c \
	tools/stoker/render/text-job.c \
	tools/stoker/render/text-loader.c \
	tools/stoker/render/text-map.c \
	tools/stoker/render/text-module.c \
	tools/stoker/render/text-pack.c \
	tools/stoker/render/text-pages.c \
	tools/stoker/render/text-pin.c \
	tools/stoker/render/text-qualify.c \
	tools/stoker/render/text-swap.c \
	tools/stoker/render/text-traffic.c \
	tools/stoker/render/text-toolchain.c \
	tools/stoker/render/text-wrap.c \
	tools/stoker/render/text.c
nodist_tools_stoker_librender_la_SOURCES = tools/stoker/render/page-css.c
tools_stoker_librender_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	-I$(top_srcdir)/loaderdb/include
tools_stoker_librender_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# The look of pages, as a string.
EXTRA_DIST += tools/stoker/render/page.css tools/codegen/embed.py
tools/stoker/render/page-css.c: tools/stoker/render/page.css tools/codegen/embed.py
	$(AM_V_GEN)$(MKDIR_P) tools/stoker/render && \
		$(CODEGEN)/embed.py -o $@ page_css $(srcdir)/tools/stoker/render/page.css
CLEANFILES += tools/stoker/render/page-css.c

dist_man1_MANS = tools/stoker/stoker.1
# bash looks for a completion under the command's own name.
EXTRA_DIST += tools/stoker/stoker.bash docs/advisories.md docs/advisory.schema.json docs/causes.md \
	docs/database.md docs/explain.md docs/gdb-target.md docs/gdbserver.md docs/json.md docs/pins.md docs/qualify.md \
	docs/swap.md docs/toolchains.md \
	docs/tour.md docs/stoker.schema.json
install-data-local:
	$(MKDIR_P) "$(DESTDIR)$(bashcompletiondir)"
	$(INSTALL_DATA) $(srcdir)/tools/stoker/stoker.bash "$(DESTDIR)$(bashcompletiondir)/stoker"
uninstall-local:
	rm -f "$(DESTDIR)$(bashcompletiondir)/stoker"
