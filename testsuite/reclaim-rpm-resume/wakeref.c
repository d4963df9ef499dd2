// SPDX-License-Identifier: MIT
/*
 * check-name: a driver's own wrappers and for-loop macros
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

typedef unsigned long wakeref_t;
struct runtime_pm { struct device *kdev; };
struct i915 { struct runtime_pm runtime_pm; };
static struct i915 *i915;

static wakeref_t __rpm_get(struct runtime_pm *rpm, bool wakelock)
{
	if (pm_runtime_get_sync(rpm->kdev) < 0)	/* expect: reclaim-rpm-resume contexts=kswapd root=with_scan_bad */ /* expect: reclaim-rpm-resume contexts=!kswapd root=get_scan_bad */
		return 0;
	return wakelock ? 1 : 2;
}

static wakeref_t rpm_get(struct runtime_pm *rpm)
{
	return __rpm_get(rpm, true);
}

static wakeref_t rpm_get_if_active(struct runtime_pm *rpm)
{
	if (pm_runtime_get_if_active(rpm->kdev) <= 0)
		return 0;
	return 1;
}

static void rpm_put(struct runtime_pm *rpm, wakeref_t wf)
{
	pm_runtime_put(rpm->kdev);
}

#define with_rpm(rpm, wf)						\
	for ((wf) = rpm_get(rpm); (wf); rpm_put((rpm), (wf)), (wf) = 0)
#define with_rpm_if_active(rpm, wf)					\
	for ((wf) = rpm_get_if_active(rpm); (wf); rpm_put((rpm), (wf)), (wf) = 0)

static unsigned long i915_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long with_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = 0;
	wakeref_t wf;

	if (!current_is_kswapd())
		return SHRINK_STOP;
	with_rpm(&i915->runtime_pm, wf)		/* expect-note: reclaim-rpm-resume "rpm_get" */
		freed++;
	return freed;
}

/* Inside the loop a reference is held. */
static unsigned long active_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = 0;
	wakeref_t wf, inner;

	with_rpm_if_active(&i915->runtime_pm, wf) {
		with_rpm(&i915->runtime_pm, inner)
			freed++;
	}
	return freed;
}

/* The wrong way round: kswapd asks, everybody else resumes. */
static unsigned long get_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	wakeref_t wf = current_is_kswapd() ? rpm_get_if_active(&i915->runtime_pm) :
					     rpm_get(&i915->runtime_pm);

	if (!wf)
		return SHRINK_STOP;
	rpm_put(&i915->runtime_pm, wf);
	return 1;
}

static struct shrinker with = { .count_objects = i915_count_ok, .scan_objects = with_scan_bad };
static struct shrinker active = { .count_objects = i915_count_ok, .scan_objects = active_scan_ok };
static struct shrinker get = { .count_objects = i915_count_ok, .scan_objects = get_scan_bad };

int i915_init(void)
{
	return register_shrinker(&with, "with") ?: register_shrinker(&active, "active") ?:
	       register_shrinker(&get, "get");
}
