// SPDX-License-Identifier: MIT
/*
 * check-name: asking for power without waiting for it
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

struct gpu {
	struct device *dev;
	struct work_struct shrink;
};
static struct gpu *gpu;

/* Runs in a worker, where it may. */
static void gpu_shrink_ok(struct work_struct *work)
{
	pm_runtime_get_sync(gpu->dev);
	pm_runtime_put(gpu->dev);
}

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* The resume is queued; nobody waits. */
static unsigned long async_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	pm_runtime_get(gpu->dev);
	pm_request_resume(gpu->dev);
	__pm_runtime_resume(gpu->dev, RPM_ASYNC | RPM_GET_PUT);
	pm_runtime_put(gpu->dev);
	return 1;
}

/* The count goes up; the device stays as it is. */
static unsigned long noresume_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	pm_runtime_get_noresume(gpu->dev);
	pm_runtime_put_noidle(gpu->dev);
	return 1;
}

static unsigned long if_active_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_active(gpu->dev) <= 0)
		return SHRINK_STOP;
	pm_runtime_put_autosuspend(gpu->dev);
	return 1;
}

static unsigned long worker_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	schedule_work(&gpu->shrink);
	return 0;
}

static struct shrinker async = { .count_objects = gpu_count_ok, .scan_objects = async_scan_ok };
static struct shrinker noresume = { .count_objects = gpu_count_ok, .scan_objects = noresume_scan_ok };
static struct shrinker if_active = { .count_objects = gpu_count_ok, .scan_objects = if_active_scan_ok };
static struct shrinker worker = { .count_objects = gpu_count_ok, .scan_objects = worker_scan_ok };

int gpu_init(void)
{
	INIT_WORK(&gpu->shrink, gpu_shrink_ok);
	register_shrinker(&async, "async");
	register_shrinker(&noresume, "noresume");
	register_shrinker(&if_active, "if-active");
	return register_shrinker(&worker, "worker");
}
