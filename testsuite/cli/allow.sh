#!/bin/sh
# SPDX-License-Identifier: MIT
# allow.sh RECLINT SOURCE_DIR: a comment with a reason silences its rule's paths through a call
# or a function and nothing else, with either front-end; one that does not is told.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir -p include/linux
: >include/linux/kconfig.h
cat >driver.c <<'END'
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct gpu { struct device *dev; struct mutex lock, table; void *pages; };
static struct gpu *gpus;
static noinline void gpu_drop(struct gpu *g)
{
	mutex_lock(&g->lock);
	mutex_unlock(&g->lock);
}
static noinline void gpu_flush(struct gpu *g)
{
	mutex_lock(&g->table);
	mutex_unlock(&g->table);
}
static unsigned long gpu_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *g = s->private_data;

	gpu_drop(g);
	gpu_flush(g);
	pm_runtime_get_sync(g->dev);
	pm_runtime_put(g->dev);
	return 1;
}
static struct shrinker gpu = { .scan_objects = gpu_scan };
int gpu_init(void)
{
	mutex_lock(&gpus->table);
	gpus->pages = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&gpus->table);
	return register_shrinker(&gpu, "gpu");
}
END
cat >compile_commands.json <<END
[{"directory": "$PWD", "file": "driver.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"gpu\" -DKBUILD_MODFILE=\"gpu\" -I $2/testsuite/include -I $2/include -c -o driver.o driver.c"}]
END
cp driver.c plain.c
check()	# STATUS [OPTION...]
{
	run 0 "$reclint" scan --frontend "$frontend" --force
	want=$1
	shift
	run "$want" "$reclint" check "$@"
}

for frontend in sparse clang; do
	[ -x "$(dirname "$reclint")/reclint-$frontend" ] || continue
	cp plain.c driver.c
	check 1
	says 'struct gpu.lock'
	says '[reclaim-rpm-resume]'
	says '[reclaim-inversion]'

	# At the call, behind it or before it, over several lines.
	sed -i -e 's|^	pm_runtime_get_sync(g->dev);|& /* reclint: allow(reclaim-rpm-resume) two registers */|' \
	       -e 's|^	gpu_drop(g);|	/*\n	 * reclint: allow(reclaim-sleeping-lock) nobody\n	 * allocates under it\n	 */\n&|' driver.c
	check 1 --show-marked
	says 'comment driver.c:'
	says '2 more silenced by marks or comments'
	says 'allow(reclaim-sleeping-lock) nobody allocates under it, silences 1 finding'
	check 1
	says_not 'struct gpu.lock (mutex)'
	says_not '[reclaim-rpm-resume]'
	says 'struct gpu.table'

	# A lock that is allowed is a lock all the same: the inversion stays, until it is allowed itself.
	sed -i 's|^static noinline void gpu_flush|// reclint: allow(reclaim-sleeping-lock) short\n&|' driver.c
	check 1
	says '[reclaim-inversion]'
	says_not '[reclaim-sleeping-lock]'
	sed -i 's|allow(reclaim-sleeping-lock) short|allow(reclaim-sleeping-lock, reclaim-inversion) one thread only|' driver.c
	check 0
	says 'no findings'
	run 0 "$reclint" check --format json
	says '"marked": "comment driver.c:'
	run 0 "$reclint" check --format sarif
	says '"kind": "inSource"'

	# Another function on the next line.
	sed -i 's|^static noinline void gpu_flush|static noinline void gpu_flush(struct gpu *g);\n&|; s|^\(// reclint.*\)|\1\nstatic void gpu_none(void) { }|' driver.c
	check 1
	says '[reclaim-inversion]'
	sed -i -e '/gpu_none/d' -e '/gpu_flush(struct gpu \*g);/d' driver.c
	# The type of the function on a line of its own.
	sed -i 's|^static noinline void gpu_flush|static noinline void\ngpu_flush|' driver.c
	check 0

	# Another rule's, one without a reason, one at nothing, one that is none.
	cp plain.c driver.c
	sed -i -e 's|^	pm_runtime_get_sync(g->dev);|& /* reclint: allow(reclaim-sleeping-lock) no */|' \
	       -e 's|^	gpu_drop(g);|& // reclint: allow(reclaim-sleeping-lock)|' \
	       -e 's|^int gpu_init|/* reclint: allow(reclaim-nosuch) because */\n&|' \
	       -e 's|^static struct gpu \*gpus;|&\nstatic const char text[] = "/* reclint: allow(reclaim-alloc) a string */";|' driver.c
	check 1
	says 'struct gpu.lock'
	says '[reclaim-rpm-resume]'
	says "there is no rule 'reclaim-nosuch'"
	says 'it gives no reason, so it allows nothing'
	says 'it silences nothing'
	says_not 'a string'
done
