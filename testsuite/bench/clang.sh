#!/bin/sh
# SPDX-License-Identifier: MIT
# clang.sh BUILD_DIR DATABASE [N [SEED [REPEAT]]]: CPU time of BUILD_DIR/bin/reclint-clang
# against `clang -fsyntax-only`, and of compiling with the plug-in against without, on the
# same N (20) files of a compile database, in turn, the best of REPEAT (3) runs.
set -eu

usage='usage: clang.sh BUILD_DIR DATABASE [N [SEED [REPEAT]]]'
build=$(cd "${1:?$usage}" && pwd)
database=${2:?$usage}
[ -d "$database" ] && database=$database/compile_commands.json
clang=$(sed -n 's/^CLANG_COMPILER:FILEPATH=//p' "$build/CMakeCache.txt")
exec python3 "$(dirname "$0")/clang.py" "$clang" "$build" "$database" "${3:-20}" "${4:-1}" "${5:-3}"
