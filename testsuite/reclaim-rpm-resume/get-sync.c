// SPDX-License-Identifier: MIT
/*
 * check-name: every way to resume a device and wait for it
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct gpu {
	struct device *dev, *parent, *display;
};
static struct gpu *gpu;

static unsigned long gpu_count_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n;

	if (pm_runtime_resume_and_get(gpu->dev) < 0)	/* expect: reclaim-rpm-resume contexts=all root=gpu_count_bad */
		return 0;
	n = 16;
	pm_runtime_put_autosuspend(gpu->dev);
	return n;
}

static unsigned long gpu_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	pm_runtime_get_sync(gpu->dev);		/* expect: reclaim-rpm-resume contexts=all root=gpu_scan_bad */
	pm_runtime_resume(gpu->parent);		/* expect: reclaim-rpm-resume contexts=all root=gpu_scan_bad */
	__pm_runtime_resume(gpu->display, RPM_GET_PUT);	/* expect: reclaim-rpm-resume contexts=all root=gpu_scan_bad */
	pm_runtime_put(gpu->dev);
	return 1;
}

static struct shrinker bad = { .count_objects = gpu_count_bad, .scan_objects = gpu_scan_bad };

int gpu_init(void)
{
	return register_shrinker(&bad, "bad");
}
