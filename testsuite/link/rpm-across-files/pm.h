/* SPDX-License-Identifier: MIT */
/* Power management of a made-up driver. */
#ifndef PM_H
#define PM_H

#include <linux/device.h>
#include <linux/types.h>

struct tile { struct device *dev; };

enum power_mode { POWER_ASK, POWER_WAKE };

bool tile_power_get(struct tile *t, enum power_mode mode);
void tile_power_put(struct tile *t);

#endif
