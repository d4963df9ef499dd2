// SPDX-License-Identifier: MIT
/*
 * check-name: calls through an object's ops, found by struct and member
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct node;
struct node_ops {
	void (*invalidate)(struct node *n);
	void (*sync)(struct node *n);
};
struct node {
	struct list_head lru;
	const struct node_ops *ops;
	struct mutex lock, sync_lock;
};
static LIST_HEAD(nodes);

static void leaf_invalidate(struct node *n)
{
	mutex_lock(&n->lock);		/* expect: reclaim-sleeping-lock "node.lock" contexts=all */
	mutex_unlock(&n->lock);
}
static void leaf_sync_ok(struct node *n)
{
	mutex_lock(&n->sync_lock);
	mutex_unlock(&n->sync_lock);
}
const struct node_ops leaf_ops = { .invalidate = leaf_invalidate, .sync = leaf_sync_ok };

/* A member of the same name in another struct: no target. */
struct plane;
struct plane_ops {
	void (*invalidate)(struct plane *p);
};
struct plane {
	const struct plane_ops *ops;
	struct mutex lock;
};
static void plane_invalidate_ok(struct plane *p)
{
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
}
const struct plane_ops plane_ops = { .invalidate = plane_invalidate_ok };

static unsigned long node_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long node_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n, *next;

	list_for_each_entry_safe(n, next, &nodes, lru)
		n->ops->invalidate(n);	/* expect-via: ops "leaf_invalidate" */
	return 1;
}

static struct shrinker node_shrinker = {
	.count_objects = node_count,
	.scan_objects = node_scan_bad,
};

void node_add(struct node *n)
{
	n->ops = &leaf_ops;
	list_add(&n->lru, &nodes);
}

int node_init(void)
{
	return register_shrinker(&node_shrinker, "node");
}
