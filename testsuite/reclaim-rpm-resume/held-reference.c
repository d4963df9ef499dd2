// SPDX-License-Identifier: MIT
/*
 * check-name: a reference already held makes the next get a no-op
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct gpu {
	struct device *dev, *other;
};
static struct gpu *gpu;

static void gpu_unmap(struct gpu *g)
{
	pm_runtime_get_sync(g->dev);	/* expect: reclaim-rpm-resume contexts=all root=bare_scan_bad */ /* expect: reclaim-rpm-resume contexts=all root=dropped_scan_bad */
	pm_runtime_put(g->dev);
}

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long held_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_active(gpu->dev) <= 0)
		return SHRINK_STOP;
	gpu_unmap(gpu);
	pm_runtime_put(gpu->dev);
	return 1;
}

static unsigned long bare_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	gpu_unmap(gpu);
	return 1;
}

/* Given back too early. */
static unsigned long dropped_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_active(gpu->dev) <= 0)
		return SHRINK_STOP;
	pm_runtime_put(gpu->dev);
	gpu_unmap(gpu);
	return 1;
}

/* A reference on one device says nothing of another. */
static unsigned long other_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_active(gpu->dev) <= 0)
		return SHRINK_STOP;
	pm_runtime_get_sync(gpu->other);	/* expect: reclaim-rpm-resume contexts=all root=other_scan_bad */
	pm_runtime_put(gpu->other);
	pm_runtime_put(gpu->dev);
	return 1;
}

static struct shrinker held = { .count_objects = gpu_count_ok, .scan_objects = held_scan_ok };
static struct shrinker bare = { .count_objects = gpu_count_ok, .scan_objects = bare_scan_bad };
static struct shrinker dropped = { .count_objects = gpu_count_ok, .scan_objects = dropped_scan_bad };
static struct shrinker other = { .count_objects = gpu_count_ok, .scan_objects = other_scan_bad };

int gpu_init(void)
{
	register_shrinker(&held, "held");
	register_shrinker(&bare, "bare");
	register_shrinker(&dropped, "dropped");
	return register_shrinker(&other, "other");
}
