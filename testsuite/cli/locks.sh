#!/bin/sh
# SPDX-License-Identifier: MIT
# locks.sh RECLINT SOURCE_DIR: reclint locks and priming; --root limits them to what has to do with the root.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir -p include/linux
: >include/linux/kconfig.h	# makes it a kernel, whose constants are asked for
for name in gpu net; do
	cat >$name.c <<END
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct $name { struct mutex taken, stated; void *p; };
static struct $name $name;

static unsigned long ${name}_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long ${name}_scan(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&$name.taken);
	mutex_unlock(&$name.taken);
	return 1;
}
static struct shrinker shrinker = { .count_objects = ${name}_count, .scan_objects = ${name}_scan };
int ${name}_init(struct $name *x)
{
	fs_reclaim_acquire(GFP_KERNEL);
	mutex_lock(&x->stated);
	mutex_unlock(&x->stated);
	fs_reclaim_release(GFP_KERNEL);
	return register_shrinker(&shrinker, "$name");
}
int ${name}_fill(struct $name *x)
{
	mutex_lock(&x->stated);
	x->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&x->stated);
	return 0;
}
END
done
cat >compile_commands.json <<END
[{"directory": "$PWD", "file": "gpu.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"gpu\" -DKBUILD_MODFILE=\"gpu\" -I $2/testsuite/include -I $2/include -c -o gpu.o gpu.c"},
 {"directory": "$PWD", "file": "net.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"net\" -DKBUILD_MODFILE=\"net\" -I $2/testsuite/include -I $2/include -c -o net.o net.c"}]
END
run 0 "$reclint" scan

run 0 "$reclint" locks
says 'struct gpu.taken'
says 'struct gpu.stated'
says 'struct net.taken'
says 'struct net.stated'

# The root's lock, and what its driver states; nothing of another driver.
run 0 "$reclint" locks --root gpu_scan
says 'struct gpu.taken'
says 'struct gpu.stated'
says_not 'struct net.'
run 0 "$reclint" priming --root gpu_scan
says 'struct gpu.stated'
says_not 'struct net.'
run 1 "$reclint" check --root gpu_scan
says_not 'net.stated'

# A statement is found by who makes it.
run 1 "$reclint" check --root net_init
says 'struct net.stated is stated to be taken in memory reclaim by net_init()'
says_not 'gpu.stated'
