#!/bin/sh
# SPDX-License-Identifier: MIT
# extract.sh BUILD_DIR DATABASE [N [SEED [REPEAT]]]: CPU time of BUILD_DIR/bin/reclint-sparse
# against plain sparse of the same source, built here with the Makefile's own flags, on
# the same N (50) files of a compile database, in turn, the best of REPEAT (1) runs.
set -eu

build=${1:?usage: extract.sh BUILD_DIR DATABASE [N [SEED [REPEAT]]]}
database=${2:?usage: extract.sh BUILD_DIR DATABASE [N [SEED [REPEAT]]]}
plain=$build/sparse/plain

[ -d "$database" ] && database=$database/compile_commands.json
if [ ! -x "$plain/sparse" ]; then
	source=$build/sparse/source
	[ -d "$source" ] || source=$(sed -n 's/^SPARSE_SOURCE_DIR:[A-Z]*=//p' "$build/CMakeCache.txt")
	cp -R "$source" "$plain"
	make -s -C "$plain" sparse HAVE_LLVM=no HAVE_GTK=no HAVE_SQLITE=no HAVE_LIBXML=no >&2
fi
cmake --build "$build" --target bench-extract reclint-sparse >&2
exec "$build/bin/bench-extract" "$database" "${3:-50}" "${4:-1}" "${5:-1}" \
	"$build/bin/reclint-sparse" "$plain/sparse"
