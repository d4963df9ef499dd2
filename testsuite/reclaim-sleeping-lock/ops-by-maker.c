// SPDX-License-Identifier: MIT
/*
 * check-name: an object that is embedded in what one file system makes has that one's table
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* By their names: "makers" in rules/assumptions.yaml. */
struct inode;
struct super_block;
struct super_operations {
	struct inode *(*alloc_inode)(struct super_block *sb);
	void (*evict_inode)(struct inode *inode);
};
struct super_block { const struct super_operations *s_op; };
struct inode {
	int i_count;
	struct super_block *i_sb;
	struct mutex ram_lock, disk_lock, twin_lock;
};
struct ram_inode { struct list_head shrinklist; struct inode vfs_inode; };
struct disk_inode { struct list_head link; struct inode vfs_inode; };
struct twin_inode { struct list_head link; struct inode vfs_inode; };
static LIST_HEAD(ram_inodes);
static LIST_HEAD(disk_inodes);
static LIST_HEAD(twin_inodes);
static LIST_HEAD(inodes);

void *make(unsigned long size);

static struct inode *ram_alloc(struct super_block *sb)
{
	struct ram_inode *i = make(sizeof(*i));

	if (!i)
		return (void *)0;
	return &i->vfs_inode;
}
static struct inode *disk_alloc(struct super_block *sb)
{
	struct disk_inode *i = make(sizeof(*i));

	return i ? &i->vfs_inode : (void *)0;
}
static struct inode *twin_alloc(struct super_block *sb)
{
	struct twin_inode *i = make(sizeof(*i));

	return &i->vfs_inode;
}
static void ram_evict(struct inode *inode)
{
	mutex_lock(&inode->ram_lock);	/* expect: reclaim-sleeping-lock "ram_scan_bad.*inode.ram_lock" contexts=all */
	mutex_unlock(&inode->ram_lock);
}
static void disk_evict(struct inode *inode)
{
	mutex_lock(&inode->disk_lock);	/* expect: reclaim-sleeping-lock "disk_scan_bad.*inode.disk_lock" contexts=all *//* expect: reclaim-sleeping-lock "any_scan_bad.*inode.disk_lock" contexts=all */
	mutex_unlock(&inode->disk_lock);
}
static void twin_evict_ok(struct inode *inode)
{
}
static void other_evict(struct inode *inode)
{
	mutex_lock(&inode->twin_lock);	/* expect: reclaim-sleeping-lock "twin_scan_bad.*inode.twin_lock" contexts=all *//* expect: reclaim-sleeping-lock "any_scan_bad.*inode.twin_lock" contexts=all */
	mutex_unlock(&inode->twin_lock);
}
const struct super_operations ram_ops = { .alloc_inode = ram_alloc, .evict_inode = ram_evict };
const struct super_operations disk_ops = { .alloc_inode = disk_alloc, .evict_inode = disk_evict };
/* One maker, two tables: either. */
const struct super_operations twin_ops = { .alloc_inode = twin_alloc, .evict_inode = twin_evict_ok };
const struct super_operations other_ops = { .alloc_inode = twin_alloc, .evict_inode = other_evict };

static noinline void put_inode(struct inode *inode)
{
	const struct super_operations *op = inode->i_sb->s_op;

	if (!--inode->i_count && op->evict_inode)
		op->evict_inode(inode);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long ram_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	put_inode(&list_entry(ram_inodes.next, struct ram_inode, shrinklist)->vfs_inode);
	return 1;
}
static unsigned long disk_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	put_inode(&list_entry(disk_inodes.next, struct disk_inode, link)->vfs_inode);
	return 1;
}
static unsigned long twin_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	put_inode(&list_entry(twin_inodes.next, struct twin_inode, link)->vfs_inode);
	return 1;
}
struct holder { struct list_head link; struct inode *inode; };
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	put_inode(list_entry(inodes.next, struct holder, link)->inode);	/* expect: reclaim-sleeping-lock "any_scan_bad.*inode.ram_lock" contexts=all */
	return 1;
}
struct shrinker ram_shrinker = { .count_objects = count, .scan_objects = ram_scan_bad };
struct shrinker disk_shrinker = { .count_objects = count, .scan_objects = disk_scan_bad };
struct shrinker twin_shrinker = { .count_objects = count, .scan_objects = twin_scan_bad };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
