#!/bin/sh
# SPDX-License-Identifier: MIT
# shards.sh RECLINT SOURCE_DIR: shards of a scan, made at the same time, are one program: the
# report is the same to the byte as that of one scan.  A module is checked with the facts of
# the kernel that it calls.
set -eu
reclint=$1
source=$2
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir -p kernel module include/linux
: >include/linux/kconfig.h
cat >kernel/lock.c <<'END'
#include <linux/mutex.h>
DEFINE_MUTEX(core_lock);
void core_wait(void)
{
	mutex_lock(&core_lock);
	mutex_unlock(&core_lock);
}
END
cat >kernel/helper.c <<'END'
void core_wait(void);
void core_helper(void)
{
	core_wait();
}
END
cat >kernel/broken.c <<'END'
#include <linux/no-such-header.h>
END
for i in 1 2 3 4 5; do
	echo "int filler_$i(int x) { return x + $i; }" >kernel/filler$i.c
done
cat >module/shrinker.c <<'END'
#include <linux/shrinker.h>
void core_helper(void);
static unsigned long m_scan(struct shrinker *s, struct shrink_control *sc)
{
	core_helper();
	return 1;
}
static struct shrinker m = { .scan_objects = m_scan };
int m_init(void)
{
	return register_shrinker(&m, "m");
}
END

database()	# FOLDER FILE...: a compile database in FOLDER
{
	to=$1/compile_commands.json
	shift
	comma='['
	for file; do
		printf '%s{"directory": "%s", "file": "%s", "command": "cc -nostdinc -include %s/include/linux/kconfig.h -D__KERNEL__ -I %s/testsuite/include -c -o %s.o %s"}\n' \
			"$comma" "$PWD" "$file" "$PWD" "$source" "${file%.c}" "$file"
		comma=,
	done >"$to"
	echo ']' >>"$to"
}
same()	# A B: two reports
{
	diff "$1" "$2" >"$tmp/said" || fail "$1 and $2 differ"
}

mkdir all
database all kernel/*.c module/*.c
run 2 "$reclint" scan -p all -o whole
run 2 "$reclint" check -p whole --format json -o whole.json
grep -q '"reclaim-sleeping-lock"' whole.json || fail "nothing was found"
grep -q 'broken.c' whole.json || fail "the file without facts is not counted"

# all at once from one database, each into a folder of its own
if command -v parallel >/dev/null; then
	parallel -j 4 "$reclint" scan -p all -o 'shard{}' --shard '{}/4' ::: 1 2 3 4 >scans 2>&1 || true
else
	seq 4 | xargs -P 4 -I '{}' "$reclint" scan -p all -o 'shard{}' --shard '{}/4' >scans 2>&1 || true
fi
there shard1/facts shard2/facts shard3/facts shard4/facts
run 2 "$reclint" check -p shard3 -p shard1 -p shard4 -p shard2 --format json -o union.json
says_not "were not scanned"
same whole.json union.json
# the same folder twice changes nothing
run 2 "$reclint" check -p shard1 -p shard1 -p shard2 -p shard3 -p shard4 --format json -o twice.json
same whole.json twice.json
# and one that is not there is missed
run 2 "$reclint" check -p shard1 -p shard2 -p shard3
says "commands of the build were not scanned"
run 2 "$reclint" check -p shard1 -p nowhere
says "nowhere"

# a module with its kernel: two databases, nothing is missing
mkdir k m
database k kernel/lock.c kernel/helper.c
database m module/shrinker.c
run 0 "$reclint" scan -p k
run 0 "$reclint" scan -p m
run 0 "$reclint" check -p m
run 1 "$reclint" check -p m -p k
says "core_lock"
says_not "were not scanned"
run 0 "$reclint" locks -p m -p k
says "core_lock"
