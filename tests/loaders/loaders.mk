# tests/loaders
