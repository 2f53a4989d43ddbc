# make check: under two minutes. make check-long: everything else.
AM_TESTS_ENVIRONMENT = \
	STOKER_CORPUS='$(STOKER_CORPUS)'; export STOKER_CORPUS; \
	STOKER_MODULE_DIR='$(abs_builddir)/modules/.libs'; export STOKER_MODULE_DIR;

include tests/unit/unit.mk
include tests/command/command.mk
include tests/corpus/corpus.mk
include tests/loaders/loaders.mk
include tests/fuzz/fuzz.mk
include tests/embed/embed.mk
include tests/bench/bench.mk
