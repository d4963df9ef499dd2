// SPDX-License-Identifier: MIT
/*
 * check-name: annotations of the source mark devices
 */
#include "../../include/reclint/annotations.h"

#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct gpu {
	struct device *safe RECLINT_RECLAIM_SAFE("two registers");
	struct device *unsafe;
};
struct port {
	struct device *dev;
} RECLINT_RECLAIM_SAFE("a clock");
static struct device *bridge RECLINT_RECLAIM_SAFE("always on");

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long member_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *g = s->private_data;

	pm_runtime_get_sync(g->safe);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(g->safe);
	return 1;
}

static unsigned long member_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *g = s->private_data;

	pm_runtime_get_sync(g->unsafe);	/* expect: reclaim-rpm-resume contexts=all */
	pm_runtime_put(g->unsafe);
	return 1;
}

static unsigned long struct_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct port *p = s->private_data;

	pm_runtime_get_sync(p->dev);	/* expect-marked: reclaim-rpm-resume */
	pm_runtime_put(p->dev);
	return 1;
}

/* Every resume below is claimed to be safe; the same one elsewhere is not. */
static noinline void gpu_wake(struct gpu *g) RECLINT_RECLAIM_SAFE("called with the power on");
static noinline void gpu_wake(struct gpu *g)
{
	pm_runtime_get_sync(g->unsafe);	/* expect-marked: reclaim-rpm-resume root=function_scan_ok */
	pm_runtime_put(g->unsafe);
}

static unsigned long function_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	gpu_wake(s->private_data);
	return 1;
}

static struct shrinker a = { .count_objects = count_ok, .scan_objects = member_scan_ok };
static struct shrinker b = { .count_objects = count_ok, .scan_objects = member_scan_bad };
static struct shrinker c = { .count_objects = count_ok, .scan_objects = struct_scan_ok };
static struct shrinker d = { .count_objects = count_ok, .scan_objects = function_scan_ok };

int gpu_init(void)
{
	return register_shrinker(&a, "a") ?: register_shrinker(&b, "b") ?: register_shrinker(&c, "c") ?:
	       register_shrinker(&d, "d");
}
