/* SPDX-License-Identifier: MIT */
#ifndef PCI_H
#define PCI_H

#include <linux/device.h>

struct pci_dev { struct device dev; void *state, *config; };
struct pci_driver {
	const char *name;
	struct device_driver driver;
};
int pci_register_driver(struct pci_driver *driver);
void pci_restore_config_bad(struct pci_dev *pdev);

#endif
