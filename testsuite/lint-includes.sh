#!/bin/sh
# SPDX-License-Identifier: MIT
# lint-includes.sh SOURCE_DIR: every #include below checker/ keeps to checker/layers.txt.
set -eu

cd "${1:?usage: lint-includes.sh SOURCE_DIR}/checker"
# shellcheck disable=SC2046 # paths of our own tree hold no blanks
awk '
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
# Is path p the entry e, or below it?
function covers(e, p) { return p == e || index(p, e "/") == 1 }
function in_list(list, p,   a, n, i) {
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		if (covers(a[i], p))
			return 1
	return 0
}
function bad(text) { printf "checker/%s:%d: %s\n", FILENAME, FNR, text; n_bad++ }

FILENAME == "layers.txt" {
	sub(/#.*/, "")
	if (trim($0) == "")
		next
	colon = index($0, ":")
	key = trim(substr($0, 1, colon - 1)); value = trim(substr($0, colon + 1))
	if (key ~ /^</) {
		third[++n_third] = key
		third_ok[n_third] = value
	} else {
		allowed[key] = value
		known[key] = 1
	}
	next
}
FNR == 1 {
	n_files++
	home = ""
	for (k in known)
		if (covers(k, FILENAME) && length(k) > length(home))
			home = k
	if (home == "" && FILENAME ~ /\//)
		bad("its folder is not in layers.txt")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	h = part[2]
	if (h == "reclint.h" || h !~ /\// || home == "" || covers(home, h))
		next
	if (h ~ /\.\./)
		bad("include \"" h "\" by its path below checker/")
	else if (!in_list(allowed[home], h))
		bad(home "/ may not include \"" h "\"")
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	h = $0; sub(/^[^<]*/, "", h); sub(/>.*/, ">", h)
	for (i = 1; i <= n_third; i++) {
		pattern = third[i]; gsub(/\./, "\\.", pattern); gsub(/\*/, ".*", pattern)
		if (h ~ ("^" pattern "$") && !in_list(third_ok[i], FILENAME))
			bad("only " third_ok[i] " may include " h)
	}
}
END {
	printf "%d files, %d bad includes\n", n_files, n_bad
	exit n_bad > 0
}' layers.txt $(find . -name '*.[ch]' -o -name '*.cpp' | sed 's,^\./,,' | sort)
