#!/bin/sh
# The main job, shown: a firmware into a virtual STM32G431 with a good flash
# algorithm, and the same with one that takes the chip for a dual-bank one.
set -u
build=$1
out=$build/tests/loaders/out
stoker=$build/stoker
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work
export XDG_STATE_HOME

show() {
	printf '\n$ stoker %s\n' "$(echo "$*" | sed "s#$out/##g; s#$work/##g")"
	"$stoker" "$@"
}

show inspect "$out/g431.FLM" || exit 1
show program "$out/firmware-g431-large.elf" -l "$out/g431.FLM" -t emu:stm32g431cb,store="$work/chip" || exit 1
show verify "$out/firmware-g431-large.elf" -l "$out/g431.FLM" -t emu:stm32g431cb,store="$work/chip" || exit 1

printf '\nThe same with an algorithm that takes the G431 for a dual-bank chip:\n'
if show program "$out/firmware-g431-large.elf" -l "$out/g431-dual-bank.FLM" -t emu:stm32g431cb; then
	echo "demo: the wrong loader was not found out" >&2
	exit 1
fi
printf '\nThat is what it should say: the wrong loader is found out before it meets a board.\n'
