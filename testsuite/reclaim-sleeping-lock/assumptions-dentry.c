// SPDX-License-Identifier: MIT
/*
 * check-name: what the rules know of a dentry on the LRU
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct dentry;
struct dentry_operations { void (*d_release)(struct dentry *dentry); char *(*d_dname)(struct dentry *dentry); };
struct dentry {
	unsigned int d_flags;
	struct list_head d_lru;
	const struct dentry_operations *d_op;
	struct mutex renamed_lock, disk_lock, pseudo_lock;
};
static LIST_HEAD(lru);

static void disk_release(struct dentry *dentry)
{
	mutex_lock(&dentry->disk_lock);	/* expect: reclaim-sleeping-lock "lru_scan.*disk_lock" contexts=all *//* expect: reclaim-sleeping-lock "any_scan_bad.*disk_lock" contexts=all */
	mutex_unlock(&dentry->disk_lock);
}
static void pseudo_release(struct dentry *dentry)
{
	mutex_lock(&dentry->pseudo_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*pseudo_lock" contexts=all */
	mutex_unlock(&dentry->pseudo_lock);
}
static char *dmabuffs_dname(struct dentry *dentry)
{
	return NULL;
}
const struct dentry_operations disk_ops = { .d_release = disk_release };
const struct dentry_operations pseudo_ops = { .d_release = pseudo_release, .d_dname = dmabuffs_dname };

static noinline void dentry_kill(struct dentry *dentry)
{
	if (dentry->d_flags & 0x1000) {
		mutex_lock(&dentry->renamed_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*renamed_lock" contexts=all */
		mutex_unlock(&dentry->renamed_lock);
	}
	dentry->d_op->d_release(dentry);
}

/* By its name, and that of its callee: an entry of rules/assumptions.yaml. */
static noinline void shrink_kill(struct list_head *head)
{
	dentry_kill(list_first_entry(head, struct dentry, d_lru));
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long lru_scan(struct shrinker *s, struct shrink_control *sc)
{
	shrink_kill(&lru);
	return 1;
}
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	dentry_kill(list_first_entry(&lru, struct dentry, d_lru));
	return 1;
}
struct shrinker lru_shrinker = { .count_objects = count, .scan_objects = lru_scan };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
