// SPDX-License-Identifier: MIT
/*
 * check-name: members that an initialiser leaves out are zero until someone writes just these
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* As ttm_bo_evict_alloc()'s: counters and flags side by side, zeroed together. */
struct evict_walk {
	unsigned long target;
	unsigned long evicted;
	unsigned long skipped;
	bool try_low, hit_low;
};
struct pool { struct mutex low_lock, high_lock, again_lock; unsigned long n; bool is_low; };
static struct pool pool;

static noinline unsigned long evict_high(struct evict_walk *walk, struct pool *p)
{
	while (walk->evicted < walk->target && p->n--)
		walk->evicted++;
	return walk->evicted;
}

static noinline unsigned long evict_any(struct evict_walk *walk, struct pool *p)
{
	while (walk->evicted < walk->target && p->n--) {
		if (p->is_low)
			walk->hit_low = true;
		else
			walk->evicted++;
	}
	return walk->evicted;
}

static unsigned long high_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return pool.n;
}

static unsigned long high_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct evict_walk walk = { .target = sc->nr_to_scan };
	unsigned long n = evict_high(&walk, &pool);

	if (walk.hit_low || walk.skipped) {	/* nobody wrote these */
		mutex_lock(&pool.high_lock);
		mutex_unlock(&pool.high_lock);
	}
	return n;
}

static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct evict_walk walk = { .target = sc->nr_to_scan };
	unsigned long n = evict_any(&walk, &pool);

	if (walk.hit_low && !walk.try_low) {
		mutex_lock(&pool.low_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*low_lock" contexts=all */
		mutex_unlock(&pool.low_lock);
	}
	if (!n && walk.evicted) {		/* n is what was read of it */
		mutex_lock(&pool.again_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*again_lock" contexts=all */
		mutex_unlock(&pool.again_lock);
	}
	return n;
}

static struct shrinker high = { .count_objects = high_count_ok, .scan_objects = high_scan_ok };
static struct shrinker any = { .count_objects = high_count_ok, .scan_objects = any_scan_bad };

int pool_init(void)
{
	return register_shrinker(&high, "high") ?: register_shrinker(&any, "any");
}
