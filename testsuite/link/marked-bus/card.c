// SPDX-License-Identifier: MIT
/*
 * The driver.
 * check-module: card
 */
#include "../../../include/reclint/annotations.h"

#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "pci.h"

static int card_runtime_resume_bad(struct device *dev)
{
	struct pci_dev *pdev = (struct pci_dev *)dev;

	pdev->state = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-unsafe-mark root=card_runtime_resume_bad */
	pci_restore_config_bad(pdev);
	return 0;
}
static const struct dev_pm_ops card_pm_ops = { .runtime_resume = card_runtime_resume_bad };
struct pci_driver card_driver RECLINT_RECLAIM_SAFE("writes nothing") = {
	.name = "card",
	.driver = { .pm = &card_pm_ops },
};

static unsigned long card_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long card_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct pci_dev *pdev = s->private_data;

	pm_runtime_get_sync(&pdev->dev);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(&pdev->dev);
	return 1;
}
static struct shrinker card = { .count_objects = card_count_ok, .scan_objects = card_scan_ok };

int card_init(void)
{
	return register_shrinker(&card, "card") ?: pci_register_driver(&card_driver);
}
