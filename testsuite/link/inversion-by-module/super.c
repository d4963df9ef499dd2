// SPDX-License-Identifier: MIT
/*
 * check-name: a call by pointer of many targets says whose object it is; the lock of that driver is one guess
 * check-module: mm/super
 */
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "super.h"

struct super *a_super;
DEFINE_MUTEX(table_lock);

static unsigned long super_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long super_scan_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-gap: capped "inversion of table_lock" */
									/* expect-gap@-1: capped "inversion of struct myfs.kick_lock" */
{
	a_super->ops->evict(a_super->unused);
	return 1;
}

void super_drop(struct node *n)
{
	a_super->ops->drop(n);
}

void super_kick(struct node *n)
{
	a_super->ops->kick(n);
}

static void evict_a_bad(struct node *n)
{
	mutex_lock(&table_lock);	/* expect: reclaim-sleeping-lock "table_lock" */
	n->dirty = 0;
	mutex_unlock(&table_lock);
}

static void evict_b_ok(struct node *n)
{
	n->dirty = 1;
}

static void evict_c_ok(struct node *n)
{
	n->dirty = 2;
}

static void evict_d_ok(struct node *n)
{
	n->dirty = 3;
}

/* Whether an object of the first kind gets there is a guess of one in five. */
int table_grow_bad(void)
{
	mutex_lock(&table_lock);
	a_super->unused = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&table_lock);
	return 0;
}

const struct super_ops ops_a = { .evict = evict_a_bad, .drop = evict_b_ok, .kick = evict_b_ok };
const struct super_ops ops_b = { .evict = evict_b_ok, .drop = evict_c_ok, .kick = evict_c_ok };
const struct super_ops ops_c = { .evict = evict_c_ok, .drop = evict_d_ok, .kick = evict_d_ok };
const struct super_ops ops_d = { .evict = evict_d_ok };
static struct shrinker shrinker = { .count_objects = super_count_ok, .scan_objects = super_scan_bad };

int super_init(void)
{
	return register_shrinker(&shrinker, "super");
}
