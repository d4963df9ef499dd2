// SPDX-License-Identifier: MIT
/* Synchronous runtime-PM requests: in the callback, in what it calls, behind what decides. */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct gpu { struct device *dev; struct shrinker shrinker; bool awake; unsigned long n; };

bool xe_rpm_reclaim_safe(struct gpu *gpu);
struct gpu *to_gpu(struct shrinker *s);

/* i915's, in short. */
#define with_intel_runtime_pm(dev, ref) \
	for ((ref) = pm_runtime_get_sync(dev); (ref) >= 0; pm_runtime_put(dev), (ref) = -1)
#define with_intel_runtime_pm_if_in_use(dev, ref) \
	for ((ref) = pm_runtime_get_if_in_use(dev) > 0 ? 0 : -1; (ref) >= 0; pm_runtime_put(dev), (ref) = -1)

static int gpu_wake_3(struct gpu *gpu)
{
	return pm_runtime_resume_and_get(gpu->dev);	/* cocci: reclaim-rpm-resume stays */
}

static int gpu_wake_2(struct gpu *gpu)
{
	return gpu_wake_3(gpu);
}

static int gpu_wake_1(struct gpu *gpu)
{
	return gpu_wake_2(gpu);
}

/* A condition decides whether it is called: that is for the whole program to say. */
static void gpu_wake_if(struct gpu *gpu, bool force)
{
	if (force)
		pm_runtime_get_sync(gpu->dev);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return to_gpu(s)->n;
}

static unsigned long scan_direct(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);

	pm_runtime_get_sync(gpu->dev);	/* cocci: reclaim-rpm-resume */
	gpu->n -= sc->nr_to_scan;
	pm_runtime_put_autosuspend(gpu->dev);
	return sc->nr_to_scan;
}

static unsigned long scan_result(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = container_of(s, struct gpu, shrinker);
	int ret;

	ret = pm_runtime_resume_and_get(gpu->dev);	/* cocci: reclaim-rpm-resume */
	if (ret < 0)
		return SHRINK_STOP;
	gpu->n -= sc->nr_to_scan;
	pm_runtime_put_autosuspend(gpu->dev);
	return sc->nr_to_scan;
}

static unsigned long scan_condition(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);

	if (current_is_kswapd() && !pm_runtime_resume_and_get(gpu->dev)) {	/* cocci: reclaim-rpm-resume */
		gpu->n -= sc->nr_to_scan;
		pm_runtime_put_autosuspend(gpu->dev);
	}
	return sc->nr_to_scan;
}

static unsigned long scan_macro(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);
	int ref;

	with_intel_runtime_pm(gpu->dev, ref) {	/* cocci: reclaim-rpm-resume */
		gpu->n -= sc->nr_to_scan;
	}
	return sc->nr_to_scan;
}

static unsigned long scan_deep(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);

	if (gpu_wake_1(gpu))
		return SHRINK_STOP;
	gpu->n -= sc->nr_to_scan;
	pm_runtime_put_autosuspend(gpu->dev);
	return sc->nr_to_scan;
}

static unsigned long scan_safe(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);
	bool safe;

	if (xe_rpm_reclaim_safe(gpu))
		pm_runtime_get_sync(gpu->dev);
	safe = xe_rpm_reclaim_safe(gpu);
	if (safe && !pm_runtime_resume_and_get(gpu->dev))
		pm_runtime_put(gpu->dev);
	return sc->nr_to_scan;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *gpu = to_gpu(s);

	if (pm_runtime_get_if_active(gpu->dev) <= 0)
		return SHRINK_STOP;
	gpu_wake_if(gpu, false);
	gpu->n -= sc->nr_to_scan;
	pm_runtime_put_autosuspend(gpu->dev);
	return sc->nr_to_scan;
}

/* Not in reclaim. */
int gpu_open_ok(struct gpu *gpu)
{
	return pm_runtime_get_sync(gpu->dev);
}

static struct shrinker direct = { .count_objects = count, .scan_objects = scan_direct };
static struct shrinker result = { .count_objects = count, .scan_objects = scan_result };
static struct shrinker condition = { .count_objects = count, .scan_objects = scan_condition };
static struct shrinker macro = { .count_objects = count, .scan_objects = scan_macro };
static struct shrinker deep = { .count_objects = count, .scan_objects = scan_deep };
static struct shrinker ok = { .count_objects = count, .scan_objects = scan_ok };

int gpu_init(struct gpu *gpu)
{
	gpu->shrinker.count_objects = count;
	gpu->shrinker.scan_objects = scan_safe;
	return register_shrinker(&direct, "a") | register_shrinker(&result, "b") | register_shrinker(&condition, "c") |
	       register_shrinker(&deep, "d") | register_shrinker(&ok, "e") | register_shrinker(&gpu->shrinker, "f") |
	       register_shrinker(&macro, "g");
}
