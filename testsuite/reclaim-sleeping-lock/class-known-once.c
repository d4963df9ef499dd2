// SPDX-License-Identifier: MIT
/*
 * check-name: the same call, where the lock's class is known in one context alone, is one finding
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct pool { struct mutex lock; };
static struct pool pool;

static struct mutex *locks[4];

static struct mutex *pick_lock_ok(unsigned long n)
{
	return locks[n & 3];
}

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long pool_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct mutex *lock = current_is_kswapd() ? &pool.lock : pick_lock_ok(sc->nr_to_scan);

	mutex_lock(lock);	/* expect: reclaim-sleeping-lock "struct pool.lock" contexts=all */
	mutex_unlock(lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = pool_count_ok, .scan_objects = pool_scan_bad };

int pool_init(void)
{
	return register_shrinker(&shrinker, "pool");
}
