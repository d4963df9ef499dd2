// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that is taken shared in reclaim: who holds it exclusively is the better partner
 */
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct tree { struct rw_semaphore read_sem, write_sem; void *node; };
static struct tree tree;

static unsigned long tree_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long tree_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	down_read(&tree.read_sem);	/* expect: reclaim-sleeping-lock "read_sem" */
					/* expect@-1: reclaim-inversion "read_sem.* a_lookup_bad.. holds it across an allocation, both as readers" */
	up_read(&tree.read_sem);
	down_read(&tree.write_sem);	/* expect: reclaim-sleeping-lock "write_sem" */
					/* expect@-1: reclaim-inversion "write_sem.* b_insert_bad.. holds it across an allocation$" */
	up_read(&tree.write_sem);
	return 1;
}

int a_lookup_bad(struct tree *t)
{
	down_read(&t->read_sem);
	t->node = kmalloc(16, GFP_KERNEL);
	up_read(&t->read_sem);
	return 0;
}

/* The first holder that is found is a reader. */
int a_walk_ok(struct tree *t)
{
	down_read(&t->write_sem);
	t->node = kmalloc(16, GFP_KERNEL);
	up_read(&t->write_sem);
	return 0;
}

static int tree_insert(struct tree *t)
{
	t->node = kmalloc(16, GFP_KERNEL);
	return 0;
}

int b_insert_bad(struct tree *t)
{
	down_write(&t->write_sem);
	tree_insert(t);
	up_write(&t->write_sem);
	return 0;
}

static struct shrinker shrinker = { .count_objects = tree_count_ok, .scan_objects = tree_scan_bad };

int tree_init(void)
{
	return register_shrinker(&shrinker, "tree");
}
