// SPDX-License-Identifier: MIT
/*
 * check-name: a shrinker that is allocated and filled in (Linux 6.7 and later)
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct gpu {
	struct shrinker *shrinker;
	struct mutex purge_lock, idle_lock;
};

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)	/* expect-root: count_objects */
{
	return 16;
}

static unsigned long gpu_scan_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-root: scan_objects */
{
	struct gpu *gpu = s->private_data;

	mutex_lock(&gpu->purge_lock);	/* expect: reclaim-sleeping-lock "gpu.purge_lock" contexts=all */
	mutex_unlock(&gpu->purge_lock);
	return 16;
}

/* Same signature, no shrinker's callback. */
static unsigned long gpu_idle_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = s->private_data;

	mutex_lock(&gpu->idle_lock);
	mutex_unlock(&gpu->idle_lock);
	return 0;
}

int gpu_shrinker_init(struct gpu *gpu)
{
	gpu->shrinker = shrinker_alloc(0, "gpu");
	if (!gpu->shrinker)
		return -ENOMEM;
	gpu->shrinker->count_objects = gpu_count_ok;
	gpu->shrinker->scan_objects = gpu_scan_bad;
	gpu->shrinker->private_data = gpu;
	shrinker_register(gpu->shrinker);
	gpu_idle_ok(gpu->shrinker, NULL);
	return 0;
}
