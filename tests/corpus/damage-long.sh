#!/bin/bash
# SPDX-License-Identifier: MIT
# Forty times the turned-over copies of make check.
exec "$top_builddir/tests/corpus/test-damage" --long
