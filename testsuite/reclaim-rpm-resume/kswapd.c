// SPDX-License-Identifier: MIT
/*
 * check-name: resumes only in kswapd, as i915's shrinker does
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct gt {
	struct device *dev;
	unsigned long n_idle, n_bound;
};
static struct gt *gt;

static void gt_wake(struct gt *g)
{
	pm_runtime_get_sync(g->dev);	/* expect: reclaim-rpm-resume contexts=kswapd */
}

static unsigned long gt_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return gt->n_bound;
}

static unsigned long gt_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = gt->n_idle;

	if (freed < sc->nr_to_scan && current_is_kswapd()) {	/* expect-guard: "current_is_kswapd()" value=true */
		gt_wake(gt);
		freed += gt->n_bound;
		pm_runtime_put(gt->dev);
	}
	return freed;
}

static struct shrinker bad = { .count_objects = gt_count_ok, .scan_objects = gt_scan_bad };

int gt_init(void)
{
	return register_shrinker(&bad, "bad");
}
