// SPDX-License-Identifier: MIT
/*
 * Locks in its callback, through the argument it passed along.
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

#include "lru.h"

struct gpu {
	struct lru lru;
	struct mutex mm_lock;
};
static struct gpu gpu;

static bool gpu_purge_bad(struct item *item, void *arg)
{
	struct gpu *g = arg;

	mutex_lock(&g->mm_lock);	/* expect: reclaim-sleeping-lock "gpu.mm_lock" root=gpu_scan_bad contexts=all */
	mutex_unlock(&g->mm_lock);
	return true;
}

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long gpu_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return lru_scan(&gpu.lru, sc->nr_to_scan, gpu_purge_bad, &gpu);
}

static struct shrinker shrinker = { .count_objects = gpu_count_ok, .scan_objects = gpu_scan_bad };

int gpu_init(void)
{
	return register_shrinker(&shrinker, "gpu");
}
