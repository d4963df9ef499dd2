// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that is taken on some ways only
 */
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>

struct tree {
	struct rw_semaphore sem;
	struct mutex lock, wb_lock;
	bool shared;
};
static struct tree tree;

static void tree_lock(struct tree *t, bool write)
{
	if (write)
		down_write(&t->sem);	/* expect: reclaim-sleeping-lock "tree.sem" contexts=all root=write_scan_bad */
	else
		down_read(&t->sem);	/* expect: reclaim-sleeping-lock "tree.sem" contexts=all root=read_scan_bad */
}

static void tree_unlock(struct tree *t, bool write)
{
	if (write)
		up_write(&t->sem);
	else
		up_read(&t->sem);
}

static unsigned long tree_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long read_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	tree_lock(&tree, false);
	tree_unlock(&tree, false);
	return 1;
}

static unsigned long write_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	tree_lock(&tree, true);
	tree_unlock(&tree, true);
	return 1;
}

/* Blocks where it may, tries where it may not. */
static unsigned long gfp_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool may_wait = sc->gfp_mask & __GFP_FS;
	bool locked = false;

	if (may_wait) {
		mutex_lock(&tree.lock);		/* expect: reclaim-sleeping-lock "tree.lock" contexts=!direct-nofs,direct-noio */
		locked = true;
	} else if (mutex_trylock(&tree.lock)) {
		locked = true;
	}
	if (!locked)
		return SHRINK_STOP;
	if (!may_wait && !mutex_trylock(&tree.wb_lock))
		goto out;
	if (!may_wait)
		mutex_unlock(&tree.wb_lock);
out:
	mutex_unlock(&tree.lock);
	return 1;
}

static struct shrinker read = { .count_objects = tree_count_ok, .scan_objects = read_scan_bad };
static struct shrinker write = { .count_objects = tree_count_ok, .scan_objects = write_scan_bad };
static struct shrinker gfp = { .count_objects = tree_count_ok, .scan_objects = gfp_scan_bad };

int tree_init(void)
{
	return register_shrinker(&read, "read") ?: register_shrinker(&write, "write") ?:
	       register_shrinker(&gfp, "gfp");
}
