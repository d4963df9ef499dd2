#!/bin/sh
# SPDX-License-Identifier: MIT
# history.sh RECLINT SOURCE_DIR: history.py from end to end on two versions of a small driver: a bug
# that the newer one has mended, one that a patch brings back, and one that nobody has mended.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77
command -v python3 >/dev/null && command -v patch >/dev/null || exit 77
tmp=$(pwd -P)	# commands name it

# $1: version; $2: how the shrinker takes the lock; $3, $4: masks under the lock and under the other one
tree()
{
	mkdir -p "$1/source/drivers" "$1/source/include/linux" "$1/build"
	: >"$1/source/include/linux/kconfig.h"	# makes it a kernel
	cat >"$1/source/drivers/pool.c" <<END
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct pool { struct mutex lock, fill_lock, old_lock; void *page; };
static struct pool pool;

static unsigned long pool_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long pool_scan(struct shrinker *s, struct shrink_control *sc)
{
	$2
	mutex_unlock(&pool.lock);
	mutex_lock(&pool.fill_lock);
	mutex_unlock(&pool.fill_lock);
	mutex_lock(&pool.old_lock);
	mutex_unlock(&pool.old_lock);
	return 1;
}

int pool_add(struct pool *p)
{
	mutex_lock(&p->lock);
	p->page = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&p->lock);
	return 0;
}

int pool_fill(struct pool *p)
{
	mutex_lock(&p->fill_lock);
	p->page = kmalloc(64, $3);
	mutex_unlock(&p->fill_lock);
	return 0;
}

int pool_old(struct pool *p)
{
	mutex_lock(&p->old_lock);
	p->page = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&p->old_lock);
	return 0;
}

static struct shrinker shrinker = { .count_objects = pool_count, .scan_objects = pool_scan };

int pool_init(void)
{
	return register_shrinker(&shrinker, "pool");
}
END
	cat >"$1/build/compile_commands.json" <<END
[{"directory": "$tmp/$1/build", "file": "$tmp/$1/source/drivers/pool.c", "command": "cc -nostdinc -include $tmp/$1/source/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"pool\" -DKBUILD_MODFILE=\"drivers/pool\" -I $src/testsuite/include -I $src/include -c -o drivers/pool.o $tmp/$1/source/drivers/pool.c"}]
END
	sleep 1		# what is as young as its facts is extracted again
	run 0 "$reclint" scan -p "$1/build"
}

src=$2
tree 1 'mutex_lock(&pool.lock);' GFP_NOWAIT
tree 2 'if (!mutex_trylock(&pool.lock)) return SHRINK_STOP;' GFP_NOWAIT

mkdir -p bugs/fill-under-lock
cat >bugs/fill-under-lock/revert.patch <<'END'
--- a/drivers/pool.c
+++ b/drivers/pool.c
@@ -33,5 +33,5 @@
 {
 	mutex_lock(&p->fill_lock);
-	p->page = kmalloc(64, GFP_NOWAIT);
+	p->page = kmalloc(64, GFP_KERNEL);
 	mutex_unlock(&p->fill_lock);
 	return 0;
END
cat >bugs/cases.json <<'END'
[{"id": "scan-takes-lock", "category": "b+c", "lock_or_resource": "pool.lock",
  "trees": {"1": "buggy", "2": "fixed"},
  "before_after": {"kind": "natural", "before_tree": "1", "after_tree": "2", "files": ["drivers/pool.c"]},
  "expected": {"root": "pool_scan", "function": "pool_add", "sink": "mutex_lock"}},
 {"id": "fill-under-lock", "category": "c", "lock_or_resource": "pool.fill_lock", "trees": {"2": "fixed"},
  "before_after": {"kind": "revert", "tree": "2", "files": ["drivers/pool.c"]},
  "expected": {"root": "pool_fill", "function": "any", "sink": "kmalloc"}},
 {"id": "never-mended", "category": "c", "lock_or_resource": "pool.old_lock",
  "trees": {"1": "buggy", "2": "fixed, they say"},
  "before_after": {"kind": "natural", "before_tree": "1", "after_tree": "2", "files": ["drivers/pool.c"]},
  "expected": {"root": "pool_old", "function": "pool_old", "sink": "kmalloc"}},
 {"id": "needs-another", "category": "c", "lock_or_resource": "x", "trees": {"3": "buggy"},
  "before_after": {"kind": "natural", "before_tree": "3", "after_tree": "4", "files": ["drivers/pool.c"]},
  "expected": {"root": "x", "function": "x_fn", "sink": "x"}}]
END

find 2 -type f -exec cksum {} + >before
run 0 python3 "$src/testsuite/history/history.py" bugs --reclint "$reclint" --work work \
	--tree "1=$tmp/1/source:$tmp/1/build" --tree "2=$tmp/2/source:$tmp/2/build"
grep -qE '^scan-takes-lock +b\+c +1, 2 +before: inversion +after: silent' said || fail "the bug that was mended"
grep -qE '^fill-under-lock +c +2, patched +before: inversion +after: silent' said || fail "the bug that a patch brings back"
grep -qE '^never-mended +c +1, 2 +before: reported, but after as well +after: reported' said || fail "the bug that stays"
grep -qE '^needs-another +c +not run: needs 3 and 4' said || fail "the tree that is not there"
says '3 cases run: 2 reported before, 2 silent after'

# Reports of an earlier run serve again, and the trees are as they were.
run 0 python3 "$src/testsuite/history/history.py" bugs --reclint false --keep --work work --case scan-takes-lock \
	--tree "1=$tmp/1/source:$tmp/1/build" --tree "2=$tmp/2/source:$tmp/2/build"
says '1 cases run: 1 reported before, 1 silent after'
find 2 -type f -exec cksum {} + >after
cmp -s before after || fail "a tree was written to"
run 2 python3 "$src/testsuite/history/history.py" bugs --tree nonsense
says "not 'nonsense'"
