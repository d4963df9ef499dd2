// SPDX-License-Identifier: MIT
/*
 * check-name: a bool argument decides, several calls down
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct pool { struct mutex lock, flush_lock; };
static struct pool pool;

static void pool_lock(struct pool *p, bool locked)
{
	if (locked)
		return;
	mutex_lock(&p->lock);		/* expect: reclaim-sleeping-lock "pool.lock" root=unlocked_scan_bad contexts=all */
}

static void pool_unlock(struct pool *p, bool locked)
{
	if (!locked)
		mutex_unlock(&p->lock);
}

static unsigned long __pool_shrink(struct pool *p, bool flush, bool locked)
{
	pool_lock(p, locked);
	if (flush) {
		mutex_lock(&p->flush_lock);	/* expect: reclaim-sleeping-lock "pool.flush_lock" root=flush_scan_bad contexts=all */
		mutex_unlock(&p->flush_lock);
	}
	pool_unlock(p, locked);
	return 1;
}

static unsigned long pool_shrink(struct pool *p, bool flush, bool locked)
{
	return __pool_shrink(p, flush && locked, locked);
}

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long unlocked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return pool_shrink(&pool, true, false);
}

static unsigned long flush_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	if (!mutex_trylock(&pool.lock))
		return SHRINK_STOP;
	n = pool_shrink(&pool, true, true);
	mutex_unlock(&pool.lock);
	return n;
}

static unsigned long locked_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	if (!mutex_trylock(&pool.lock))
		return SHRINK_STOP;
	n = pool_shrink(&pool, false, true);
	mutex_unlock(&pool.lock);
	return n;
}

static struct shrinker unlocked = { .count_objects = pool_count_ok, .scan_objects = unlocked_scan_bad };
static struct shrinker flush = { .count_objects = pool_count_ok, .scan_objects = flush_scan_bad };
static struct shrinker locked = { .count_objects = pool_count_ok, .scan_objects = locked_scan_ok };

int pool_init(void)
{
	return register_shrinker(&unlocked, "unlocked") ?: register_shrinker(&flush, "flush") ?:
	       register_shrinker(&locked, "locked");
}
