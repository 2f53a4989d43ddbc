#!/bin/bash
# No invalid read, no uninitialised value, nothing lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$top_builddir/tests/loaders/out
program=$top_builddir/tools/stoker/.libs/stoker
LD_LIBRARY_PATH=$top_builddir/.libs
export LD_LIBRARY_PATH

checked() {
	valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
		"$program" "$@" >"$work/out.txt" 2>"$work/err.txt" || {
		status=$?
		[ "$status" = "${expect-0}" ] || { cat "$work/err.txt"; exit 1; }
	}
	echo "clean: stoker ${*//$out\//}"
}

tail -c 16384 "$out/firmware-g431-large.elf" >"$work/16k.bin"
checked inspect "$out/g431.FLM" "$out/h743-w25q128.stldr"
checked inspect --json "$out/g431.FLM"
checked program "$work/16k.bin" --base 0x08000000 -l "$out/g431.FLM" -t emu:stm32g431cb
expect=1 checked program "$work/16k.bin" --base 0x08000000 -l "$out/g431-no-effect.FLM" \
	-t emu:stm32g431cb,fill=1
expect=3 checked inspect "$work/16k.bin"
