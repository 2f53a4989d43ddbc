#!/bin/bash
# A third party's programmer and target module, built against an installed
# Stoker with pkg-config only, in a folder that cannot see our sources.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dest=$work/dest
out=$top_builddir/tests/loaders/out

make -s -C "$top_builddir" install DESTDIR="$dest" >"$work/install.log" 2>&1 ||
	{ tail "$work/install.log"; exit 1; }
pc=$(find "$dest" -name stoker.pc)
prefix=${pc%/lib*/pkgconfig/stoker.pc}
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR="$dest"
lib=$(dirname "$PKG_CONFIG_PATH")

mkdir "$work/theirs"
cp "$top_srcdir"/tests/embed/*.c "$work/theirs"
cd "$work/theirs"
# shellcheck disable=SC2046
{
	cc -Wall -Wextra -Wno-unused-parameter -Werror $(pkg-config --cflags stoker) \
		-o programmer programmer.c $(pkg-config --libs stoker)
	cc -Wall -Wextra -Wno-unused-parameter -Werror $(pkg-config --cflags loaderdb) \
		-o database database.c $(pkg-config --libs loaderdb)
	mkdir modules
	cc -Wall -Wextra -Wno-unused-parameter -Werror -shared -fPIC \
		$(pkg-config --cflags stoker) -o modules/target-meter.so meter.c
}
[ "$(wc -l <programmer.c)" -lt 100 ] || { echo "programmer.c is no longer short"; exit 1; }
ls "$lib"/stoker/*.la 2>/dev/null && { echo "installed .la files"; exit 1; }

export LD_LIBRARY_PATH=$lib STOKER_MODULE_DIR=$lib/stoker STOKER_MODULE_PATH=$work/theirs/modules
[ -z "${SANITIZED-}" ] || exit 77
./programmer "$out/g431.FLM" "$out/firmware-g431.elf" emu:stm32g431cb meter: >"$work/out.txt"
cat "$work/out.txt"
grep -q '^ok, verified by readback: [1-9]' "$work/out.txt"
grep -q '^module target/emu ' "$work/out.txt"
grep -q '^module target/meter 1.0 .* (not Stoker.s)$' "$work/out.txt"
grep -q '^meter: [1-9][0-9]* bytes down, [1-9][0-9]* bytes up$' "$work/out.txt"

# A wrong loader fails, with its cause, through the same door.
if ./programmer "$out/g431-no-effect.FLM" "$out/firmware-g431.elf" emu:stm32g431cb >"$work/bad.txt" 2>&1; then
	echo "a loader that does nothing passed"
	exit 1
fi
grep -q '^cause no-effect: ' "$work/bad.txt"

# A module of another ABI is refused with both numbers, the others still load.
sed 's/STK_MODULE(target, meter/#undef STK_MODULE_ABI\n#define STK_MODULE_ABI 77\nSTK_MODULE(target, meter/' \
	meter.c >old.c
# shellcheck disable=SC2046
cc -shared -fPIC $(pkg-config --cflags stoker) -o modules/target-meter.so old.c
if ./programmer "$out/g431.FLM" "$out/firmware-g431.elf" emu:stm32g431cb meter: 2>"$work/abi.txt"; then
	echo "a module of another ABI was loaded"
	exit 1
fi
grep -q 'module ABI 77, this libstoker has [0-9]*; rebuild it' "$work/abi.txt"
./programmer "$out/g431.FLM" "$out/firmware-g431.elf" emu:stm32g431cb >/dev/null

# The loader database through its own door: nothing of it is mapped before it is opened.
./database "$work/loaders.db" "$out/g431.FLM" STM32G431CB >"$work/database.txt"
cat "$work/database.txt"
grep -q '^new [0-9a-f]\{12\}$' "$work/database.txt"
grep -q '^build g431.FLM flm at 0x08000000$' "$work/database.txt"
grep -q '^use g431.FLM: .*a third party says good' "$work/database.txt"
./database "$work/loaders.db" "$out/g431.FLM" STM32G431CB | grep -q '^known '
readelf -d "$lib/libloaderdb.so" | grep -q 'libsqlite3' && { echo "SQLite is always mapped"; exit 1; }

# Without SQLite: a sentence that names the package.
mkdir "$work/without"
echo 'no library' >"$work/without/libsqlite3.so.0"
if LD_LIBRARY_PATH=$work/without:$lib ./database "$work/loaders.db" "$out/g431.FLM" STM32G431CB \
	2>"$work/without.txt"; then
	echo "the database was opened without SQLite"
	exit 1
fi
grep -q 'needs SQLite 3 (package libsqlite3-0, or sqlite-libs): .*(no-sqlite)$' "$work/without.txt"
