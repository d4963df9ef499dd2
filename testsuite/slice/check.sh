#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh RECLINT SOURCE_DIR BUILD_DIR: checks the slice that extract.sh left, and
# runs SOURCE_DIR/testsuite/slice/expect.sh on the report, which says what must be in it.
set -eu

reclint=${1:?usage: check.sh RECLINT SOURCE_DIR BUILD_DIR}
source=${2:?usage: check.sh RECLINT SOURCE_DIR BUILD_DIR}
build=${3:?usage: check.sh RECLINT SOURCE_DIR BUILD_DIR}
out=$build/kernel/slice-6.1
report=$build/kernel/slice-6.1.json

if [ ! -f "$out/.reclint/scan" ]; then
	echo "slice: no facts; see slice/extract" >&2
	exit 77
fi
status=0
"$reclint" check --format json -p "$out" >"$report" || status=$?
[ "$status" -le 1 ] || { echo "slice: reclint check ended with status $status" >&2; exit 1; }
sh "$source/testsuite/slice/expect.sh" "$report"

# what is reported of a root hangs on no other root
roots=$(python3 "$source/testsuite/slice/of_root.py" "$report")
[ -n "$roots" ] || { echo "slice: no root has a finding" >&2; exit 1; }
for root in $roots; do
	status=0
	"$reclint" check --format json -p "$out" --root "$root" >"$report.one" || status=$?
	[ "$status" -le 1 ] || { echo "slice: reclint check --root ended with status $status" >&2; exit 1; }
	for each in "$report" "$report.one"; do
		python3 "$source/testsuite/slice/of_root.py" "$each" "$root" >"$each.root"
	done
	cmp "$report.root" "$report.one.root" || { echo "slice: --root $root differs from the whole" >&2; exit 1; }
done
