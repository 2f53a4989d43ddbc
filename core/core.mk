# libstoker: links libelf and dl, nothing more.
stokerincludedir = $(includedir)/stoker
stokerinclude_HEADERS = core/include/stoker/stoker.h core/include/stoker/module.h
pkgconfig_DATA = core/stoker.pc

# The convenience library feeds libstoker and the unit tests.
noinst_LTLIBRARIES += core/libcore.la
core_libcore_la_SOURCES = \
	core/arena.c \
	core/arena.h \
	core/attributes.c \
	core/attributes.h \
	core/builder.c \
	core/chip-find.c \
	core/chip.c \
	core/chip.h \
	core/core.h \
	core/ctx.c \
	core/ctx.h \
	core/elf-file.h \
	core/elf-symbols.c \
	core/elf.c \
	core/error.c \
	core/file.c \
	core/file.h \
	core/footprint.c \
	core/host.c \
	core/host.h \
	core/lint.c \
	core/lint.h \
	core/lint-check.c \
	core/lint-chip.c \
	core/lint-code.c \
	core/lint-file.c \
	core/lint-name.c \
	core/lint-option.c \
	core/lint-part.c \
	core/lint-reach.c \
	core/lint-table.c \
	core/loader-priv.h \
	core/loader.c \
	core/loader.h \
	core/module-file.h \
	core/module-find.c \
	core/module.c \
	core/modules.h \
	core/names.c \
	core/producer.c \
	core/range.c \
	core/sha256-arm.c \
	core/sha256-rounds.h core/sha256-vector.h \
	core/sha256-x86.c \
	core/sha256.c \
	core/sha256.h
core_libcore_la_SOURCES += \
	core/board.c core/board.h core/board-flash.c core/board-loop.c core/board-region.c \
	core/board-read.c core/board-stage.c \
	core/call.c core/care.c core/care.h \
	core/code.c \
	core/diagnose.c core/diagnose.h core/diagnose-bytes.c core/diagnose-call.c \
	core/diagnose-flash.c core/diagnose-nor.c core/diagnose-option.c core/diagnose-priv.h \
	core/option-state.c core/option-state.h \
	core/script.c core/script.h core/session-link.c \
	core/diff.c core/diff.h core/diff-code.c core/diff-edit.c core/diff-list.c \
	core/diff-match.c core/diff-reach.c core/diff-touch.c \
	core/image.c core/image.h core/image-build.c \
	core/chip-file.c core/chip-guess.c core/kin.c core/kin.h \
	core/job.c core/job.h core/job-check.c core/job-compare.c core/job-session.c core/job-write.c \
	core/keep.c core/keep.h \
	core/layout.c core/layout.h core/layout-preview.c core/layout-region.c \
	core/module-judge.c core/module-judge.h \
	core/params.c core/params.h \
	core/part.c core/part.h core/register-name.c core/signature.c \
	core/pack-build.c core/pack-check.c core/pack-choose.c core/pack-files.c \
	core/pack-find.c core/pack-hosts.c core/pack-open.c core/pack-path.c core/pack.h \
	core/pack-rules.c core/pack-slip.c core/pack-slip.h core/pack-uses.c \
	core/plan.c core/plan.h core/plan-check.c core/plan-steps.c \
	core/reader.c core/reader.h \
	core/report.c \
	core/session.c core/session.h core/session-load.c core/session-phase.c \
	core/session-traces.c \
	core/target.c core/target.h \
	core/took-part.c core/took-part.h \
	core/witness.c core/witness.h
core_libcore_la_SOURCES += \
	core/qualify/act.c \
	core/qualify/act.h \
	core/qualify/act-tell.c \
	core/qualify/behaviour.c \
	core/qualify/bench.c \
	core/qualify/cells.c \
	core/qualify/check-answers.c \
	core/qualify/check-calls.c \
	core/qualify/check-erase.c \
	core/qualify/check-honesty.c \
	core/qualify/check-limits.c \
	core/qualify/check-place.c \
	core/qualify/check-program.c \
	core/qualify/check-state.c \
	core/qualify/checks.c \
	core/qualify/checks.h \
	core/qualify/matrix.c \
	core/qualify/places.c \
	core/qualify/places.h \
	core/qualify/qualify.c \
	core/qualify/qualify.h \
	core/qualify/tape.c \
	core/qualify/tape.h \
	core/qualify/trial.c \
	core/qualify/trial.h \
	core/qualify/what-if-change.c \
	core/qualify/what-if-run.c \
	core/qualify/what-if-symptom.c \
	core/qualify/what-if.c \
	core/qualify/what-if.h
nodist_core_libcore_la_SOURCES = core/host-table.c
core_libcore_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core -DPKGLIBDIR='"$(pkglibdir)"'
core_libcore_la_LIBADD = $(LIBELF_LIBS)

lib_LTLIBRARIES += libstoker.la
libstoker_la_SOURCES =
libstoker_la_LIBADD = core/libcore.la
libstoker_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(STOKER_LT_VERSION) \
	-Wl,--version-script=$(srcdir)/core/libstoker.sym
EXTRA_libstoker_la_DEPENDENCIES = core/libstoker.sym
EXTRA_DIST += core/libstoker.sym

# The host profiles, from facts.
EXTRA_DIST += core/facts/hosts.toml tools/codegen/hosts.py
core/host-table.c: core/facts/hosts.toml loaderdb/facts/toolchains.toml \
		tools/codegen/hosts.py
	$(AM_V_GEN)$(MKDIR_P) core && cd $(srcdir) && \
		$(PYTHON) -B tools/codegen/hosts.py -o "$(abs_builddir)/$@" \
			core/facts/hosts.toml loaderdb/facts/toolchains.toml
CLEANFILES += core/host-table.c
