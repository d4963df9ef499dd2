#!/bin/sh
# SPDX-License-Identifier: MIT
#
# many.sh RECLINT-CLANG: a compound literal is named after its variable, also where the table of symbols
# has just grown.  It grows at powers of two: the first variables shift which symbol that is.
set -eu

front=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
for pad in 0 1 2; do
	awk -v pad=$pad 'BEGIN {
		print "struct s { int a; }; "
		for (i = 0; i < pad; i++)
			printf "int pad%d = 1;\n", i
		for (i = 0; i < 300; i++)
			printf "const struct s *v%d = &(const struct s){ .a = %d };\n", i, i
	}' >many.c
	"$front" --dump -- clang -D__KERNEL__ -c -o many.o many.c >said.txt 2>&1 || { cat said.txt; exit 1; }
	i=0
	while [ $i -lt 300 ]; do
		grep -q "@v$i\.literal" said.txt || { echo "pad $pad: no literal of v$i"; exit 1; }
		i=$((i + 1))
	done
done
echo "ok"
