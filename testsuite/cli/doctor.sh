#!/bin/sh
# SPDX-License-Identifier: MIT
# doctor.sh RECLINT SOURCE_DIR: what a tree lacks is said with the command that mends it,
# and doing that makes it ready.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir tree
echo 'int one(void) { return 1; }' >tree/a.c
run 1 "$reclint" doctor -p tree
says 'ok       front-end sparse'
says 'ok       semantic patches: '
says 'spatch'
says 'missing  compile_commands.json'
says 'MISSING  facts'
says '1 thing is missing'
touch tree/Kconfig
run 1 "$reclint" doctor -p tree
says "MISSING  the kernel's configuration"
rm tree/Kconfig
echo '[{"directory": "' >tree/compile_commands.json
run 1 "$reclint" doctor -p tree
says 'MISSING  '
says 'compile_commands.json:1'
printf '[{"directory": "%s", "file": "a.c", "command": "cc -c a.c"}, {"directory": "%s", "file": "b.c", "command": "cc -c b.c"}]' \
	"$PWD/tree" "$PWD/tree" >tree/compile_commands.json
run 2 "$reclint" scan -p tree
run 0 "$reclint" doctor -p tree
says 'ok       compile_commands.json: 2 commands'
says 'ok       facts of 1 files'
says 'facts of 1 files that could not be read, such as b.c'
says "constants (facts of the probe)"
says 'ready: reclint check'
touch -d '+1 minute' tree/a.c
run 0 "$reclint" doctor -p tree
says 'new facts of 1 files that have changed'
run 2 "$reclint" doctor -p nosuch
says "no folder 'nosuch'"
