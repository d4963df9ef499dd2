#!/bin/sh
# SPDX-License-Identifier: MIT
# kbuild.sh RECLINT CLANG SOURCE_DIR BUILD_DIR: reclint as the checker of a kernel's own make: C=2 and
# C=1 on a part of Linux 6.1, at one job and at several, and on a module out of the tree.  The
# configured tree is plugin.sh's.  Status 77 (skipped) where there is no kernel or it cannot be
# built, but a failure under CI.
set -eu

usage='usage: kbuild.sh RECLINT CLANG SOURCE_DIR BUILD_DIR'
reclint=${1:?$usage}
clang=${2:?$usage}
source=${3:?$usage}
kernel=${4:?$usage}/kernel
part=drivers/gpu/drm/ttm

what=kbuild
. "$source/testsuite/kernel/lib.sh"
[ -x "$clang" ] || skip "there is no clang to build with: '$clang'"
get_kernel 6.1
out=$kernel/plugin-$(basename "$tree")
work=$kernel/kbuild
rm -rf "$work"
mkdir -p "$work"

build()	# ARGUMENT...
{
	make -s -C "$tree" O="$out" CC="$clang" HOSTCC=cc KCFLAGS=-w CHECK="$reclint" "$@" >"$work/log" 2>&1 ||
		{ tail "$work/log"; fail "make $*"; }
}
facts_to()	# FOLDER: moves what the checker left
{
	mkdir -p "$1"
	(cd "$out/$part" && find . -name '*.facts' -exec mv {} "$1/" \;)
}

configure "$out" CC="$clang" HOSTCC=cc >/dev/null
build prepare
build -j"$(nproc)" $part/
find "$out/$part" -name '*.facts' -delete

# C=2: every file, whether it is built again or not; the same whatever the number of jobs
build -j1 C=2 $part/
facts_to "$work/one"
build -j8 C=2 $part/
facts_to "$work/eight"
n=$(find "$work/one" -name '*.facts' | wc -l)
[ "$n" -ge 10 ] || fail "C=2 left facts of $n files only"
diff -r "$work/one" "$work/eight" || fail "with eight jobs the facts are others"
! find "$out/$part" -name '*.nofacts' | grep . || fail "files without facts"

# C=1: what is built again, and nothing else
touch "$tree/$part/ttm_pool.c"
build C=1 $part/
[ "$(cd "$out/$part" && ls ./*.facts)" = ./ttm_pool.facts ] ||
	fail "C=1 left facts of $(cd "$out/$part" && ls ./*.facts)"
cmp "$out/$part/ttm_pool.facts" "$work/one/ttm_pool.facts" || fail "C=1's facts are others"

# what was left is a program
cp "$work"/one/*.facts "$out/$part/"
"$reclint" roots -p "$out/$part" >"$work/report" 2>&1 || { cat "$work/report"; fail "reclint roots"; }
grep -q ttm_pool_shrinker_scan "$work/report" || { cat "$work/report"; fail "ttm_pool.c has no root"; }

# a module out of the tree
module()	# STATUS ARGUMENT...: of `reclint check` on the module that was made so
{
	want=$1
	shift
	rm -rf "$work/module"
	mkdir "$work/module"
	cp "$source"/testsuite/target/*.[ch] "$source/testsuite/target/Kbuild" "$work/module/"
	make -s -C "$out" M="$work/module" CC="$clang" HOSTCC=cc KCFLAGS=-w CHECK="$reclint" C=2 -j4 \
		KBUILD_MODPOST_WARN=1 "$@" >"$work/log" 2>&1 ||
		[ -f "$work/module/reclint_target.o" ] || { tail "$work/log"; fail "make M= $*"; }
	[ "$(find "$work/module" -name '*.facts' ! -name '*.mod.facts' | wc -l)" -ge 9 ] || fail "M= left too few facts"
	status=0
	"$reclint" check -p "$work/module" -r "$source/testsuite/target/reclint.yaml" --fail-on warning \
		--root 'target_*' >"$work/report" 2>&1 || status=$?
	[ $status -eq "$want" ] || { cat "$work/report"; fail "status $status, not $want, of a module made with '$*'"; }
}
module 0
module 1 DEFECT=LOCK_IN_SCAN
grep -q 'struct target_device.table_lock (mutex)' "$work/report" ||
	{ cat "$work/report"; fail "the defect is not found"; }
echo "C=2 on $n files, at one job and at eight; C=1 on one; a module, clean and with a defect"
