/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pm.h>

struct device_driver {
	const char *name;
	const struct dev_pm_ops *pm;
};
struct device {
	struct device *parent;
	struct device_driver *driver;
	void *driver_data;
	struct mutex mutex;
	struct dev_pm_info power;
};

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}
static inline void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex);
}
static inline int device_trylock(struct device *dev)
{
	return mutex_trylock(&dev->mutex);
}
static inline void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

#endif
