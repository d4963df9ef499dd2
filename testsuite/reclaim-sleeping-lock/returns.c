// SPDX-License-Identifier: MIT
/*
 * check-name: what a callee's return value decides
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct node { struct mutex lock, err_lock, null_lock, errno_lock; };
static struct node root_node;

static struct node *node_get(int key)
{
	if (key < 0)
		return ERR_PTR(-ENOENT);
	if (key == 0)
		return NULL;
	return &root_node;
}

static int node_check(int key)
{
	if (key > 100)
		return -EINVAL;
	return key > 50;
}

static unsigned long node_shrink(int key)
{
	struct node *n = node_get(key);

	if (IS_ERR(n)) {
		mutex_lock(&root_node.err_lock);	/* expect: reclaim-sleeping-lock "node.err_lock" root=err_scan_bad contexts=all */
		mutex_unlock(&root_node.err_lock);
		return 0;
	}
	if (!n) {
		mutex_lock(&root_node.null_lock);	/* expect: reclaim-sleeping-lock "node.null_lock" root=null_scan_bad contexts=all */
		mutex_unlock(&root_node.null_lock);
		return 0;
	}
	if (node_check(key) < 0) {
		mutex_lock(&n->errno_lock);		/* expect: reclaim-sleeping-lock "node.errno_lock" root=errno_scan_bad contexts=all */
		mutex_unlock(&n->errno_lock);
		return 0;
	}
	if (node_check(key)) {
		mutex_lock(&n->lock);			/* expect: reclaim-sleeping-lock "node.lock" root=large_scan_bad contexts=all */
		mutex_unlock(&n->lock);
	}
	return 1;
}

static unsigned long node_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long err_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return node_shrink(-3);
}
static unsigned long null_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return node_shrink(0);
}
static unsigned long errno_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return node_shrink(101);
}
static unsigned long large_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return node_shrink(51);
}

static struct shrinker err = { .count_objects = node_count_ok, .scan_objects = err_scan_bad };
static struct shrinker null = { .count_objects = node_count_ok, .scan_objects = null_scan_bad };
static struct shrinker eno = { .count_objects = node_count_ok, .scan_objects = errno_scan_bad };
static struct shrinker large = { .count_objects = node_count_ok, .scan_objects = large_scan_bad };

int node_init(void)
{
	register_shrinker(&err, "err");
	register_shrinker(&null, "null");
	register_shrinker(&eno, "errno");
	return register_shrinker(&large, "large");
}
