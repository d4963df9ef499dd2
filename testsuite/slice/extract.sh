#!/bin/sh
# SPDX-License-Identifier: MIT
# extract.sh RECLINT SOURCE_DIR BUILD_DIR: the facts of a slice of Linux 6.1, below
# BUILD_DIR/kernel; what is there already is not made again.  Status 77 (skipped) when
# the kernel cannot be fetched, but a failure under CI.
set -eu

reclint=${1:?usage: extract.sh RECLINT SOURCE_DIR BUILD_DIR}
source=${2:?usage: extract.sh RECLINT SOURCE_DIR BUILD_DIR}
build=${3:?usage: extract.sh RECLINT SOURCE_DIR BUILD_DIR}
kernel=$build/kernel
out=$kernel/slice-6.1

# A driver with a shrinker, what it calls into, and the code under every shrinker.
folders='mm/ lib/ fs/ drivers/gpu/drm/ drivers/base/ drivers/md/'
globs='mm lib/*.c fs/*.c drivers/gpu/drm/i915 drivers/gpu/drm/*.c drivers/base/power
drivers/md/dm-bufio.c'

what=slice
. "$source/testsuite/kernel/lib.sh"
get_kernel 6.1
if [ ! -f "$out/compile_commands.json" ]; then
	configure "$out"
	# shellcheck disable=SC2086 # lists
	(cd "$out" && "$reclint" record -- make -s -k -j"$(nproc)" $folders)
fi

set --
set -f
for glob in $globs; do
	set -- "$@" --file "$glob"
done
set +f
"$reclint" scan -v -p "$out" "$@"
