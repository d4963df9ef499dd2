// SPDX-License-Identifier: MIT
/*
 * check-name: what the rules know of an inode on the LRU
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct inode {
	struct list_head i_lru;
	unsigned int i_nlink;
	struct mutex delete_lock, other_lock;
};
static LIST_HEAD(lru);

static noinline void evict(struct inode *inode)
{
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
struct shrinker unknown_shrinker = { .count_objects = count, .scan_objects = unknown_scan_bad };
