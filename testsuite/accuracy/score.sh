#!/bin/sh
# SPDX-License-Identifier: MIT
# score.sh SOURCE_DIR: what score.py says of a made-up report and made-up labels, and that
# it refuses what is neither.  Status 77 without python3.
set -eu

source=$(cd "${1:?usage: score.sh SOURCE_DIR}" && pwd)
here=$source/testsuite/accuracy
command -v python3 >/dev/null || { echo "skipped: needs python3"; exit 77; }
# shellcheck source=../lib.sh
. "$source/testsuite/lib.sh"

run 0 python3 "$here/score.py" "$here/report.json" "$here/labels.json" --tree 1.0 --list --unlabelled
diff -u "$here/score.txt" "$tmp/said" || fail "it says something else"

# no row of the tree; several lists
run 0 python3 "$here/score.py" "$here/report.json" "$here/labels.json" --tree 3.0
says 'labels.json: 0 rows'
cp "$here/labels.json" more.json
run 0 python3 "$here/score.py" "$here/report.json" "$here/labels.json" more.json --tree 2.0
says 'total: 2 rows'

echo '{"findings": [{"id": "x"}]}' >report.json
run 2 python3 "$here/score.py" report.json "$here/labels.json" --tree 1.0
says 'not a report of reclint'
echo '[{"tree": "1.0"}]' >labels.json
run 2 python3 "$here/score.py" "$here/report.json" labels.json --tree 1.0
says "row 0 has no 'root'"
echo '[' >labels.json
run 2 python3 "$here/score.py" "$here/report.json" labels.json --tree 1.0
says 'labels.json: '
run 2 python3 "$here/score.py" "$here/report.json" missing.json --tree 1.0
says 'missing.json'
echo "ok"
