// SPDX-License-Identifier: MIT
/*
 * check-name: a lock taken by the callbacks themselves
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>

struct cache {
	struct mutex lru_lock, stats_lock;
	struct rw_semaphore tree_sem;
	struct semaphore slots;
	unsigned long n_cached;
};
static struct cache cache;

static unsigned long count_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-root: count_objects */
{
	unsigned long n;

	mutex_lock(&cache.stats_lock);		/* expect: reclaim-sleeping-lock "cache.stats_lock" contexts=all */
	n = cache.n_cached;
	mutex_unlock(&cache.stats_lock);
	return n;
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-root: scan_objects */
{
	mutex_lock(&cache.lru_lock);		/* expect: reclaim-sleeping-lock "cache.lru_lock" contexts=all */
	mutex_unlock(&cache.lru_lock);
	down_write(&cache.tree_sem);		/* expect: reclaim-sleeping-lock "cache.tree_sem" contexts=all */
	up_write(&cache.tree_sem);
	down(&cache.slots);			/* expect: reclaim-sleeping-lock "cache.slots" contexts=all */
	up(&cache.slots);
	return 1;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return cache.n_cached;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (mutex_trylock(&cache.lru_lock))
		mutex_unlock(&cache.lru_lock);
	if (down_write_trylock(&cache.tree_sem))
		up_write(&cache.tree_sem);
	if (!down_trylock(&cache.slots))
		up(&cache.slots);
	return 1;
}

static struct shrinker bad = { .count_objects = count_bad, .scan_objects = scan_bad };
static struct shrinker ok = { .count_objects = count_ok, .scan_objects = scan_ok };

int cache_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
