// SPDX-License-Identifier: MIT
/*
 * check-module: myfs
 */
#include <linux/slab.h>

#include "super.h"

struct myfs { struct mutex tree_lock; void *tree; };
static struct myfs fs;

static void myfs_evict_bad(struct node *n)
{
	mutex_lock(&fs.tree_lock);	/* expect: reclaim-sleeping-lock "struct myfs.tree_lock" */
					/* expect@-1: reclaim-inversion "struct myfs.tree_lock .*super_scan_bad.* myfs_insert_bad" */
	fs.tree = n;
	mutex_unlock(&fs.tree_lock);
}

int myfs_insert_bad(struct myfs *f)
{
	mutex_lock(&f->tree_lock);
	f->tree = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&f->tree_lock);
	return 0;
}

const struct super_ops myfs_ops = { .evict = myfs_evict_bad };
