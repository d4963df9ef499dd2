// SPDX-License-Identifier: MIT
/*
 * check-name: a predicate marks the device as safe to resume
 */
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct xe_device {
	struct device *dev;
	struct mutex lock;
	struct { bool capable; } d3cold;
};
static struct xe_device *xe;

bool xe_rpm_reclaim_safe(const struct xe_device *x);
bool xe_rpm_reclaim_safe(const struct xe_device *x)
{
	return !x->d3cold.capable;
}

static unsigned long xe_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* What the mark covers is silenced. */
static unsigned long covered_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!xe_rpm_reclaim_safe(xe))
		return SHRINK_STOP;
	pm_runtime_get_sync(xe->dev);	/* expect-marked: reclaim-rpm-resume root=covered_scan_ok contexts=all */
	pm_runtime_put(xe->dev);
	return 1;
}

/* The predicate says nothing of locks: this one is taken when it is true. */
static unsigned long lock_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (xe_rpm_reclaim_safe(xe)) {
		mutex_lock(&xe->lock);		/* expect: reclaim-sleeping-lock "xe_device.lock" contexts=all */
		mutex_unlock(&xe->lock);
	}
	return 1;
}

static unsigned long uncovered_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (xe_rpm_reclaim_safe(xe) || current_is_kswapd()) {
		pm_runtime_get_sync(xe->dev);	/* expect: reclaim-rpm-resume contexts=kswapd */ /* expect-marked: reclaim-rpm-resume root=uncovered_scan_bad contexts=!kswapd */
		pm_runtime_put(xe->dev);
	}
	return 1;
}

static struct shrinker covered = { .count_objects = xe_count_ok, .scan_objects = covered_scan_ok };
static struct shrinker lock = { .count_objects = xe_count_ok, .scan_objects = lock_scan_bad };
static struct shrinker uncovered = { .count_objects = xe_count_ok, .scan_objects = uncovered_scan_bad };

int xe_init(void)
{
	return register_shrinker(&covered, "covered") ?: register_shrinker(&uncovered, "uncovered") ?:
	       register_shrinker(&lock, "lock");
}
