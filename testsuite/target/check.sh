#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh RECLINT SOURCE_DIR BUILD_DIR [FRONTEND...]: builds the module against Linux 6.1 without a
# warning, and asks reclint about each of its variants (verdict.py).  The configured tree is
# the slice's, below BUILD_DIR/kernel.  Status 77 (skipped) when the kernel cannot be had,
# but a failure under CI.
set -eu

usage='usage: check.sh RECLINT SOURCE_DIR BUILD_DIR [FRONTEND...]'
reclint=${1:?$usage}
source=${2:?$usage}
kernel=${3:?$usage}/kernel
shift 3
[ $# -gt 0 ] || set -- sparse
out=$kernel/slice-6.1
work=$kernel/target-6.1

# What the module calls back through, and what its claims are checked against.
objects='mm/list_lru.o lib/bitmap.o kernel/locking/mutex.o drivers/base/platform.o
drivers/base/power/runtime.o drivers/dma-buf/dma-fence.o'

what=target
. "$source/testsuite/kernel/lib.sh"
get_kernel 6.1
configure "$out"

rm -rf "$work"
mkdir -p "$work/module"
cp "$source"/testsuite/target/*.[ch] "$source/testsuite/target/Kbuild" "$work/module/"
# shellcheck disable=SC2086 # a list
(cd "$out" && "$reclint" record -o "$work/compile_commands.json" -- make -s $objects)
"$reclint" record -a -o "$work/compile_commands.json" -- make -s -C "$out" M="$work/module"

# without the rest of the kernel there are no symbols to link with
make -s -C "$out" M="$work/module" W=1 KBUILD_MODPOST_WARN=1 >"$work/log" 2>&1 ||
	[ -f "$work/module/reclint_target.o" ] || { cat "$work/log"; exit 1; }
if grep -n 'warning:\|error:' "$work/log"; then
	echo "target: the module does not build cleanly" >&2
	exit 1
fi

mend=
if command -v spatch >/dev/null; then
	mend="--mend $tree"
elif [ "${CI:-}" = true ]; then
	echo "target: there is no spatch to mend defects with" >&2
	exit 1
fi
for frontend; do
	# shellcheck disable=SC2086 # two words, or none
	python3 "$source/testsuite/target/verdict.py" --reclint "$reclint" --frontend "$frontend" \
		--database "$work/compile_commands.json" --work "$work/variants" $mend
	mend=
done
