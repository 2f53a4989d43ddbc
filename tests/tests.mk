# make check: under two minutes. make check-long: everything else.
include tests/unit/unit.mk
include tests/unit/versions.mk
include tests/command/command.mk
include tests/corpus/corpus.mk
include tests/loaders/loaders.mk
include tests/fuzz/fuzz.mk
include tests/embed/embed.mk
include tests/long/long.mk
include tests/bench/bench.mk
