#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh [VERSION]: from nothing to a report on a Linux kernel (6.1 by default; any
# version that Debian packages, such as 7.3).  Installs what is missing, builds
# reclint, fetches and configures the kernel, records its commands without compiling
# it, extracts, checks.  Needs about 4 GB in build/ (BUILD=DIR: elsewhere), 15 minutes
# on two cores.
set -eu

version=${1:-6.1}
top=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$top/build}
kernel=$build/kernel
out=$kernel/build-$version
reclint=$build/bin/reclint
log=$build/demo.log

say()
{
	echo "demo: $*" >&2
}

sh "$top/testsuite/install.sh"
say "building reclint"
mkdir -p "$build"
{ cmake -S "$top" -B "$build" -G Ninja && cmake --build "$build"; } >"$log" 2>&1 || {
	cat "$log" >&2
	exit 2
}

say "fetching Linux $version"
tree=$(sh "$top/testsuite/kernel/get-kernel.sh" "$version" "$kernel")
if [ ! -f "$out/compile_commands.json" ]; then
	say "configuring it and recording its commands"
	sh "$top/testsuite/kernel/configure.sh" "$tree" "$out" >&2
	(cd "$out" && "$reclint" record -- make -j"$(nproc)" -k -s vmlinux modules) || [ -f "$out/compile_commands.json" ]
fi

say "extracting facts"
"$reclint" scan -p "$out" || say "some files gave no facts; the report counts them"
say "checking"
status=0
"$reclint" check -p "$out" || status=$?
# 1: there are findings; 2 with a report: some files gave no facts, which it counts
[ "$status" -le 1 ] || [ -s "$out/.reclint/failed" ] || exit "$status"

# A module of one's own, outside of the tree: the reference shrinker, which is clean, and
# with one of its defects built in.
target=$kernel/target-$version
rm -rf "$target"
mkdir -p "$target"
cp "$top"/testsuite/target/* "$target/"
for defect in "" RESUME_IN_KSWAPD; do
	say "the reference shrinker, ${defect:-without a defect}"
	rm -f "$target/compile_commands.json"
	"$reclint" record -o "$target/compile_commands.json" -- make -s -C "$out" M="$target" DEFECT="$defect"
	"$reclint" scan -p "$target" -r "$target/reclint.yaml"
	"$reclint" check -p "$target" -r "$target/reclint.yaml" || [ $? -eq 1 ]
done
