#!/bin/sh
# SPDX-License-Identifier: MIT
#
# findings.sh RECLINT BUILD OUT [GLOB...]: what `reclint check` says of a kernel that was scanned
# (`reclint scan -p BUILD`), and what it says when the facts of some files are the other
# front-end's: clang's, or $FRONTEND's.  GLOB as for `scan --file`; '*' is all files, none the
# subsystems with shrinkers.  Prints what is in one report only; exit status 1 if there is any.
# BUILD is not written to.  OUT/clang stays, so that a second run extracts only what has changed.
set -eu

usage='usage: findings.sh RECLINT BUILD OUT [GLOB...]'
reclint=${1:?$usage}
build=${2:?$usage}
out=${3:?$usage}
shift 3
frontend=${FRONTEND:-clang}
here=$(cd "$(dirname "$0")" && pwd)

if [ $# -eq 0 ]; then
	set -- 'drivers/gpu/drm/i915' 'drivers/gpu/drm/xe' 'drivers/gpu/drm/ttm' 'drivers/gpu/drm/*.c' \
		mm 'fs/*.c' fs/ext4 fs/xfs 'drivers/md/bcache' 'drivers/md/*.c' 'drivers/base/power'
fi
files=
if [ "$*" != '*' ]; then
	files=$(printf ' --file=%s' "$@")
fi
mkdir -p "$out"
set -f
# shellcheck disable=SC2086 # a list
"$reclint" scan -p "$build" --frontend "$frontend" -o "$out/$frontend" $files || [ $? -le 2 ]
set +f

rm -rf "$out/before" "$out/after"
cp -R "$build/.reclint/facts" "$out/before"
cp -R "$out/before" "$out/after"
cp -R "$out/$frontend/facts/." "$out/after"
for which in before after; do
	"$reclint" check -p "$out/$which" --format json -o "$out/$which.json" || [ $? -le 2 ]
done
python3 "$here/findings.py" "$out/before.json" "$out/after.json"
