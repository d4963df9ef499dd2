#!/bin/sh
# SPDX-License-Identifier: MIT
# gate.sh RECLINT SOURCE_DIR: what a baseline knows stays quiet however its lines move, what
# is new fails, what a change does not touch is left out, and a lost root is never "nothing".
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77
command -v git >/dev/null || exit 77

mkdir -p include/linux
: >include/linux/kconfig.h
cat >driver.c <<'END'
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct gpu { struct device *dev; struct mutex lock; };
static noinline void gpu_drop(struct gpu *g)
{
	mutex_lock(&g->lock);
	mutex_unlock(&g->lock);
}
static unsigned long gpu_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *g = s->private_data;

	gpu_drop(g);
	return 1;
}
static struct shrinker gpu = { .scan_objects = gpu_scan };
int gpu_init(void)
{
	return register_shrinker(&gpu, "gpu");
}
END
cat >other.c <<'END'
int other(int a)
{
	return a + 1;
}
END
database()	# FILE_OF_THE_DRIVER
{
	for file in "$1" other.c; do
		[ "$file" = other.c ] || printf '['
		printf '{"directory": "%s", "file": "%s", "command": "cc -nostdinc -include %s/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\\"gpu\\" -DKBUILD_MODFILE=\\"gpu\\" -I %s/testsuite/include -c -o %s.o %s"}' \
			"$PWD" "$file" "$PWD" "$2" "${file%.c}" "$file"
		[ "$file" = other.c ] && printf ']' || printf ','
	done >compile_commands.json
}
database driver.c "$2"
quiet_git()
{
	git -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false "$@" >/dev/null 2>&1
}
printf '/.reclint/\n/known.json\n' >.gitignore
quiet_git init -q .
quiet_git add -A
quiet_git commit -q -m one

# What is accepted.
run 0 "$reclint" scan
run 2 "$reclint" check --baseline known.json
says 'known.json'
run 0 "$reclint" check --baseline known.json --update-baseline
says "1 findings are in the baseline 'known.json' now"
run 0 "$reclint" check --baseline known.json
says 'no new findings'
says '0 new, 0 fixed, 1 unchanged'
run 0 "$reclint" check --baseline known.json --format json
says '"baseline": "unchanged"'
"$reclint" check --baseline known.json --format json -o report.json
run 2 "$reclint" check --baseline report.json
says 'this is a report, and no baseline: --update-baseline writes one'
"$reclint" check --baseline known.json --format sarif -o report.sarif
sh "$2/testsuite/report/schema.sh" "$2" "$PWD/report.json" "$PWD/report.sarif" || [ $? -eq 77 ] || fail 'not as the schema says'

# Shifted lines, a renamed local and a moved file are the same finding.
mkdir -p sub
quiet_git mv driver.c sub/driver.c
sed -i -e 's/\bg\b/victim/g' -e '5i\
/* some\
 * more lines */' sub/driver.c
database sub/driver.c "$2"
run 0 "$reclint" scan
run 0 "$reclint" check --baseline known.json
says '0 new, 0 fixed, 1 unchanged'

# Only the new one is reported, and the text names no other.
sed -i 's/^	gpu_drop(victim);/	pm_runtime_get_sync(victim->dev);\n&/' sub/driver.c
run 0 "$reclint" scan
run 1 "$reclint" check --baseline known.json
says '[reclaim-rpm-resume]'
says_not '[reclaim-sleeping-lock]'
says '1 new, 0 fixed, 1 unchanged'
run 1 "$reclint" check --baseline known.json --fail-on error
run 0 "$reclint" check --baseline known.json --fail-on none
says '[reclaim-rpm-resume]'

# The substance of a chain changes: one way to the lock becomes another.
sed -i -e 's/gpu_drop/gpu_purge/' -e '/pm_runtime_get_sync/d' sub/driver.c
run 0 "$reclint" scan
run 1 "$reclint" check --baseline known.json
says '1 new, 1 fixed, 0 unchanged'
says 'fixed: gpu_scan() to mutex_lock() of struct gpu.lock [reclaim-sleeping-lock]'
run 0 "$reclint" check --baseline known.json --fail-on error

# Mended.
sed -i 's/^	mutex_lock(&victim->lock);/	if (!mutex_trylock(\&victim->lock))\n		return;/' sub/driver.c
run 0 "$reclint" scan
run 0 "$reclint" check --baseline known.json
says '0 new, 1 fixed, 0 unchanged'

# --since: the defect is there, but this change has nothing to do with it.
quiet_git checkout -q -f HEAD -- driver.c
rm -rf sub
database driver.c "$2"
quiet_git add -A
quiet_git commit -q -m two
echo '/* a word */' >>other.c
run 0 "$reclint" scan
run 1 "$reclint" check
run 0 "$reclint" check --since HEAD
says '1 more, whose paths touch no file that changed since HEAD'
echo '/* a word */' >>driver.c
run 1 "$reclint" check --since HEAD
says '[reclaim-sleeping-lock]'
run 2 "$reclint" check --since nosuch
says "no revision 'nosuch' in the git repository"

# A file that gave no facts: no matter when it can hold no root, fatal when it may.
echo '#include "nosuch.h"' >>other.c
run 2 "$reclint" scan
run 2 "$reclint" check
run 1 "$reclint" check --fail-on warning
run 0 "$reclint" check --baseline known.json
quiet_git checkout -q -f HEAD -- other.c
echo '#include "nosuch.h"' >>driver.c
run 2 "$reclint" scan
run 2 "$reclint" check --baseline known.json
says 'driver.c'
run 2 "$reclint" check --baseline known.json --update-baseline
says "is not written"
run 2 "$reclint" check --fail-on none

# Baselines that are none.
for text in '{' '[]' '{"version": 7}' '{"version": 1, "findings": 3, "roots": []}'; do
	printf '%s\n' "$text" >bad.json
	run 2 "$reclint" check --baseline bad.json
	says 'bad.json:'
done
sed '0,/"fingerprint": "/s//"fingerprint": "x/' known.json >bad.json
run 2 "$reclint" check --baseline bad.json
says "is not 32 hex digits"
says "bad.json:$(grep -n '"x' bad.json | head -1 | cut -d: -f1)"
run 2 "$reclint" check --update-baseline
says '--update-baseline needs --baseline FILE'
