// SPDX-License-Identifier: MIT
/*
 * check-module: myfs
 */
#include <linux/slab.h>

#include "super.h"

struct myfs { struct mutex tree_lock, drop_lock, kick_lock; void *tree; };
static struct myfs fs;

static void myfs_evict_bad(struct node *n)
{
	mutex_lock(&fs.tree_lock);	/* expect: reclaim-sleeping-lock "struct myfs.tree_lock" */
					/* expect@-1: reclaim-inversion "struct myfs.tree_lock .*super_scan_bad.* myfs_insert_bad" */
	fs.tree = n;
	mutex_unlock(&fs.tree_lock);
	super_drop(n);
	super_kick(n);
}

/* Of the node that this file system drops: no other guess. */
static void myfs_drop_bad(struct node *n)
{
	mutex_lock(&fs.drop_lock);	/* expect: reclaim-sleeping-lock "struct myfs.drop_lock" */
					/* expect@-1: reclaim-inversion "struct myfs.drop_lock .*super_scan_bad.* myfs_insert_bad" */
	mutex_unlock(&fs.drop_lock);
}

/* One of two that it has: which is another guess. */
static void myfs_kick_bad(struct node *n)
{
	mutex_lock(&fs.kick_lock);	/* expect: reclaim-sleeping-lock "struct myfs.kick_lock" */
	mutex_unlock(&fs.kick_lock);
}

static void myfs_kick_ok(struct node *n)
{
	n->dirty = 4;
}

int myfs_insert_bad(struct myfs *f)
{
	mutex_lock(&f->tree_lock);
	mutex_lock(&f->drop_lock);
	mutex_lock(&f->kick_lock);
	f->tree = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&f->kick_lock);
	mutex_unlock(&f->drop_lock);
	mutex_unlock(&f->tree_lock);
	return 0;
}

const struct super_ops myfs_ops = { .evict = myfs_evict_bad, .drop = myfs_drop_bad, .kick = myfs_kick_bad };
const struct super_ops myfs_other_ops = { .evict = myfs_evict_bad, .drop = myfs_drop_bad, .kick = myfs_kick_ok };
