# libloaderdb: depends on libstoker, never the other way.
stokerinclude_HEADERS += loaderdb/include/stoker/loaderdb.h
pkgconfig_DATA += loaderdb/loaderdb.pc

# The convenience library feeds libloaderdb and the unit tests.
noinst_LTLIBRARIES += loaderdb/libdb.la
loaderdb_libdb_la_SOURCES = \
	core/arena.c \
	core/arena.h \
	core/file.c \
	core/file.h \
	loaderdb/answer.c \
	loaderdb/answer.h \
	loaderdb/db.h \
	loaderdb/json.c \
	loaderdb/json.h \
	loaderdb/open.c \
	loaderdb/sqlite.c
nodist_loaderdb_libdb_la_SOURCES = loaderdb/schema.c
loaderdb_libdb_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/loaderdb/include -I$(top_srcdir) \
	-I$(top_srcdir)/core
loaderdb_libdb_la_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(JANSSON_CFLAGS)
loaderdb_libdb_la_LIBADD = $(JANSSON_LIBS)

# What is kept: bytes, builds, where they were seen, what is said of them.
loaderdb_libdb_la_SOURCES += \
	loaderdb/build-find.c \
	loaderdb/build.c \
	loaderdb/check.c \
	loaderdb/history.c \
	loaderdb/import-file.c \
	loaderdb/import-install.c \
	loaderdb/import-walk.c \
	loaderdb/import.c \
	loaderdb/import.h \
	loaderdb/judge-advisory.c \
	loaderdb/judge.c \
	loaderdb/judge.h \
	loaderdb/origin.c \
	loaderdb/store.c \
	loaderdb/verdict.c

# Orders of versions, ranges of them, part numbers, pins.
loaderdb_libdb_la_SOURCES += \
	loaderdb/build-row.c \
	loaderdb/build-row.h \
	loaderdb/claim-good.c \
	loaderdb/claim.c \
	loaderdb/claim.h \
	loaderdb/device.c \
	loaderdb/pin-tool.c \
	loaderdb/pin.c \
	loaderdb/pin.h \
	loaderdb/range.c \
	loaderdb/resolve.c \
	loaderdb/version.c \
	loaderdb/version.h

# Files and trees of installs: put there, kept, put back.
loaderdb_libdb_la_SOURCES += \
	loaderdb/journal.c \
	loaderdb/looks.c \
	loaderdb/looks.h \
	loaderdb/place.c \
	loaderdb/place.h \
	loaderdb/placed.c \
	loaderdb/recover.c \
	loaderdb/replace.c \
	loaderdb/replace.h \
	loaderdb/restore.c \
	loaderdb/settle-tree.c \
	loaderdb/swap-fit.c \
	loaderdb/swap-pack.c \
	loaderdb/swap-plan.c \
	loaderdb/swap-programmer.c \
	loaderdb/swap-run-tree.c \
	loaderdb/swap-run.c \
	loaderdb/swap-tree.c \
	loaderdb/swap.c \
	loaderdb/swap.h \
	loaderdb/tree-copy.c \
	loaderdb/tree-swapped.c \
	loaderdb/tree.c \
	loaderdb/tree.h

lib_LTLIBRARIES += libloaderdb.la
libloaderdb_la_SOURCES =
libloaderdb_la_LIBADD = loaderdb/libdb.la libstoker.la
libloaderdb_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(STOKER_LT_VERSION) \
	-Wl,--version-script=$(srcdir)/loaderdb/libloaderdb.sym
EXTRA_libloaderdb_la_DEPENDENCIES = loaderdb/libloaderdb.sym
EXTRA_DIST += loaderdb/libloaderdb.sym

# The tables, as a string.
EXTRA_DIST += loaderdb/schema.sql
loaderdb/schema.c: loaderdb/schema.sql tools/codegen/embed.py
	$(AM_V_GEN)$(MKDIR_P) loaderdb && \
		$(CODEGEN)/embed.py -o $@ ldb_schema_1 $(srcdir)/loaderdb/schema.sql
CLEANFILES += loaderdb/schema.c

# Facts: TOML becomes JSON when it is built, and JSON becomes strings.
loaderdb_libdb_la_SOURCES += \
	loaderdb/advisory-affected.c \
	loaderdb/advisory.c \
	loaderdb/advisory.h \
	loaderdb/audit.c \
	loaderdb/facts.c \
	loaderdb/facts.h \
	loaderdb/toolchains.c
nodist_loaderdb_libdb_la_SOURCES += loaderdb/toolchains-json.c loaderdb/advisories-json.c
EXTRA_DIST += loaderdb/facts/toolchains.toml tools/codegen/toml2json.py
loaderdb/toolchains.json: loaderdb/facts/toolchains.toml tools/codegen/toml2json.py
	$(AM_V_GEN)$(MKDIR_P) loaderdb && \
		$(CODEGEN)/toml2json.py -o $@ $(srcdir)/loaderdb/facts/toolchains.toml
loaderdb/toolchains-json.c: loaderdb/toolchains.json tools/codegen/embed.py
	$(AM_V_GEN)$(CODEGEN)/embed.py -o $@ toolchains_json loaderdb/toolchains.json
CLEANFILES += loaderdb/toolchains.json loaderdb/toolchains-json.c

