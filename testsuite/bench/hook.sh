#!/bin/sh
# SPDX-License-Identifier: MIT
# hook.sh RECLINT BUILD FILE: from a saved change of FILE (a comment, taken away again) to the
# answer of `reclint hook`: first where both sides are looked at, then where the last hook's
# findings stand for the side before; three times in turns, and the ratio of the sums.
set -eu

reclint=${1:?usage: hook.sh RECLINT BUILD FILE}
build=${2:?usage: hook.sh RECLINT BUILD FILE}
file=${3:?usage: hook.sh RECLINT BUILD FILE}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/reclint-bench.XXXXXX")
cp -p "$file" "$tmp/saved"
trap 'cp -p "$tmp/saved" "$file"; rm -rf "$tmp"' EXIT

ask()	# LIST
{
	echo "/* $1 $run */" >>"$file"
	/usr/bin/time -a -o "$tmp/$1" -f %e "$reclint" hook -p "$build" "$file" >/dev/null 2>"$tmp/said" || {
		cat "$tmp/said"
		exit 1
	}
}

# what a scan by another front-end or long ago leaves to do is not measured
"$reclint" hook -p "$build" "$file" >/dev/null 2>&1 || true
for run in 1 2 3; do
	rm -f "$build/.reclint/hook.last"
	ask first
	ask next
	echo "run $run: $(tail -n 1 "$tmp/first") s looking at both sides, $(tail -n 1 "$tmp/next") s at one"
done
paste "$tmp/first" "$tmp/next" | awk '{ a += $1; b += $2 } END { printf "ratio: %.2f\n", b / a }'
