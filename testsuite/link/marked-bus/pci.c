// SPDX-License-Identifier: MIT
/*
 * check-name: the bus resumes the device before its driver does
 */
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "pci.h"

static noinline void pci_power_up_bad(struct pci_dev *pdev, gfp_t gfp)
{
	pdev->state = kmalloc(64, gfp);		/* expect: reclaim-unsafe-mark root=pci_pm_runtime_resume_bad */
}

void pci_restore_config_bad(struct pci_dev *pdev)
{
	pdev->config = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-unsafe-mark root=card_runtime_resume_bad */
}

int pci_register_driver(struct pci_driver *driver)
{
	return 0;
}

/* Calls the driver, whose part is judged apart: it is not found again from here. */
static int pci_pm_runtime_resume_bad(struct device *dev)
{
	pci_power_up_bad((struct pci_dev *)dev, GFP_KERNEL);
	return dev->driver->pm->runtime_resume(dev);
}
const struct dev_pm_ops pci_dev_pm_ops = { .runtime_resume = pci_pm_runtime_resume_bad };
