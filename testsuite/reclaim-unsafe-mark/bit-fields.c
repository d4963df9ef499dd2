// SPDX-License-Identifier: MIT
/*
 * check-name: what a predicate assumes of a bit-field, and what follows from it
 * check-module: gpu
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct xe_device {
	struct device *dev;
	unsigned int is_mobile : 1;
	unsigned int is_d3cold : 1;
	unsigned int is_off : 1;
	unsigned int level : 3;
	void *save;
};

bool xe_rpm_reclaim_safe(const struct xe_device *x);
bool xe_rpm_reclaim_safe(const struct xe_device *x)
{
	return !x->is_d3cold;
}

/* Only with D3cold is it ever off; the level is another matter. */
void gpu_power(struct xe_device *x, unsigned int level)
{
	x->level = level;
	x->is_off = 0;
	if (x->is_d3cold && !level)
		x->is_off = 1;
}

static noinline void restore_ok(struct xe_device *x)
{
	x->save = kmalloc(64, GFP_KERNEL);
}
static noinline void restore_bad(struct xe_device *x)
{
	x->save = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-unsafe-mark "gpu_runtime_resume_bad" */
}

static int gpu_runtime_resume_bad(struct device *dev)
{
	struct xe_device *x = dev_get_drvdata(dev);

	if (x->is_d3cold)
		restore_ok(x);
	if (x->is_off)
		restore_ok(x);
	if (x->is_mobile && x->level == 2)
		restore_bad(x);
	return 0;
}
const struct dev_pm_ops gpu_pm_ops = { .runtime_resume = gpu_runtime_resume_bad };

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
