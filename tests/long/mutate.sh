#!/bin/sh
# SPDX-License-Identifier: MIT
# 200 mutants each of our own good loaders: what qualify makes of them.
set -eu
out=$top_builddir/tests/loaders/out
mutate=$top_builddir/tests/long/mutate
"$mutate" "$out/g431.FLM" emu:stm32g431cb 200 1 "${MUTATE_AIM:-75}" | tail -1
"$mutate" "$out/h743-w25q128.stldr" emu:stm32h743ii 200 1 "${MUTATE_AIM:-75}" | tail -1
