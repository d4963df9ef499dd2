// SPDX-License-Identifier: MIT
/*
 * check-name: a resume that is claimed to be safe takes a lock that is held across an allocation
 * check-module: gpu
 */
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct gpu {
	struct device *dev;
	bool is_mobile;
	struct mutex table_lock, leaf_lock;
	void *table;
};

bool xe_rpm_reclaim_safe(const struct gpu *g);
bool xe_rpm_reclaim_safe(const struct gpu *g)
{
	return !g->is_mobile;
}

void gpu_grow_bad(struct gpu *g)
{
	mutex_lock(&g->table_lock);
	g->table = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&g->table_lock);
}

void gpu_shrink_ok(struct gpu *g)
{
	mutex_lock(&g->leaf_lock);
	g->table = NULL;
	mutex_unlock(&g->leaf_lock);
}

static int gpu_runtime_resume_bad(struct device *dev)
{
	struct gpu *g = dev_get_drvdata(dev);

	mutex_lock(&g->leaf_lock);
	mutex_unlock(&g->leaf_lock);
	mutex_lock(&g->table_lock);	/* expect: reclaim-inversion "gpu.table_lock is taken in memory reclaim by gpu_runtime_resume_bad.., and gpu_grow_bad.. holds it across" */
	mutex_unlock(&g->table_lock);
	return 0;
}

/* No reclaim waits for it. */
static int gpu_runtime_suspend_ok(struct device *dev)
{
	return 0;
}
const struct dev_pm_ops gpu_pm_ops = {
	.runtime_resume = gpu_runtime_resume_bad, .runtime_suspend = gpu_runtime_suspend_ok,
};

static struct gpu *gpu;

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long gpu_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!xe_rpm_reclaim_safe(gpu))
		return SHRINK_STOP;
	pm_runtime_get_sync(gpu->dev);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(gpu->dev);
	return 1;
}
static struct shrinker shrinker = { .count_objects = count_ok, .scan_objects = gpu_scan_ok };

int gpu_init(void)
{
	return register_shrinker(&shrinker, "gpu");
}
