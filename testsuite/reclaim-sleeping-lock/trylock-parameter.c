// SPDX-License-Identifier: MIT
/*
 * check-name: one function that locks or tries, as i915_gem_shrink() and friends
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct heap { struct mutex lock; };
static struct heap heap;

static bool heap_lock(struct heap *h, bool trylock, bool *unlock)
{
	*unlock = false;
	if (trylock) {
		if (!mutex_trylock(&h->lock))
			return false;
	} else {
		mutex_lock(&h->lock);		/* expect: reclaim-sleeping-lock "heap.lock" root=block_scan_bad contexts=all */
	}
	*unlock = true;
	return true;
}

static unsigned long heap_shrink(struct heap *h, bool trylock)
{
	bool unlock;

	if (!heap_lock(h, trylock, &unlock))
		return SHRINK_STOP;
	if (unlock)
		mutex_unlock(&h->lock);
	return 1;
}

static unsigned long heap_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long try_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return heap_shrink(&heap, true);
}

static unsigned long block_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return heap_shrink(&heap, false);
}

static struct shrinker try = { .count_objects = heap_count_ok, .scan_objects = try_scan_ok };
static struct shrinker block = { .count_objects = heap_count_ok, .scan_objects = block_scan_bad };

int heap_init(void)
{
	return register_shrinker(&try, "try") ?: register_shrinker(&block, "block");
}
