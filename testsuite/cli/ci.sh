#!/bin/sh
# SPDX-License-Identifier: MIT
# ci.sh RECLINT SOURCE_DIR: the recipe of docs/ci/: a baseline, a change that brings a finding, the same
# mended; all at once, and step by step in shards.  The two services' files are YAML that names it.
set -eu
reclint=$1
source=$2
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir tree
for name in one two three; do
	cat >tree/$name.c <<END
#include <linux/mutex.h>
#include <linux/shrinker.h>
static struct mutex ${name}_lock;
static unsigned long ${name}_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long ${name}_scan(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&${name}_lock);
	mutex_unlock(&${name}_lock);
	return 1;
}
static struct shrinker shrinker = { .count_objects = ${name}_count, .scan_objects = ${name}_scan };
int ${name}_init(void)
{
	return register_shrinker(&shrinker, "$name");
}
END
done
sed -i 's/^	mutex_lock(&two_lock);/	if (!mutex_trylock(\&two_lock))\n		return SHRINK_STOP;/' tree/two.c
cat >tree/Makefile <<END
objects: one.o two.o three.o
%.o: %.c
	\$(CC) -D__KERNEL__ -I$source/testsuite/include -c -o \$@ \$<
END

gate=$source/docs/ci/gate.sh
export SOURCE="$tmp/tree" BUILD="$tmp/tree" TARGETS=objects MAKE_ARGS="-C $tmp/tree" RECLINT="$reclint"
run 0 sh "$gate" record
run 0 sh "$gate" scan 1 2
run 0 sh "$gate" scan 2 2
run 0 sh "$gate" check --update-baseline
run 0 sh "$gate" check
says "2 unchanged"

cp tree/two.c two.c
sed -i 's/^	if (!mutex_trylock(&two_lock))/	mutex_lock(\&two_lock);/; /SHRINK_STOP/d' tree/two.c
rm -rf tree/reclint
run 1 sh "$gate"
says "two_scan() may sleep on two_lock"
says "1 new"
says_not "one_scan() may"
cp two.c tree/two.c
run 0 sh "$gate"
says "2 unchanged"
run 2 sh "$gate" nonsense
says "gate.sh [record | scan K N"

python3 - "$source" <<'END' || fail "a service's file is not as it should be"
import sys
text = {name: open(f"{sys.argv[1]}/docs/ci/{name}.yml", encoding="utf-8").read() for name in ("github", "gitlab")}
try:
    import yaml
    for t in text.values():
        yaml.safe_load(t)
except ImportError:
    pass
for t in text.values():
    assert all("docs/ci/gate.sh " + step in t for step in ("record", "scan ", "check "))
END
