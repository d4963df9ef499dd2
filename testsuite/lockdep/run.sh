#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SOURCE_DIR BUILD_DIR [NAME...]: lockdep's verdict on each variant of the module.  Builds a
# small Linux 6.1 with PROVE_LOCKING (once), boots every variant in qemu under memory
# pressure, and compares what the kernel says with variants.txt; NAME: only these.
# Status 77 (skipped) where qemu, busybox or the kernel's source are missing.
set -eu

usage='usage: run.sh SOURCE_DIR BUILD_DIR [NAME...]'
source=${1:?$usage}
build=${2:?$usage}
shift 2
here=$source/testsuite/lockdep
target=$source/testsuite/target
work=$build/lockdep

skip()
{
	echo "lockdep: $*" >&2
	exit 77
}

for tool in qemu-system-x86_64 busybox flex bison bc cpio; do
	command -v $tool >/dev/null || skip "skipped, there is no $tool"
done
tree=$(sh "$source/testsuite/kernel/get-kernel.sh" 6.1 "$build/kernel") ||
	skip "skipped, there is no kernel source: is the package linux-source-6.1 to be had here?"
mkdir -p "$work"
image=$(sh "$here/kernel.sh" "$tree" "$work/kernel")

# KIND NAME EXPECTED: builds, boots, and leaves the verdict in NAME.row.
if [ "${1:-}" = --one ]; then
	kind=$2 name=$3 expected=$4
	folder=$work/modules/$name
	mkdir -p "$folder"
	cp "$target"/* "$folder/"
	case $kind in
	defect) variant=DEFECT=$name ;;
	lookalike) variant=LOOKALIKE=$name ;;
	*) variant= ;;
	esac
	# shellcheck disable=SC2086 # none, or one argument
	make -s -C "$work/kernel" M="$folder" $variant >"$folder/make.log" 2>&1
	case $expected in
	*:*) parameter=${expected#*:} ;;
	*) parameter= ;;
	esac
	# shellcheck disable=SC2086 # none, or one argument
	sh "$here/boot.sh" "$image" "$folder/reclint_target.ko" "$work/$name.log" $parameter
	python3 "$here/verdict.py" "$kind" "$name" "$expected" "$work/$name.log" >"$work/$name.row"
	exit 0
fi

rm -f "$work"/*.row
{
	echo "clean clean silent"
	echo "clean discrete silent:discrete=1"
	sed -n 's/^\(defect\|lookalike\)[ \t]*\([A-Z_]*\)[ \t]*[^ \t]*[ \t]*\([a-z:=0-9]*\).*/\1 \2 \3/p' "$target/variants.txt"
} | while read -r kind name expected; do
	case " $* " in
	"  " | *" $name "*) printf '%s %s %s\n' "$kind" "$name" "$expected" ;;
	esac
done | xargs -P "${JOBS:-$(nproc)}" -L 1 sh "$0" "$source" "$build" --one
cat "$work"/*.row | sort
! grep -q " WRONG " "$work"/*.row
