# tests/corpus: real loaders, where the corpus is present.
check_PROGRAMS += tests/corpus/test-truth
TESTS += tests/corpus/test-truth
tests_corpus_test_truth_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_corpus_test_truth_LDADD = libstoker.la $(JANSSON_LIBS)

check_PROGRAMS += tests/corpus/test-damage
TESTS += tests/corpus/test-damage
tests_corpus_test_damage_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core -I$(top_srcdir)
tests_corpus_test_damage_LDADD = plugins/format/libformats.la core/libcore.la
LONG_TESTS += tests/corpus/damage-long.sh
EXTRA_DIST += tests/corpus/damage-long.sh

# Real pairs of versions, with what changed in truth.
TESTS += tests/corpus/test-diff.py
EXTRA_DIST += tests/corpus/test-diff.py

# What inspect finds in them.
TESTS += tests/corpus/test-findings.py
EXTRA_DIST += tests/corpus/test-findings.py

# Memories on QUADSPI.
TESTS += tests/corpus/test-nor-loaders.py
EXTRA_DIST += tests/corpus/test-nor-loaders.py

# The code of real loaders beside llvm-objdump.
check_PROGRAMS += tests/corpus/list-code
TESTS += tests/corpus/test-code.py
tests/corpus/test-code.log: tests/corpus/list-code
tests_corpus_list_code_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/core -I$(top_srcdir)
tests_corpus_list_code_LDADD = plugins/analysis/libthumb.la plugins/format/libformats.la \
	core/libcore.la
EXTRA_DIST += tests/corpus/test-code.py

# The code of every loader by function.
TESTS += tests/corpus/test-functions.py
EXTRA_DIST += tests/corpus/test-functions.py

# Whole jobs on the virtual chips of STM32H7.
TESTS += tests/corpus/test-h7-loaders.py
EXTRA_DIST += tests/corpus/test-h7-loaders.py

# The vendor's loaders for L0 and L1 through whole jobs.
TESTS += tests/corpus/test-l0-loaders.py
EXTRA_DIST += tests/corpus/test-l0-loaders.py

# What users ask for help with.
TESTS += tests/corpus/test-threads.py
EXTRA_DIST += tests/corpus/test-threads.py

# Whole jobs on the virtual chips of STM32F2, F4, F7.
TESTS += tests/corpus/test-f4-f7-loaders.py
EXTRA_DIST += tests/corpus/test-f4-f7-loaders.py

# OCTOSPI, on the virtual chip of STM32L4R9.
TESTS += tests/corpus/test-octospi-loaders.py
EXTRA_DIST += tests/corpus/test-octospi-loaders.py

# Vendors' algorithms on the chips of the G4 flash generation.
TESTS += tests/corpus/test-g4-generation.py
EXTRA_DIST += tests/corpus/test-g4-generation.py

# Which of them advisories mean.
TESTS += tests/corpus/test-advisories.py
EXTRA_DIST += tests/corpus/test-advisories.py
