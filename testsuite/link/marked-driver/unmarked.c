// SPDX-License-Identifier: MIT
/*
 * The other driver.
 * check-module: unmarked
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

#include "platform.h"

int unmarked_probe(struct platform_device *pdev)
{
	pm_runtime_enable(&pdev->dev);
	return 0;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long unmarked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct platform_device *pdev = s->private_data;

	pm_runtime_get_sync(&pdev->dev);	/* expect: reclaim-rpm-resume root=unmarked_scan_bad contexts=all */
	pm_runtime_put(&pdev->dev);
	return 1;
}
static struct shrinker unmarked = { .count_objects = count_ok, .scan_objects = unmarked_scan_bad };

int unmarked_init(void)
{
	return register_shrinker(&unmarked, "unmarked");
}
