// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that is taken shared in reclaim: who holds it exclusively is the better partner
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct tree { struct rw_semaphore read_sem, write_sem, walk_sem, move_sem; struct mutex log; void *node; };
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
	down_read(&tree.walk_sem);	/* expect: reclaim-sleeping-lock "walk_sem" */
					/* expect@-1: reclaim-inversion "walk_sem.* c_walk_bad.. holds it while it waits for struct tree.log.* as readers" */
	up_read(&tree.walk_sem);
	down_read(&tree.move_sem);	/* expect: reclaim-sleeping-lock "move_sem" */
					/* expect@-1: reclaim-inversion "move_sem.* d_move_bad.. holds it while it waits for struct tree.log.* across an allocation$" */
	up_read(&tree.move_sem);
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

/* Two readers of one lock, with another one between them. */
int c_walk_bad(struct tree *t)
{
	down_read(&t->walk_sem);
	mutex_lock(&t->log);
	t->node = NULL;
	mutex_unlock(&t->log);
	up_read(&t->walk_sem);
	return 0;
}

/* Who holds it exclusively is the better partner, also here: a reader does the same nearer by. */
int c_peek_ok(struct tree *t)
{
	down_read(&t->move_sem);
	mutex_lock(&t->log);
	mutex_unlock(&t->log);
	up_read(&t->move_sem);
	return 0;
}

static void tree_note(struct tree *t)
{
	mutex_lock(&t->log);
	t->node = NULL;
	mutex_unlock(&t->log);
}

int d_move_bad(struct tree *t)
{
	down_write(&t->move_sem);
	tree_note(t);
	up_write(&t->move_sem);
	return 0;
}

int e_grow_bad(struct tree *t)
{
	mutex_lock(&t->log);
	t->node = kmalloc(16, GFP_KERNEL);
	mutex_unlock(&t->log);
	return 0;
}

static struct shrinker shrinker = { .count_objects = tree_count_ok, .scan_objects = tree_scan_bad };

int tree_init(void)
{
	return register_shrinker(&shrinker, "tree");
}
