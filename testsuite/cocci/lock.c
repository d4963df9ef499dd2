// SPDX-License-Identifier: MIT
/* Locks that sleep, and where a trylock cannot stand in for them without more ado. */
#include <linux/cleanup.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>

struct cache {
	struct mutex lock, other;
	struct rw_semaphore sem;
	struct semaphore io;
	unsigned long n;
};
static struct cache *cache;

static void note(void)
{
	cache->n++;
}

static unsigned long drop(struct cache *c)
{
	mutex_lock(&c->other);	/* cocci: reclaim-sleeping-lock stays */
	c->n = 0;
	mutex_unlock(&c->other);
	return 1;
}

static unsigned long count_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	mutex_lock(&cache->lock);	/* cocci: reclaim-sleeping-lock */
	n = cache->n;
	mutex_unlock(&cache->lock);
	return n;
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = sc->nr_to_scan;

	if (!cache->n)
		return SHRINK_STOP;
	if (sc->nr_to_scan > 8)
		down_read(&cache->sem);	/* cocci: reclaim-sleeping-lock */
	else
		down_write(&cache->sem);	/* cocci: reclaim-sleeping-lock */
	cache->n -= freed;
	if (sc->nr_to_scan > 8)
		up_read(&cache->sem);
	else
		up_write(&cache->sem);
	return freed;
}

/* Something was done before, or taken: a bail-out would lose it. */
static unsigned long scan_late(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = drop(cache);

	mutex_lock(&cache->lock);	/* cocci: reclaim-sleeping-lock stays */
	freed += sc->nr_to_scan;
	mutex_unlock(&cache->lock);
	return freed;
}

static unsigned long scan_loop(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long i;

	for (i = 0; i < sc->nr_to_scan; i++) {
		mutex_lock(&cache->lock);	/* cocci: reclaim-sleeping-lock stays */
		note();
		mutex_unlock(&cache->lock);
	}
	return i;
}

static unsigned long scan_guard(struct shrinker *s, struct shrink_control *sc)
{
	guard(mutex)(&cache->lock);	/* cocci: reclaim-sleeping-lock stays */
	cache->n -= sc->nr_to_scan;
	return sc->nr_to_scan;
}

static unsigned long scan_scope(struct shrinker *s, struct shrink_control *sc)
{
	scoped_guard(mutex, &cache->lock) {	/* cocci: reclaim-sleeping-lock stays */
		cache->n -= sc->nr_to_scan;
	}
	return sc->nr_to_scan;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!mutex_trylock(&cache->lock))
		return SHRINK_STOP;
	note();
	mutex_unlock(&cache->lock);
	return sc->nr_to_scan;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return cache->n;
}

static struct shrinker bad = { .count_objects = count_bad, .scan_objects = scan_bad };
static struct shrinker late = { .count_objects = count_ok, .scan_objects = scan_late };
static struct shrinker loop = { .count_objects = count_ok, .scan_objects = scan_loop };
static struct shrinker guarded = { .count_objects = count_ok, .scan_objects = scan_guard };
static struct shrinker scoped = { .count_objects = count_ok, .scan_objects = scan_scope };
static struct shrinker ok = { .count_objects = count_ok, .scan_objects = scan_ok };

int cache_init(void)
{
	return register_shrinker(&bad, "a") | register_shrinker(&late, "b") | register_shrinker(&loop, "c") |
	       register_shrinker(&guarded, "d") | register_shrinker(&ok, "e") | register_shrinker(&scoped, "f");
}
