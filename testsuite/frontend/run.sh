#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [--bless] FRONT-END [CASE.c...]: compares the facts of each case with the golden
# text beside it (CASE.facts.txt, for reclint-clang CASE.clang.txt); --bless rewrites that.
# A case may say "compile with: ARGUMENTS" in a comment.  What is not the name
# of a C file is not a case.
set -u

bless=
[ "${1:-}" != --bless ] || { bless=1; shift; }
[ $# -ge 1 ] || { sed -n '4,7s/^# //p' "$0"; exit 2; }
case $1 in
/*) program=$1 ;;
*/*) program=$PWD/$1 ;;
*) program=$1 ;;
esac
shift
cd "$(dirname "$0")" || exit 2
[ $# -gt 0 ] && [ "${1##*.}" = c ] || set -- *.c

case $program in
*/reclint-clang) suffix=clang ;;
*) suffix=facts ;;
esac
out=$(mktemp -d) || exit 2
trap 'rm -rf "$out"' EXIT INT TERM
passed=0
failed=0
for case in "$@"; do
	golden=${case%.c}.$suffix.txt
	arguments=$(sed -n 's/.*compile with: \(.*[^ ]\) *\*\/.*/\1/p' "$case")
	# shellcheck disable=SC2086 # a list of arguments
	"$program" --dump --srctree . --facts "$out/facts" -- -c $arguments "$case" >"$out/text" 2>"$out/errors"
	status=$?
	# any version of the library gives the same facts
	sed 's/^\(  front-end [a-z]*\) .*/\1/' "$out/text" >"$out/text.plain" && mv "$out/text.plain" "$out/text"
	cat "$out/errors" >>"$out/text"
	[ $status -eq 0 ] || echo "exit status $status" >>"$out/text"
	if [ -n "$bless" ]; then
		cmp -s "$out/text" "$golden" || { cp "$out/text" "$golden"; echo "blessed $golden"; }
		passed=$((passed + 1))
	elif diff -u "$golden" "$out/text"; then
		passed=$((passed + 1))
	else
		echo "FAILED: $case"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
