#!/bin/sh
# SPDX-License-Identifier: MIT
# cocci.sh RECLINT SOURCE_DIR: semantic patches beside the walk: what both find is one finding, what one
# of them cannot see is a gap, and what goes wrong is said.
set -eu
reclint=$1
source=$2
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

run 2 "$reclint" cocci
says "which files?"
mkdir empty
PATH=$tmp/empty run 2 "$reclint" cocci "$source/testsuite/cocci/lock.c"
says "install Coccinelle"
if ! command -v spatch >/dev/null; then
	[ "${CI:-}" = true ] && fail "there is no spatch"
	exit 77
fi
run 2 "$reclint" cocci no-such-file.c
says "no file or folder 'no-such-file.c'"
run 2 "$reclint" cocci --cocci-dir no-such-folder x.c
says "no folder 'no-such-folder'"

mkdir dev
cat >dev/shrinker.c <<'END'
#include <linux/mutex.h>
#include <linux/shrinker.h>
static struct mutex lock;
static unsigned long n;
static unsigned long dev_count(struct shrinker *s, struct shrink_control *sc)
{
	return n;
}
static unsigned long dev_scan(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&lock);
	n = 0;
	mutex_unlock(&lock);
	return 1;
}
/* The condition is never true: n has no bit that is not its own. */
static unsigned long dev_scan_never(struct shrinker *s, struct shrink_control *sc)
{
	if ((sc->nr_to_scan & 1) > 1)
		mutex_lock(&lock);
	return sc->nr_to_scan;
}
static struct shrinker shrinker = { .count_objects = dev_count, .scan_objects = dev_scan };
static struct shrinker never = { .count_objects = dev_count, .scan_objects = dev_scan_never };
int dev_init(void)
{
	return register_shrinker(&shrinker, "dev") | register_shrinker(&never, "never");
}
END
cat >dev/strange.c <<'END'
static unsigned long dev_scan_objects(void)
{
	strange_macro(a, b) { return 1; } end_of_it
}
END
cat >compile_commands.json <<END
[{"directory": "$tmp", "file": "dev/shrinker.c", "arguments": ["cc", "-I$source/testsuite/include", "-c", "dev/shrinker.c"]}]
END

# alone
run 1 "$reclint" cocci dev --gaps
says "mutex_lock() in dev_scan() (shrinker_reclaim.cocci)"
says "[shrinker-nr-to-scan]"
says "reclint help-rule shrinker-nr-to-scan"
says "read by Coccinelle alone"
says "dev/strange.c:3"
says "could not parse"
"$reclint" cocci dev --format json >one.json || true
"$reclint" cocci dev --format json >two.json || true
cmp one.json two.json || fail "two runs differ"

# with a build
run 0 "$reclint" scan -p . --force
run 1 "$reclint" check -p . --format json -o check.json
run 1 "$reclint" cocci -p . --format json -o both.json
python3 - <<'END' || fail "the findings are not as they should be"
import json
alone = {f["fingerprint"]: f for f in json.load(open("check.json"))["findings"]}
both = {f["fingerprint"]: f for f in json.load(open("both.json"))["findings"]}
assert set(alone) < set(both), "the walk's findings keep their fingerprints"
of = {(f["rule"], f["root"]["function"]): f for f in both.values()}
lock = of["reclaim-sleeping-lock", "dev_scan"]
assert lock["found_by"] == ["reclint", "coccinelle"], lock["found_by"]
assert lock["fingerprint"] in alone
nr = of["shrinker-nr-to-scan", "dev_scan"]
assert nr["found_by"] == ["coccinelle"] and nr["severity"] == "warning"
# the walk knows better, and what it knows is said
never = of["reclaim-sleeping-lock", "dev_scan_never"]
assert never["found_by"] == ["coccinelle"] and never["severity"] == "note", never
assert "no path that reclint finds feasible" in never["message"]
END
run 0 "$reclint" cocci -p . --root dev_scan_never --fail-on warning

# the diff of one finding, and of one that has none
id=$("$reclint" check -p . --root dev_scan --format json | python3 -c '
import json, sys
print(json.load(sys.stdin)["findings"][0]["id"])')
run 0 "$reclint" fix -p . "$id"
says "--- a/dev/shrinker.c"
says "+	if (!mutex_trylock(&lock))"
cp "$tmp/said" diff
patch -p1 -s <diff || fail "the diff does not apply"
run 2 "$reclint" fix -p . 0123456789ab
says "no finding '0123456789ab'"
run 0 "$reclint" scan -p . --force
id=$("$reclint" cocci -p . --format json | python3 -c '
import json, sys
print(next(f["id"] for f in json.load(sys.stdin)["findings"] if f["rule"] == "shrinker-nr-to-scan"))')
run 1 "$reclint" fix -p . "$id"
says "no semantic patch mends this"

# a semantic patch that is broken loses itself alone
mkdir patches
cp "$source"/cocci/shrinker_nr_to_scan.cocci patches/
printf '// Confidence: High\nvirtual report\n@broken@\n@@\n((\n' >patches/broken.cocci
run 1 "$reclint" cocci --cocci-dir patches --gaps dev
says "broken.cocci: spatch ended with status"
says "[shrinker-nr-to-scan]"
printf 'virtual report\n' >patches/broken.cocci
run 2 "$reclint" cocci --cocci-dir patches dev
says "broken.cocci: a semantic patch needs a line '// Confidence:'"
