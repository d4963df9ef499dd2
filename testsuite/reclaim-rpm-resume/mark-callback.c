// SPDX-License-Identifier: MIT
/*
 * check-name: an annotated runtime-PM callback marks the driver's devices
 * check-module: panel
 */
#include "../../include/reclint/annotations.h"

#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

static int panel_resume_ok(struct device *dev) RECLINT_RECLAIM_SAFE("does nothing");
static int panel_resume_ok(struct device *dev)
{
	return 0;
}
const struct dev_pm_ops panel_pm_ops = { .runtime_resume = panel_resume_ok };

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long panel_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	pm_runtime_get_sync(s->private_data);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(s->private_data);
	return 1;
}
static struct shrinker panel = { .count_objects = count_ok, .scan_objects = panel_scan_ok };

int panel_init(void)
{
	return register_shrinker(&panel, "panel");
}
