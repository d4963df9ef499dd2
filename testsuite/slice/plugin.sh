#!/bin/sh
# SPDX-License-Identifier: MIT
# plugin.sh RECLINT PLUGIN CLANG SOURCE_DIR BUILD_DIR [FOLDER...]: builds a part of Linux 6.1
# (or of the tree $KERNEL) with clang, in the kernel's own make: without the plug-in, with it,
# and with it at another level of optimisation.  The objects must be the same bytes with and
# without, the facts the same at both levels and the same as reclint-clang's.  Status 77
# (skipped) where there is no kernel or it cannot be built, but a failure under CI.
set -eu

usage='usage: plugin.sh RECLINT PLUGIN CLANG SOURCE_DIR BUILD_DIR [FOLDER...]'
reclint=${1:?$usage}
plugin=${2:?$usage}
clang=${3:?$usage}
source=${4:?$usage}
kernel=${5:?$usage}/kernel
shift 5
[ $# -gt 0 ] || set -- drivers/gpu/drm/ttm/ fs/ext4/

what=plug-in
. "$source/testsuite/kernel/lib.sh"
[ -x "$clang" ] || skip "there is no clang to load it: '$clang'"
echo '#include <gelf.h>' | cc -E - >/dev/null 2>&1 || skip "a kernel's objtool needs libelf-dev"
tree=${KERNEL:-}
[ "$tree" ] || get_kernel 6.1
out=$kernel/plugin-$(basename "$tree")

build()	# KCFLAGS FOLDER...
{
	flags=$1
	shift
	make -s -C "$tree" O="$out" CC="$clang" HOSTCC=cc -j"$(nproc)" KCFLAGS="-w $flags" "$@"
}
# The facts and sums below the folders, under the names that `reclint scan` gives them.
collect()	# SUFFIX TO FOLDER...
{
	suffix=$1
	to=$2
	shift 2
	rm -rf "$to"
	(cd "$out" && find "$@" -name "*.$suffix" ! -name '*.mod.*') | while read -r file; do
		mkdir -p "$to/$(dirname "$file")"
		cp "$out/$file" "$to/${file%."$suffix"}.c.$suffix"
	done
}

configure "$out" CC="$clang" HOSTCC=cc >/dev/null
build "" prepare >"$out/log" 2>&1 || { tail "$out/log"; skip "this kernel cannot be prepared here"; }
build "" "$@"
collect o "$out/.plugin/plain" "$@"
build "-fplugin=$plugin" "$@"
collect o "$out/.plugin/with" "$@"
collect facts "$out/.plugin/O2" "$@"
build "-fplugin=$plugin -O3" "$1"
collect facts "$out/.plugin/O3" "$1"

n=$(find "$out/.plugin/O2" -name '*.facts' | wc -l)
[ "$n" -ge 10 ] || fail "the build left facts of $n files only"
diff -r "$out/.plugin/plain" "$out/.plugin/with" || fail "with the plug-in objects are others"
! (cd "$out" && find "$@" -name '*.nofacts') | grep . || fail "files without facts"
"$reclint" diff "$out/.plugin/O2/$1" "$out/.plugin/O3/$1" >"$out/.plugin/levels" ||
	{ cat "$out/.plugin/levels"; fail "at -O3 the facts are others"; }

set -f
python3 "$tree/scripts/clang-tools/gen_compile_commands.py" -d "$out" -o "$out/compile_commands.json" "$out"
# shellcheck disable=SC2046 # a list
"$reclint" scan -p "$out" --frontend clang -o "$out/.plugin/scan" \
	$(printf -- '--file=%s\n' "$@" | sed 's|/$||')
set +f
for folder; do
	"$reclint" diff "$out/.plugin/O2/$folder" "$out/.plugin/scan/facts/$folder" >"$out/.plugin/programs" ||
		{ cat "$out/.plugin/programs"; fail "$folder: reclint-clang's facts are others"; }
done
echo "$n files: the same objects without the plug-in, the same facts at -O3 and from reclint-clang"
