#!/bin/sh
# SPDX-License-Identifier: MIT
# schema.sh SOURCE_DIR [FILE...]: the JSON reports (by default the golden ones) are
# what docs/findings.schema.json says, files named *.sarif what the standard's own schema
# says (a copy is beside this script), and the first refuses what is not.  Status 77
# without python3-jsonschema.
set -eu

cd "${1:?usage: schema.sh SOURCE_DIR [FILE...]}"
shift
[ $# -gt 0 ] || set -- testsuite/report/empty.json testsuite/report/report.json testsuite/report/report.sarif
if ! python3 -c 'import jsonschema' 2>/dev/null; then
	echo "skipped: needs python3-jsonschema"
	exit 77
fi
python3 - "$@" <<'EOF'
import copy, json, sys
import jsonschema

schema = json.load(open("docs/findings.schema.json", encoding="utf-8"))
kind = jsonschema.validators.validator_for(schema, jsonschema.Draft7Validator)
kind.check_schema(schema)
check = kind(schema)
sarif_schema = json.load(open("testsuite/report/sarif-schema-2.1.0.json", encoding="utf-8"))
sarif = jsonschema.validators.validator_for(sarif_schema)(sarif_schema)
n_bad = 0

for name in sys.argv[1:]:
    report = json.load(open(name, encoding="utf-8"))
    for error in (sarif if name.endswith(".sarif") else check).iter_errors(report):
        print("%s: %s: %s" % (name, "/".join(map(str, error.absolute_path)), error.message))
        n_bad += 1

# What must be refused: each edit breaks a good report.
good = json.load(open("testsuite/report/report.json", encoding="utf-8"))
def guards(r):
    return next(h["guards"] for f in r["findings"] for h in f["chain"] if h["guards"])
def cycle(r):
    return next(f["second"] for f in r["findings"] if "second" in f)

edits = {
    "no gaps": lambda r: r.pop("gaps"),
    "another version": lambda r: r.update(version=2),
    "a line that is text": lambda r: r["findings"][0]["chain"][0].update(line="12"),
    "a hop without targets": lambda r: r["findings"][0]["chain"][0].pop("targets"),
    "an unknown severity": lambda r: r["findings"][0].update(severity="fatal"),
    "a guard without a value": lambda r: guards(r)[0].pop("value"),
    "a cycle without the hop": lambda r: cycle(r).pop("hop"),
    "a cycle with two names": lambda r: cycle(r).update({"class": "a", "work": "b"}),
    "a short fingerprint": lambda r: r["findings"][0].update(fingerprint="12"),
    "an unknown verdict": lambda r: r["marks"][0].update(verdict="maybe"),
}
for what, edit in edits.items():
    report = copy.deepcopy(good)
    edit(report)
    if check.is_valid(report):
        print("the schema accepts %s" % what)
        n_bad += 1

print("%d reports, %d edits, %d bad" % (len(sys.argv) - 1, len(edits), n_bad))
sys.exit(n_bad > 0)
EOF
