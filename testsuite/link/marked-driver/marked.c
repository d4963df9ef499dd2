// SPDX-License-Identifier: MIT
/*
 * check-name: a mark of one driver does not cover another one
 * check-module: marked
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

#include "platform.h"

int marked_probe(struct platform_device *pdev)
{
	pm_runtime_irq_safe(&pdev->dev);
	return 0;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long marked_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct platform_device *pdev = s->private_data;

	pm_runtime_get_sync(&pdev->dev);	/* expect-marked: reclaim-rpm-resume root=marked_scan_ok contexts=all */
	pm_runtime_put(&pdev->dev);
	return 1;
}
static struct shrinker marked = { .count_objects = count_ok, .scan_objects = marked_scan_ok };

int marked_init(void)
{
	return register_shrinker(&marked, "marked");
}
