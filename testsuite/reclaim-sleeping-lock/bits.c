// SPDX-License-Identifier: MIT
/*
 * check-name: bits that are tested twice, and locks that keep them as they are
 */
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

enum { NODE_DIRTY, NODE_BUSY };

struct node {
	struct list_head link;
	struct mutex lock, write_lock;
	unsigned long flags;
};
struct store {
	struct mutex again_lock, changed_lock, other_lock, locked_lock, unlocked_lock, released_lock, helper_lock,
		     between;
};
static struct store store;
static LIST_HEAD(nodes);

static struct node *first(void)
{
	return list_first_entry(&nodes, struct node, link);
}
static inline bool node_dirty(struct node *n)
{
	return test_bit(NODE_DIRTY, &n->flags);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long again_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (node_dirty(n))
		return 0;
	if (node_dirty(n))
		mutex_lock(&store.again_lock);
	return 1;
}

static unsigned long changed_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (node_dirty(n))
		return 0;
	set_bit(NODE_DIRTY, &n->flags);
	if (node_dirty(n))
		mutex_lock(&store.changed_lock);	/* expect: reclaim-sleeping-lock "store.changed_lock" contexts=all */
	return 1;
}

static unsigned long other_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (node_dirty(n))
		return 0;
	if (test_bit(NODE_BUSY, &n->flags))
		mutex_lock(&store.other_lock);	/* expect: reclaim-sleeping-lock "store.other_lock" contexts=all */
	return 1;
}

/* Nobody changes a node whose lock this task has. */
static unsigned long keeps_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (!mutex_trylock(&n->lock))
		return SHRINK_STOP;
	if (!node_dirty(n)) {
		mutex_lock(&store.between);	/* expect: reclaim-sleeping-lock "store.between" root=keeps_scan */
		if (node_dirty(n))
			mutex_lock(&store.locked_lock);
	}
	mutex_unlock(&n->lock);
	return 1;
}

static unsigned long unlocked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (!node_dirty(n)) {
		mutex_lock(&store.between);	/* expect: reclaim-sleeping-lock "store.between" root=unlocked_scan_bad */
		if (node_dirty(n))
			mutex_lock(&store.unlocked_lock);	/* expect: reclaim-sleeping-lock "store.unlocked_lock" contexts=all */
	}
	return 1;
}

static noinline bool lock_node(struct node *n)
{
	return mutex_trylock(&n->lock);
}
static noinline void unlock_node(struct node *n)
{
	mutex_unlock(&n->lock);
}
static unsigned long released_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (!lock_node(n) || node_dirty(n))
		return SHRINK_STOP;
	unlock_node(n);
	mutex_lock(&store.between);	/* expect: reclaim-sleeping-lock "store.between" root=released_scan_bad */
	if (node_dirty(n))
		mutex_lock(&store.released_lock);	/* expect: reclaim-sleeping-lock "store.released_lock" contexts=all */
	return 1;
}
static unsigned long helped_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct node *n = first();

	if (!lock_node(n))
		return SHRINK_STOP;
	if (node_dirty(n))
		goto out;
	mutex_lock(&store.between);	/* expect: reclaim-sleeping-lock "store.between" root=helped_scan */
	if (node_dirty(n))
		mutex_lock(&store.helper_lock);
out:
	unlock_node(n);
	return 1;
}

struct shrinker again_shrinker = { .count_objects = count, .scan_objects = again_scan_ok };
struct shrinker changed_shrinker = { .count_objects = count, .scan_objects = changed_scan_bad };
struct shrinker other_shrinker = { .count_objects = count, .scan_objects = other_scan_bad };
struct shrinker locked_shrinker = { .count_objects = count, .scan_objects = keeps_scan };
struct shrinker unlocked_shrinker = { .count_objects = count, .scan_objects = unlocked_scan_bad };
struct shrinker released_shrinker = { .count_objects = count, .scan_objects = released_scan_bad };
struct shrinker helper_shrinker = { .count_objects = count, .scan_objects = helped_scan };
