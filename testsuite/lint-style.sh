#!/bin/sh
# SPDX-License-Identifier: MIT
# lint-style.sh SOURCE_DIR: what clang-format does not see.  SPDX line first, the
# opening comment of a .c file, no // comments, line and file lengths, white space
# at line ends, calls that only base/ may make.
set -eu

cd "${1:?usage: lint-style.sh SOURCE_DIR}"
# shellcheck disable=SC2046 # paths of our own tree hold no blanks
awk '
function bad(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; n_bad++ }
function finish() { if (file != "" && n_lines > limit) { printf "%s:%d: longer than %d lines\n", file, n_lines, limit; n_bad++ } }
FNR == 1 {
	finish()
	file = FILENAME
	limit = file ~ /\.h$/ ? (file ~ /reclint\.h$/ ? 500 : 300) : 1000
	n_files++
	if ($0 !~ /^\/[*\/] SPDX-License-Identifier: MIT( \*\/)?$/)
		bad("the first line is not its SPDX line")
}
FNR == 2 && file ~ /\.c$/ && $0 !~ /^\/\*/ { bad("does not open with a comment that says what it does") }
{ n_lines = FNR }
/[ \t]$/ { bad("white space at the end of the line") }
/^(    )+[^ \t]/ { bad("indented with spaces") }
FNR > 1 && /^[ \t]*\/\// { bad("// comment") }
{
	width = $0; gsub(/\t/, "        ", width)
	if (length(width) > 125)
		bad("wider than 125 columns")
}
file !~ /^checker\/base\// && /[^a-z_](malloc|calloc|realloc|strdup|asprintf)\(/ { bad("only base/ allocates from the heap") }
END { finish(); printf "%d files, %d bad lines\n", n_files, n_bad; exit n_bad > 0 }
' $(find checker -name '*.[ch]' | sort)
