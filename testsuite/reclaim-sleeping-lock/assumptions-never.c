// SPDX-License-Identifier: MIT
/*
 * check-name: tables that rules say an object on a list can't have are no targets there
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* By their names: evict() in rules/assumptions.yaml. */
struct inode;
struct super_operations {
	int (*drop_inode)(struct inode *inode);
	void (*evict_inode)(struct inode *inode);
	void (*destroy_inode)(struct inode *inode);
};
struct super_block { const struct super_operations *s_op; };
struct inode {
	struct list_head i_lru;
	struct super_block *i_sb;
	struct mutex ram_lock, disk_lock, tmp_lock;
};
static LIST_HEAD(lru);
static LIST_HEAD(inodes);

static int inode_just_drop(struct inode *inode)
{
	return 1;
}
static int disk_drop(struct inode *inode)
{
	return 0;
}
static void ram_evict(struct inode *inode)
{
	mutex_lock(&inode->ram_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*inode.ram_lock" contexts=all */
	mutex_unlock(&inode->ram_lock);
}
static void disk_evict(struct inode *inode)
{
	mutex_lock(&inode->disk_lock);	/* expect: reclaim-sleeping-lock "lru_scan_bad.*inode.disk_lock" contexts=all *//* expect: reclaim-sleeping-lock "any_scan_bad.*inode.disk_lock" contexts=all */
	mutex_unlock(&inode->disk_lock);
}
static void ram_destroy(struct inode *inode)
{
	mutex_lock(&inode->tmp_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*inode.tmp_lock" contexts=all */
	mutex_unlock(&inode->tmp_lock);
}
static void disk_destroy(struct inode *inode)
{
}
const struct super_operations ram_ops = {
	.drop_inode = inode_just_drop, .evict_inode = ram_evict, .destroy_inode = ram_destroy,
};
const struct super_operations disk_ops = { .drop_inode = disk_drop, .evict_inode = disk_evict, .destroy_inode = disk_destroy };

static noinline void destroy_inode(struct inode *inode)
{
	const struct super_operations *ops = inode->i_sb->s_op;

	if (ops->destroy_inode)
		ops->destroy_inode(inode);
}
static noinline void evict(struct inode *inode)
{
	const struct super_operations *op = inode->i_sb->s_op;

	if (op->evict_inode)
		op->evict_inode(inode);
	destroy_inode(inode);
}
static noinline void dispose_list(struct list_head *head)
{
	while (!list_empty(head)) {
		struct inode *inode = list_first_entry(head, struct inode, i_lru);

		list_del(&inode->i_lru);
		evict(inode);
	}
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long lru_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	dispose_list(&lru);
	return 1;
}
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	evict(list_first_entry(&inodes, struct inode, i_lru));
	return 1;
}
struct shrinker lru_shrinker = { .count_objects = count, .scan_objects = lru_scan_bad };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
