#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh RECLINT DATABASE OUT [N [SEED]]: the facts of N (300) files of a kernel's compile
# database, drawn by SEED (1), from both front-ends, and how far they agree by kind of fact.
# OUT/differences lists what differs; OUT/sparse and OUT/clang are the facts, which stay,
# so that a second run extracts only what has changed.
set -eu

usage='usage: run.sh RECLINT DATABASE OUT [N [SEED]]'
reclint=${1:?$usage}
database=${2:?$usage}
out=${3:?$usage}
[ -d "$database" ] && database=$database/compile_commands.json

mkdir -p "$out"
python3 - "$database" "$out/compile_commands.json" "${4:-300}" "${5:-1}" <<'END'
import json
import random
import sys

database, out, n, seed = sys.argv[1:5]
with open(database, encoding="utf-8") as f:
    entries = json.load(f)
random.Random(seed).shuffle(entries)
with open(out, "w", encoding="utf-8") as f:
    json.dump(sorted(entries[: int(n)], key=lambda e: e["file"]), f, indent=1)
END
for frontend in sparse clang; do
	"$reclint" scan -p "$out" --frontend $frontend -o "$out/$frontend" || [ $? -le 2 ]
done
"$reclint" diff "$out/sparse/facts" "$out/clang/facts" >"$out/differences" || [ $? -eq 1 ]
"$reclint" diff --summary "$out/sparse/facts" "$out/clang/facts" || [ $? -eq 1 ]
