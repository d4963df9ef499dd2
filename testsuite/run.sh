#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [CTEST ARGUMENT...]: installs what is missing, builds into build/, passes
# every test.  BUILD=DIR builds elsewhere; CMAKE_ARGS are for cmake's configuration.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$top/build}

sh "$top/testsuite/install.sh"
# shellcheck disable=SC2086 # a list
cmake -S "$top" -B "$build" -G Ninja ${CMAKE_ARGS:-}
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@"
