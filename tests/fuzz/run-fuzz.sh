#!/bin/bash
# SPDX-License-Identifier: MIT
# run-fuzz.sh [TARGET...]: every fuzz target for FUZZ_SECONDS (10) with FUZZ_SEED (drawn).
# A finding is kept under findings/ by the name of its target, and fails the run.
set -u
bin=$top_builddir/tests/fuzz/bin
work=$top_builddir/tests/fuzz/work
findings=$top_builddir/tests/fuzz/findings
seconds=${FUZZ_SECONDS:-10}
seed=${FUZZ_SEED:-$RANDOM}
mkdir -p "$work" "$findings"
"$PYTHON" -B "$top_srcdir/tests/fuzz/make-seeds.py" "$work/seeds" || exit 1
shopt -s nullglob
known=()
[ -d "$top_srcdir/tests/fuzz/regress" ] && known=("$top_srcdir/tests/fuzz/regress")
for target in loader code; do
	cp "$top_builddir"/tests/loaders/out/*.FLM "$top_builddir"/tests/loaders/out/*.stldr \
		"$work/seeds/$target/" 2>/dev/null
done

number() {
	sed -n "s/.*$1[^0-9]*\([0-9][0-9]*\).*/\1/p" "$2" | tail -1
}

status=0
targets=("$@")
[ $# -gt 0 ] || targets=("$bin"/fuzz-*)
[ ${#targets[@]} -gt 0 ] || { echo "no fuzz targets in $bin: run make fuzz"; exit 1; }
for target in "${targets[@]}"; do
	name=${target##*/}
	name=${name#fuzz-}
	log=$work/$name.log
	mkdir -p "$work/corpus/$name"
	"$bin/fuzz-$name" -seed="$seed" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=1024 -max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$findings/$name-" "$work/corpus/$name" "$work/seeds/$name" \
		"${known[@]}" >"$log" 2>&1
	r=$?
	printf '%s: %s executions in %s s, %s edges, seed %s\n' "$name" \
		"$(number stat::number_of_executed_units: "$log")" "$seconds" \
		"$(number 'cov:' "$log")" "$seed"
	[ $r -eq 0 ] && continue
	status=1
	tail -60 "$log"
	echo "$name: a finding. Mend it, then keep the file in tests/fuzz/regress under a name" \
		"that says what it is:"
	ls -1 "$findings/$name-"* || echo "(no file: see $log)"
done
exit $status
