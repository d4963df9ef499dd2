#!/bin/sh
# SPDX-License-Identifier: MIT
# installed.sh CMAKE BUILD_DIR: an installation in another place works, also after it
# was moved.
set -eu

tmp=$(mktemp -d "${TMPDIR:-/tmp}/reclint-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
"$1" --install "$2" --prefix "$tmp/first" >"$tmp/log"
mv "$tmp/first" "$tmp/second"
cd "$tmp"
"$tmp/second/bin/reclint" --version
[ -f "$tmp/second/share/reclint/rules/constants.yaml" ]

# The header for kernel sources: nothing to this compiler, and alone.
cat >use.c <<'END'
#include <reclint/annotations.h>
struct gpu { int *dev RECLINT_RECLAIM_SAFE("a test"); } RECLINT_RECLAIM_SAFE("another");
int use(struct gpu *g) RECLINT_RECLAIM_SAFE("a third");
END
cc -Wall -Wextra -Werror -fsyntax-only -I "$tmp/second/include" use.c

# No path of the build is in what was installed, but in what debuggers read.
strip -o "$tmp/stripped" "$tmp/second/bin/reclint"
if strings "$tmp/stripped" | grep -F "$2"; then
	echo "the build folder's path is in the program" >&2
	exit 1
fi
