#!/bin/sh
# SPDX-License-Identifier: MIT
# main.sh RECLINT SOURCE_DIR: help, version, statuses, and a stdout that is full.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"

run 0 "$reclint" --help
says 'Usage: reclint COMMAND'
says 'scan'
says_not 'record-cc'
run 2 "$reclint"
says 'Usage: reclint COMMAND'
run 0 "$reclint" --version
[ "$(head -n 1 "$tmp/said" | wc -w)" -eq 2 ] || fail 'name and version on the first line'
[ ! -x "$(dirname "$reclint")/reclint-sparse" ] || says 'front-end: sparse'
run 2 "$reclint" nosuch
says "no command 'nosuch': 'reclint --help' lists them"

# Every command has help, and refuses what it does not know with status 2.
for command in $("$reclint" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
	run 0 "$reclint" "$command" --help
	says "Usage: reclint $command"
	run 2 "$reclint" "$command" --no-such-option
done

if [ -e /dev/full ]; then
	status=0
	"$reclint" --version >/dev/full 2>"$tmp/said" || status=$?
	[ "$status" -eq 2 ] || fail "status $status with a full stdout"
	says 'cannot write to standard output'
fi

# dump refuses what is no facts file, and names it.
echo text >not.facts
run 2 "$reclint" dump not.facts
says not.facts
run 2 "$reclint" dump nowhere.facts
says nowhere.facts
run 2 "$reclint" dump
