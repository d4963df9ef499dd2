/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PM_H
#define _LINUX_PM_H

#include <linux/atomic.h>
#include <linux/spinlock.h>

struct device;

struct dev_pm_ops {
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};

enum rpm_status { RPM_INVALID = -1, RPM_ACTIVE = 0, RPM_RESUMING, RPM_SUSPENDED, RPM_SUSPENDING };

struct dev_pm_info {
	spinlock_t lock;
	atomic_t usage_count;
	unsigned int disable_depth : 3;
	bool irq_safe : 1;
	enum rpm_status runtime_status;
};

#define SET_RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)			\
	.runtime_suspend = suspend_fn, .runtime_resume = resume_fn, .runtime_idle = idle_fn,

#endif
