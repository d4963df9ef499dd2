// SPDX-License-Identifier: MIT
/*
 * check-name: a lock of the shrinker is held across an allocation
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache { struct mutex lock, before_lock, atomic_lock, twice_lock; void *entry; };
static struct cache cache;

static unsigned long cache_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long cache_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&cache.lock);	/* expect: reclaim-sleeping-lock "cache.lock" contexts=all */
					/* expect@-1: reclaim-inversion "cache.lock" contexts=!drop-caches */
	mutex_unlock(&cache.lock);
	return 1;
}

/* The other half: the lock is held. */
int cache_add_bad(struct cache *c)
{
	mutex_lock(&c->lock);
	c->entry = kmalloc(16, GFP_KERNEL);
	mutex_unlock(&c->lock);
	return 0;
}

/* Allocated before the lock, after it, or without entering reclaim. */
static unsigned long before_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&cache.before_lock);	/* expect: reclaim-sleeping-lock "before_lock" contexts=all */
	mutex_unlock(&cache.before_lock);
	mutex_lock(&cache.atomic_lock);	/* expect: reclaim-sleeping-lock "atomic_lock" contexts=all */
	mutex_unlock(&cache.atomic_lock);
	mutex_lock(&cache.twice_lock);	/* expect: reclaim-sleeping-lock "twice_lock" contexts=all */
	mutex_unlock(&cache.twice_lock);
	return 1;
}

int cache_add_ok(struct cache *c)
{
	void *entry = kmalloc(16, GFP_KERNEL);

	mutex_lock(&c->before_lock);
	c->entry = entry;
	mutex_unlock(&c->before_lock);
	kfree(kmalloc(16, GFP_KERNEL));
	return 0;
}

int cache_add_atomic_ok(struct cache *c)
{
	mutex_lock(&c->atomic_lock);
	c->entry = kmalloc(16, GFP_ATOMIC);
	mutex_unlock(&c->atomic_lock);
	return 0;
}

/* Dropped around the allocation. */
int cache_add_twice_ok(struct cache *c)
{
	void *entry;

	mutex_lock(&c->twice_lock);
	if (!c->entry) {
		mutex_unlock(&c->twice_lock);
		entry = kmalloc(16, GFP_KERNEL);
		mutex_lock(&c->twice_lock);
		c->entry = entry;
	}
	mutex_unlock(&c->twice_lock);
	return 0;
}

static struct shrinker shrinker = { .count_objects = cache_count_ok, .scan_objects = cache_scan_bad };
static struct shrinker before = { .count_objects = cache_count_ok, .scan_objects = before_scan_bad };

int cache_init(void)
{
	register_shrinker(&before, "before");
	return register_shrinker(&shrinker, "cache");
}
