#!/bin/sh
# SPDX-License-Identifier: MIT
#
# plugin.sh RECLINT PLUGIN CLANG: the plug-in leaves the facts that reclint-clang makes, at
# every level of optimisation, changes no byte of the object, and takes part in the build of
# a module against the headers of an installed kernel, if there are any.
set -eu
reclint=$1
plugin=$2
clang=$3
frontend=$(dirname "$reclint")/reclint-clang
[ -x "$clang" ] || exit 77

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM
fail() { echo "FAILED: $*" >&2; exit 1; }

cp "$(dirname "$0")/cleanup.c" "$(dirname "$0")/members.c" "$out"
cd "$out"
for case in cleanup members; do
	set -- -w -DKBUILD_MODNAME="\"$case\"" -DKBUILD_MODFILE="\"$case\"" -DMODULE -c "$case.c"
	"$frontend" --facts wanted.facts -- "$clang" -O2 "$@"
	for level in -O1 -O2 -Os "-O2 -fsanitize=undefined" "-O2 -ftrivial-auto-var-init=zero"; do
		# shellcheck disable=SC2086 # a list
		"$clang" $level "$@" -o plain.o
		# shellcheck disable=SC2086 # a list
		"$clang" $level "$@" -o with.o -fplugin="$plugin"
		cmp -s plain.o with.o || fail "$case $level: the object is another one"
		"$reclint" diff -s wanted.facts with.facts >said || { cat said; fail "$case $level: the facts are others"; }
		rm with.facts
	done
	"$clang" -O2 -w -c "$case.c" -o user.o -fplugin="$plugin"
	[ ! -e user.facts ] || fail "$case: what is no kernel code has facts"
done

headers=
for dir in /usr/src/linux-headers-*; do
	[ ! -e "$dir/include/generated/autoconf.h" ] || headers=$dir
done
if [ -z "$headers" ]; then
	echo "no kernel headers: the module was not built"
	exit 0
fi
mkdir module
cat >module/demo.c <<'END'
// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
static DEFINE_MUTEX(demo_lock);
static int __init demo_init(void)
{
	void *p = kmalloc(16, GFP_KERNEL);
	mutex_lock(&demo_lock);
	mutex_unlock(&demo_lock);
	kfree(p);
	return 0;
}
module_init(demo_init);
MODULE_LICENSE("GPL");
END
echo 'obj-m := demo.o' >module/Makefile
# A kernel that was configured for gcc: what only gcc knows is left out.
make -s -C "$headers" M="$out/module" LLVM=1 CC="$clang" LD=ld NM=nm AR=ar OBJCOPY=objcopy STRIP=strip \
	READELF=readelf HOSTCC=cc \
	CONFIG_CC_IS_GCC= CONFIG_CC_IS_CLANG=y CONFIG_FTRACE_MCOUNT_USE_CC= CONFIG_DEBUG_INFO_BTF_MODULES= \
	KCFLAGS="-Wno-unknown-warning-option -fplugin=$plugin" modules >said 2>&1 ||
	{ cat said; fail "the module does not build"; }
"$reclint" dump module/demo.facts >text
for what in 'module demo' '@mutex_lock' '@kfree' 'init'; do
	grep -q -e "$what" text || { cat text; fail "the module's facts do not have: $what"; }
done
