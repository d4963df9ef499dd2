#!/bin/sh
# SPDX-License-Identifier: MIT
# gate.sh [record | scan K N | check [OPTION...]]: reclint as a lint gate on any runner; without an
# argument all of it.  Environment, with defaults:
#	SOURCE=.		the source tree
#	BUILD=$SOURCE/../build	the configured build folder; for a module: its folder
#	TARGETS="vmlinux modules"	what to build
#	MAKE_ARGS="-C $SOURCE O=$BUILD"	make's further arguments; for a module: -C KERNEL_BUILD M=$BUILD
#	FACTS=$BUILD/reclint	a folder for each shard; keep it in a cache
#	BASELINE=$SOURCE/reclint.json
#	RECLINT=reclint
set -eu

SOURCE=$(realpath "${SOURCE:-.}")
BUILD=$(realpath -m "${BUILD:-$SOURCE/../build}")
TARGETS=${TARGETS-vmlinux modules}
MAKE_ARGS=${MAKE_ARGS--C $SOURCE O=$BUILD}
FACTS=$(realpath -m "${FACTS:-$BUILD/reclint}")
BASELINE=${BASELINE:-$SOURCE/reclint.json}
RECLINT=${RECLINT:-reclint}

record()
{
	# shellcheck disable=SC2086 # lists
	"$RECLINT" record -o "$BUILD/compile_commands.json" -- make -s -j"$(nproc)" $MAKE_ARGS $TARGETS
}

scan()	# K N
{
	# 2: some files gave no facts; check says which, and whether they matter
	"$RECLINT" scan -p "$BUILD" -o "$FACTS/$1" --shard "$1/$2" || [ $? -eq 2 ]
}

check()
{
	folders=
	for folder in "$FACTS"/*/; do
		folders="$folders -p $folder"
	done
	# shellcheck disable=SC2086 # folders without blanks
	"$RECLINT" check $folders --baseline "$BASELINE" "$@"
}

case ${1:-} in
record) record ;;
scan) scan "${2:?K}" "${3:?N}" ;;
check)
	shift
	check "$@"
	;;
"")
	record
	n=$(nproc)
	k=0
	while [ $((k += 1)) -le "$n" ]; do
		"$RECLINT" scan -p "$BUILD" -o "$FACTS/$k" --shard "$k/$n" -j1 >"$BUILD/scan.$k.log" 2>&1 &
	done
	wait
	cat "$BUILD"/scan.*.log
	check
	;;
*)
	sed -n 's/^# //p' "$0" | head -4 >&2
	exit 2
	;;
esac
