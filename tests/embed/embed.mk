# A third party's programmer and module, against an install.
LONG_TESTS += tests/embed/embed.sh
EXTRA_DIST += tests/embed/embed.sh tests/embed/programmer.c tests/embed/meter.c \
	tests/embed/database.c
