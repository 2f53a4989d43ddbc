#!/bin/sh
# SPDX-License-Identifier: MIT
# Our loaders under every host, in each of its versions: half a minute.
exec "${top_builddir:-.}/tests/unit/test-matrix"
