# tests/command
TESTS += tests/command/test-wrong-loaders.py
EXTRA_DIST += tests/command/test-wrong-loaders.py
