#!/bin/sh
# The main job, shown: a firmware into a virtual STM32G431 with a good flash
# algorithm, and the same with one that takes the chip for a dual-bank one. Then
# the loader database: an IDE that broke what the release before ran, cured.
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

printf '\nThe other half: which loaders are here, what is known of them, put the good one back.\n'
printf 'Two installs of STM32CubeIDE, laid out in a temporary folder; 1.8.0 broke what 1.7.0 ran:\n'
top_builddir=$build python3 -B "$(dirname "$0")/demo-installs.py" "$work/st" || exit 1
STOKER_DB=$work/loaders.db
HOME=$work
export STOKER_DB HOME
tail -c 20480 "$out/firmware-h743.elf" >"$work/board.bin"

try() {	# the loader of the newer IDE, by the rules of the programmer that is in it
	show program "$work/board.bin" --base 0x90000000 -t emu:stm32h743xi,nor=w25q128jv \
		-l "$(echo "$work"/st/stm32cubeide_1.8.0/plugins/*/tools/bin/ExternalLoader/*)" \
		--host "$work/st/stm32cubeide_1.8.0"
}

show toolchain scan "$work/st" || exit 1
show audit "$work/st"
[ $? = 1 ] || exit 1
try
[ $? = 1 ] || exit 1
show swap "$work/st/stm32cubeide_1.8.0" --programmer-from "$work/st/stm32cubeide_1.7.0" --yes || exit 1
try || exit 1
show audit "$work/st" || exit 1
show restore --all --yes || exit 1
printf '\nWhat was there before is there again, byte by byte. README.md tells the whole story.\n'
