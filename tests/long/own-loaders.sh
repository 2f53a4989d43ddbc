#!/bin/bash
# Whole devices through our own loaders.
set -eu
out=$top_builddir/tests/loaders/out
run=$top_builddir/tests/long/whole-device
"$run" "$out/g431.FLM" stm32g431cb FLASH 1 2 3
"$run" "$out/b/g431.FLM" stm32g431cb FLASH 1
"$run" "$out/h743-w25q128.stldr" stm32h743ii NOR 1
"$run" "$out/b/h743-w25q128.stldr" stm32h743ii NOR 1
"$run" "$out/h7b0-w25q128.stldr" stm32h7b0vb NOR 1
"$run" "$out/b/h7b0-w25q128.stldr" stm32h723vg NOR 1
