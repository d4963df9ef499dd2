// SPDX-License-Identifier: MIT
/*
 * check-name: what a predicate assumes, and what follows from it
 * check-module: gpu
 */
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct xe_device {
	struct device *dev;
	struct { bool capable, allowed, forced; } d3cold;
	unsigned long used, threshold;
	void *save;
};

bool xe_rpm_reclaim_safe(const struct xe_device *x);
bool xe_rpm_reclaim_safe(const struct xe_device *x)
{
	return !x->d3cold.capable;
}

/* Not capable, so never allowed. */
void toggle(struct xe_device *x)
{
	if (!x->d3cold.capable) {
		x->d3cold.allowed = false;
		return;
	}
	if (x->used < x->threshold)
		x->d3cold.allowed = true;
	else
		x->d3cold.allowed = false;
}

/* This one follows from nothing. */
void force(struct xe_device *x, bool how)
{
	if (!x->d3cold.capable)
		x->d3cold.forced = how;
}

static noinline void restore_capable_ok(struct xe_device *x)
{
	x->save = kmalloc(64, GFP_KERNEL);
}
static noinline void restore_allowed_ok(struct xe_device *x)
{
	x->save = kmalloc(64, GFP_KERNEL);
}
static noinline void restore_forced_bad(struct xe_device *x)
{
	x->save = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-unsafe-mark "gpu_runtime_resume_bad" */
}

static int gpu_runtime_resume_bad(struct device *dev)
{
	struct xe_device *x = dev_get_drvdata(dev);

	if (x->d3cold.capable)
		restore_capable_ok(x);
	if (x->d3cold.allowed)
		restore_allowed_ok(x);
	if (x->d3cold.forced)
		restore_forced_bad(x);
	if (!xe_rpm_reclaim_safe(x))
		restore_capable_ok(x);
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
