// SPDX-License-Identifier: MIT
/*
 * check-name: what one table's function changes in an object holds with that table only
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct inode;
struct inode_ops {
	int (*drop)(struct inode *inode);
	void (*evict)(struct inode *inode);
};
struct super { const struct inode_ops *ops; };
struct inode {
	struct list_head i_lru;
	unsigned int i_nlink;
	struct super *sb;
	struct mutex disk_lock, cluster_lock;
};
static LIST_HEAD(lru);

static int disk_drop(struct inode *inode)
{
	return !inode->i_nlink;
}
/* Another node has removed the file. */
extern int cluster_is_gone;
static int cluster_drop(struct inode *inode)
{
	if (inode->i_nlink && cluster_is_gone)
		inode->i_nlink = 0;
	return !inode->i_nlink;
}
static void disk_evict(struct inode *inode)
{
	if (!inode->i_nlink) {
		mutex_lock(&inode->disk_lock);	/* expect: reclaim-sleeping-lock "unknown_scan_bad.*inode.disk_lock" contexts=all */
		mutex_unlock(&inode->disk_lock);
	}
}
static void cluster_evict(struct inode *inode)
{
	if (!inode->i_nlink) {
		mutex_lock(&inode->cluster_lock);	/* expect: reclaim-sleeping-lock "linked_scan_bad.*inode.cluster_lock" contexts=all *//* expect: reclaim-sleeping-lock "unknown_scan_bad.*inode.cluster_lock" contexts=all */
		mutex_unlock(&inode->cluster_lock);
	}
}
const struct inode_ops disk_ops = { .drop = disk_drop, .evict = disk_evict };
const struct inode_ops cluster_ops = { .drop = cluster_drop, .evict = cluster_evict };

/* By its name: dispose_list() hands an inode that has links to evict(). */
static noinline void evict(struct inode *inode)
{
	if (inode->sb->ops->drop(inode))
		inode->i_lru.next = &lru;
	inode->sb->ops->evict(inode);
}
static noinline void dispose_list(struct list_head *head)
{
	evict(list_first_entry(head, struct inode, i_lru));
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long linked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	dispose_list(&lru);
	return 1;
}
static unsigned long unknown_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	evict(list_first_entry(&lru, struct inode, i_lru));
	return 1;
}
struct shrinker linked_shrinker = { .count_objects = count, .scan_objects = linked_scan_bad };
struct shrinker unknown_shrinker = { .count_objects = count, .scan_objects = unknown_scan_bad };