# Installs.
loaderdb_libdb_la_SOURCES += \
	loaderdb/scan-cube.c \
	loaderdb/scan-cubeide.c \
	loaderdb/scan-files.c \
	loaderdb/scan-folder.c \
	loaderdb/scan-packroot.c \
	loaderdb/scan-packs.c \
	loaderdb/scan-places.c \
	loaderdb/scan-version.c \
	loaderdb/scan-walk.c \
	loaderdb/scan.c \
	loaderdb/scan.h \
	loaderdb/sighting.c \
	loaderdb/status-look.c \
	loaderdb/status.c \
	loaderdb/status.h

# What goes wrong with which.
ADVISORIES = \
	loaderdb/facts/advisories/STK-2019-0001.json \
	loaderdb/facts/advisories/STK-2020-0001.json \
	loaderdb/facts/advisories/STK-2020-0002.json \
	loaderdb/facts/advisories/STK-2021-0001.json \
	loaderdb/facts/advisories/STK-2021-0002.json \
	loaderdb/facts/advisories/STK-2021-0003.json \
	loaderdb/facts/advisories/STK-2021-0004.json \
	loaderdb/facts/advisories/STK-2021-0005.json \
	loaderdb/facts/advisories/STK-2021-0006.json \
	loaderdb/facts/advisories/STK-2021-0007.json \
	loaderdb/facts/advisories/STK-2021-0008.json \
	loaderdb/facts/advisories/STK-2021-0009.json \
	loaderdb/facts/advisories/STK-2022-0001.json \
	loaderdb/facts/advisories/STK-2022-0002.json \
	loaderdb/facts/advisories/STK-2022-0003.json \
	loaderdb/facts/advisories/STK-2022-0004.json \
	loaderdb/facts/advisories/STK-2023-0001.json \
	loaderdb/facts/advisories/STK-2023-0002.json \
	loaderdb/facts/advisories/STK-2023-0003.json \
	loaderdb/facts/advisories/STK-2023-0004.json \
	loaderdb/facts/advisories/STK-2023-0005.json \
	loaderdb/facts/advisories/STK-2023-0006.json \
	loaderdb/facts/advisories/STK-2024-0001.json \
	loaderdb/facts/advisories/STK-2024-0002.json \
	loaderdb/facts/advisories/STK-2024-0003.json \
	loaderdb/facts/advisories/STK-2024-0004.json \
	loaderdb/facts/advisories/STK-2024-0005.json \
	loaderdb/facts/advisories/STK-2024-0006.json \
	loaderdb/facts/advisories/STK-2025-0001.json \
	loaderdb/facts/advisories/STK-2025-0002.json \
	loaderdb/facts/advisories/STK-2025-0003.json \
	loaderdb/facts/advisories/STK-2025-0004.json \
	loaderdb/facts/advisories/STK-2025-0005.json \
	loaderdb/facts/advisories/STK-2025-0006.json \
	loaderdb/facts/advisories/STK-2025-0007.json \
	loaderdb/facts/advisories/STK-2025-0008.json \
	loaderdb/facts/advisories/STK-2025-0009.json \
	loaderdb/facts/advisories/STK-2025-0010.json \
	loaderdb/facts/advisories/STK-2025-0011.json \
	loaderdb/facts/advisories/STK-2026-0001.json \
	loaderdb/facts/advisories/STK-2026-0002.json \
	loaderdb/facts/advisories/STK-2026-0003.json \
	loaderdb/facts/advisories/STK-2026-0004.json \
	loaderdb/facts/advisories/STK-2026-0005.json
EXTRA_DIST += $(ADVISORIES)
loaderdb/advisories-json.c: $(ADVISORIES) tools/codegen/embed.py
	$(AM_V_GEN)$(MKDIR_P) loaderdb && cd $(srcdir) && $(PYTHON) -B tools/codegen/embed.py \
		-o "$(abs_builddir)/$@" --list advisory_files $(ADVISORIES)
CLEANFILES += loaderdb/advisories-json.c

# What lines of logs mean, and what a log says.
loaderdb_libdb_la_SOURCES += \
	loaderdb/explain-advisory.c \
	loaderdb/explain-cause.c \
	loaderdb/explain-chip.c \
	loaderdb/explain-lines.c \
	loaderdb/explain-next.c \
	loaderdb/explain-report.c \
	loaderdb/explain.c \
	loaderdb/explain.h \
	loaderdb/logs-index.c \
	loaderdb/logs-key.c \
	loaderdb/logs-open.c \
	loaderdb/logs-read.h \
	loaderdb/logs-rule.c \
	loaderdb/logs.c \
	loaderdb/logs.h \
	loaderdb/logtext.c \
	loaderdb/logtext.h
nodist_loaderdb_libdb_la_SOURCES += loaderdb/logs-json.c
EXTRA_DIST += loaderdb/facts/logs.toml
loaderdb/logs.json: loaderdb/facts/logs.toml tools/codegen/toml2json.py
	$(AM_V_GEN)$(MKDIR_P) loaderdb && \
		$(CODEGEN)/toml2json.py -o $@ $(srcdir)/loaderdb/facts/logs.toml
loaderdb/logs-json.c: loaderdb/logs.json tools/codegen/embed.py
	$(AM_V_GEN)$(CODEGEN)/embed.py -o $@ logs_json loaderdb/logs.json
CLEANFILES += loaderdb/logs.json loaderdb/logs-json.c
