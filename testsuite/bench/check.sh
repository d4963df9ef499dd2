#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh RECLINT DIR [CHECK ARGUMENT...]: time and memory of `reclint check` on the
# facts of DIR, three runs.
set -eu

reclint=${1:?usage: check.sh RECLINT DIR [CHECK ARGUMENT...]}
dir=${2:?usage: check.sh RECLINT DIR [CHECK ARGUMENT...]}
shift 2
times=$(mktemp "${TMPDIR:-/tmp}/reclint-bench.XXXXXX")
trap 'rm -f "$times"' EXIT
for run in 1 2 3; do
	/usr/bin/time -o "$times" -f '%e s elapsed, %U s user, %S s system, %M KiB at most' \
		"$reclint" check "$@" -p "$dir" >/dev/null || true
	echo "run $run: $(tail -n 1 "$times")"
done
