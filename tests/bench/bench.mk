# Figures, beside a peer's: make bench. Nothing here passes or fails.
EXTRA_DIST += tests/bench/bench.py tests/bench/bench-link.py tests/bench/bench-scan.py
EXTRA_PROGRAMS += tests/bench/look-up
CLEANFILES += tests/bench/look-up
tests_bench_look_up_SOURCES = tests/bench/look-up.c
tests_bench_look_up_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/loaderdb/include
tests_bench_look_up_LDADD = libloaderdb.la libstoker.la
bench: all loaders tests/bench/look-up
	$(AM_TESTS_ENVIRONMENT) $(PYTHON) -B $(top_srcdir)/tests/bench/bench.py
	$(AM_TESTS_ENVIRONMENT) $(PYTHON) -B $(top_srcdir)/tests/bench/bench-scan.py
	$(AM_TESTS_ENVIRONMENT) $(PYTHON) -B $(top_srcdir)/tests/bench/bench-link.py
.PHONY: bench
