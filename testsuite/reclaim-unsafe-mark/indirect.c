// SPDX-License-Identifier: MIT
/*
 * check-name: what a predicate reads through another function, and of values
 * check-module: gpu
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct xe_device {
	struct device *dev;
	bool capable;
	int state;
	void *save;
};

static noinline bool is_capable(const struct xe_device *x)
{
	return x->capable;
}
bool xe_rpm_reclaim_safe(const struct xe_device *x);
bool xe_rpm_reclaim_safe(const struct xe_device *x)
{
	return !is_capable(x) && x->state != 3;
}

static int fp_gpu_runtime_resume_ok(struct device *dev)
{
	struct xe_device *x = dev_get_drvdata(dev);

	if (x->capable)
		x->save = kmalloc(64, GFP_KERNEL);
	if (x->state == 3)	/* values other than zero are not assumed */
		x->save = kmalloc(64, GFP_KERNEL);	/* expect-false: reclaim-unsafe-mark "kmalloc" */
	return 0;
}
const struct dev_pm_ops gpu_pm_ops = { .runtime_resume = fp_gpu_runtime_resume_ok };

static struct xe_device *gpu;

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
