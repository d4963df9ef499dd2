#!/bin/sh
# SPDX-License-Identifier: MIT
# witness.sh RECLINT SOURCE_DIR: the holder's half of an inversion says through which table a
# call by pointer goes, in each report of the same facts the same.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir -p include/linux
: >include/linux/kconfig.h
{
	cat <<'END'
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct gpu { void *p; };
END
	# Several, so that one at least is where memory that was given back is used again.
	for i in 1 2 3 4 5 6 7 8; do
		cat <<END
static struct mutex lock$i;
static int map$i(struct gpu *g)
{
	g->p = kmalloc(64, GFP_KERNEL);
	return 0;
}
struct ops$i { int (*map_$i)(struct gpu *g); };
const struct ops$i table_of_the_pages_$i = { .map_$i = map$i };
int fill$i(struct gpu *g, const struct ops$i *ops)
{
	mutex_lock(&lock$i);
	ops->map_$i(g);
	mutex_unlock(&lock$i);
	return 0;
}
END
	done
	cat <<'END'
static struct mutex outer, inner;
int wait_for_inner(void)
{
	mutex_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);
	return 0;
}
int fill_inner(struct gpu *g)
{
	mutex_lock(&inner);
	g->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&inner);
	return 0;
}
END
	echo 'static unsigned long scan(struct shrinker *s, struct shrink_control *sc) {'
	for i in 1 2 3 4 5 6 7 8; do echo "mutex_lock(&lock$i); mutex_unlock(&lock$i);"; done
	echo 'mutex_lock(&outer); mutex_unlock(&outer); return 1; }'
	echo 'static struct shrinker shrinker = { .scan_objects = scan };'
	echo 'int gpu_init(void) { return register_shrinker(&shrinker, "gpu"); }'
} >driver.c
cat >compile_commands.json <<END
[{"directory": "$PWD", "file": "driver.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"gpu\" -DKBUILD_MODFILE=\"gpu\" -I $2/testsuite/include -I $2/include -c -o driver.o driver.c"}]
END
run 0 "$reclint" scan
run 1 "$reclint" check --format json
cp said first.json
for i in 1 2 3 4 5 6 7 8; do
	says "\"via_detail\": \"struct ops$i.map_$i, table table_of_the_pages_$i\""
done
run 1 "$reclint" check --format json
cmp said first.json || fail 'two reports of the same facts differ'

says '"second": {"class": "inner", "hop": 2}'
run 1 "$reclint" check
says 'Elsewhere it is held while another lock is waited for:'
says '=> mutex_lock() waits for inner'
says 'Elsewhere that one is held while memory is allocated:'
says 'its holder waits for the other one'
