#!/bin/sh
# SPDX-License-Identifier: MIT
# lint-headers.sh CC SOURCE_DIR: every header below checker/ compiles alone, twice.
# Headers of a front-end need their library's headers and are compiled with it only.
set -eu

cc=${1:?usage: lint-headers.sh CC SOURCE_DIR}
cd "${2:?usage: lint-headers.sh CC SOURCE_DIR}/checker"
n_bad=0 n=0
for header in $(find . -path ./frontend -prune -o -name '*.h' -print | sed 's,^\./,,' | sort); do
	n=$((n + 1))
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		"$cc" -std=gnu11 -D_GNU_SOURCE -I. -Wall -Wextra -Werror -Wno-unused-parameter \
			-fsyntax-only -x c - || {
		echo "checker/$header: does not compile by itself"
		n_bad=$((n_bad + 1))
	}
done
echo "$n headers, $n_bad bad"
[ "$n_bad" -eq 0 ]
