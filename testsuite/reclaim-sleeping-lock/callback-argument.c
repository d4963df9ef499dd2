// SPDX-License-Identifier: MIT
/*
 * check-name: a callback passed as an argument: only what this caller passed
 */
#include <linux/list_lru.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

static struct list_lru dentries, inodes;
static struct mutex inode_lock_list;
static struct mutex dentry_lock;

/* The walker, in the same program: one indirect call that everybody shares. */
unsigned long list_lru_walk_one(struct list_lru *lru, int nid, struct mem_cgroup *memcg,
				list_lru_walk_cb isolate, void *cb_arg,
				unsigned long *nr_to_walk)
{
	struct list_lru_one *l = &lru->node[nid];
	struct list_head *item;
	unsigned long n = 0;

	for (item = l->list.next; item != &l->list && *nr_to_walk; item = item->next) {
		--*nr_to_walk;
		if (isolate(item, l, cb_arg) == LRU_REMOVED)	/* expect-via: argument "inode_isolate_bad" */
			n++;
	}
	return n;
}

static enum lru_status inode_isolate_bad(struct list_head *item, struct list_lru_one *l, void *arg)
{
	mutex_lock(&inode_lock_list);	/* expect: reclaim-sleeping-lock "inode_lock_list" root=inode_scan_bad contexts=all */
	mutex_unlock(&inode_lock_list);
	return LRU_REMOVED;
}

static enum lru_status dentry_isolate_ok(struct list_head *item, struct list_lru_one *l, void *arg)
{
	if (!mutex_trylock(&dentry_lock))
		return LRU_SKIP;
	mutex_unlock(&dentry_lock);
	return LRU_REMOVED;
}

static unsigned long some_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long inode_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return list_lru_shrink_walk(&inodes, sc, inode_isolate_bad, NULL);
}

static unsigned long dentry_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return list_lru_shrink_walk(&dentries, sc, dentry_isolate_ok, NULL);
}

static struct shrinker bad = { .count_objects = some_count, .scan_objects = inode_scan_bad };
static struct shrinker ok = { .count_objects = some_count, .scan_objects = dentry_scan_ok };

int fs_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
