#!/bin/sh
# SPDX-License-Identifier: MIT
# scan.sh RECLINT BUILD_DIR [HEADER]: wall-clock and CPU time of a first scan, of an
# unchanged second one, and of one after HEADER (include/linux/shrinker.h by default,
# below the source tree or absolute) got one more line, which is taken away again.
set -eu

reclint=${1:?usage: scan.sh RECLINT BUILD_DIR [HEADER]}
build=${2:?usage: scan.sh RECLINT BUILD_DIR [HEADER]}
header=${3:-include/linux/shrinker.h}
out=$(mktemp -d "${TMPDIR:-/tmp}/reclint-bench.XXXXXX")
saved=

finish()
{
	[ -z "$saved" ] || cp -p "$saved" "$header"
	rm -rf "$out"
}
trap finish EXIT
trap 'exit 130' INT TERM

measure()	# TITLE: one scan
{
	/usr/bin/time -o "$out/time" -f '%e %U %S' "$reclint" scan -p "$build" -o "$out/state" \
		2>"$out/said" || true
	awk -v title="$1" '{ printf "%-22s %8.2f s elapsed %9.2f s CPU   ", title, $1, $2 + $3 }' \
		"$out/time"
	tail -n 1 "$out/said"
}

measure 'first'
measure 'unchanged'
case $header in
/*) ;;
*) header=$(sed -n 's/^srctree //p' "$out/state/scan")/$header ;;
esac
cp -p "$header" "$out/header"
saved=$out/header
echo '/* one more line */' >>"$header"
sleep 1
measure "changed $(basename "$header")"
du -sh "$out/state/facts" | awk '{ print "facts on disk: " $1 }'
