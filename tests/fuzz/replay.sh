#!/bin/bash
# SPDX-License-Identifier: MIT
# What the fuzzers once found, and what they begin with, through the same entry
# points, without a fuzzer. Every file goes to every target: it costs nothing.
set -eu
work=$(mktemp -d ./replay-XXXXXX)
trap 'rm -rf "$work"' EXIT
"$PYTHON" -B "$top_srcdir/tests/fuzz/make-seeds.py" "$work"
shopt -s nullglob
files=("$top_srcdir"/tests/fuzz/regress/* "$work"/*/*)
status=0
for replay in "$top_builddir"/tests/fuzz/replay-*; do
	[ -x "$replay" ] && [ ! -d "$replay" ] || continue
	case $replay in *.*) continue ;; esac
	"$replay" "${files[@]}" >"$work/out" 2>&1 ||
		{ echo "${replay##*/} failed:"; tail -40 "$work/out"; status=1; }
	echo "${replay##*/}: $(tail -1 "$work/out")"
done
exit $status
