// SPDX-License-Identifier: MIT
/*
 * check-name: what the rules know of an inode on the LRU
 */
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

struct inode;
struct super_operations { void (*evict_inode)(struct inode *inode); };
struct super_block { const struct super_operations *s_op; };
struct inode {
	struct list_head i_lru;
	unsigned int i_nlink;
	struct super_block *i_sb;
	struct mutex delete_lock, other_lock, shmem_lock, disk_lock, isolating_lock, any_lock;
	spinlock_t i_lock;
	unsigned long i_state;
};
static LIST_HEAD(lru);
unsigned long new_state;

/* Another flag is cleared, and somebody else may have the lock in between: the rule stays true. */
static noinline void wait_for_isolating(struct inode *inode)
{
	inode->i_state &= ~0x800UL;
	spin_lock(&inode->i_lock);
	if (inode->i_state & I_LRU_ISOLATING) {
		spin_unlock(&inode->i_lock);
		mutex_lock(&inode->isolating_lock);	/* expect: reclaim-sleeping-lock "unknown_scan_bad.*isolating_lock" contexts=all */
		mutex_unlock(&inode->isolating_lock);
		return;
	}
	spin_unlock(&inode->i_lock);
	inode->i_state = new_state;
	if (inode->i_state & I_LRU_ISOLATING) {
		mutex_lock(&inode->any_lock);	/* expect: reclaim-sleeping-lock "dispose_scan.*any_lock" contexts=all *//* expect: reclaim-sleeping-lock "unknown_scan_bad.*any_lock" contexts=all */
		mutex_unlock(&inode->any_lock);
	}
}

static noinline void evict(struct inode *inode)
{
	BUG_ON(!(inode->i_state & I_FREEING));
	wait_for_isolating(inode);
	if (!inode->i_nlink) {
		mutex_lock(&inode->delete_lock);	/* expect: reclaim-sleeping-lock "unknown_scan_bad.*inode.delete_lock" contexts=all */
		mutex_unlock(&inode->delete_lock);
	} else {
		mutex_lock(&inode->other_lock);	/* expect: reclaim-sleeping-lock "dispose_scan.*inode.other_lock" contexts=all *//* expect: reclaim-sleeping-lock "unknown_scan_bad.*inode.other_lock" contexts=all */
		mutex_unlock(&inode->other_lock);
	}
}

/* By its name: an entry of rules/assumptions.yaml. */
static noinline void dispose_list(struct list_head *head)
{
	evict(list_first_entry(head, struct inode, i_lru));
}

/* By its name, too: it has inodes of one file system. */
static void shmem_evict(struct inode *inode)
{
	mutex_lock(&inode->shmem_lock);	/* expect: reclaim-sleeping-lock "huge_scan.*shmem_lock" contexts=all */
	mutex_unlock(&inode->shmem_lock);
}
static void disk_evict_ok(struct inode *inode)
{
	mutex_lock(&inode->disk_lock);
	mutex_unlock(&inode->disk_lock);
}
static const struct super_operations shmem_ops = { .evict_inode = shmem_evict };
const struct super_operations disk_ops = { .evict_inode = disk_evict_ok };
static struct super_block shmem_sb = { .s_op = &shmem_ops };
struct super_block *shmem_mount(void)
{
	return &shmem_sb;
}
static noinline void iput(struct inode *inode)
{
	inode->i_sb->s_op->evict_inode(inode);
}
static noinline void shmem_unused_huge_shrink(struct list_head *head)
{
	iput(list_first_entry(head, struct inode, i_lru));
}
static unsigned long huge_scan(struct shrinker *s, struct shrink_control *sc)
{
	shmem_unused_huge_shrink(&lru);
	return 1;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long dispose_scan(struct shrinker *s, struct shrink_control *sc)
{
	dispose_list(&lru);
	return 1;
}
static unsigned long unknown_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	evict(list_first_entry(&lru, struct inode, i_lru));
	return 1;
}
struct shrinker dispose_shrinker = { .count_objects = count, .scan_objects = dispose_scan };
struct shrinker huge_shrinker = { .count_objects = count, .scan_objects = huge_scan };
struct shrinker unknown_shrinker = { .count_objects = count, .scan_objects = unknown_scan_bad };
