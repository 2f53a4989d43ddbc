# Figures, beside a peer's: make bench. Nothing here passes or fails.
EXTRA_DIST += tests/bench/bench.py tests/bench/bench-scan.py
bench: all loaders
	$(AM_TESTS_ENVIRONMENT) $(PYTHON) -B $(top_srcdir)/tests/bench/bench.py
	$(AM_TESTS_ENVIRONMENT) $(PYTHON) -B $(top_srcdir)/tests/bench/bench-scan.py
.PHONY: bench
