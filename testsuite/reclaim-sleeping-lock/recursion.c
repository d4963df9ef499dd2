// SPDX-License-Identifier: MIT
/*
 * check-name: recursion ends, and what it can reach is found
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct tree {
	struct tree *left, *right;
	struct mutex lock, root_lock;
};
static struct tree *tree;

static unsigned long tree_prune(struct tree *t)
{
	unsigned long n = 1;

	if (!t)
		return 0;
	n += tree_prune(t->left) + tree_prune(t->right);
	mutex_lock(&t->lock);		/* expect: reclaim-sleeping-lock "tree.lock" contexts=all */
	mutex_unlock(&t->lock);
	return n;
}

static unsigned long tree_odd(struct tree *t, unsigned long n);

static unsigned long tree_even(struct tree *t, unsigned long n)
{
	return n ? tree_odd(t->left, n - 1) : 1;
}

static unsigned long tree_odd(struct tree *t, unsigned long n)
{
	mutex_lock(&t->root_lock);	/* expect: reclaim-sleeping-lock "tree.root_lock" contexts=all */
	mutex_unlock(&t->root_lock);
	return n ? tree_even(t->right, n - 1) : 0;
}

static unsigned long tree_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long tree_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return tree_prune(tree) + tree_even(tree, sc->nr_to_scan);
}

static struct shrinker tree_shrinker = {
	.count_objects = tree_count_ok,
	.scan_objects = tree_scan_bad,
};

int tree_init(void)
{
	return register_shrinker(&tree_shrinker, "tree");
}
