# tests/embed
