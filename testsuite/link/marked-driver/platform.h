/* SPDX-License-Identifier: MIT */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <linux/device.h>

struct platform_device {
	const char *name;
	struct device dev;
};

#endif
