// SPDX-License-Identifier: MIT
/*
 * check-name: the mode is passed here, the resume is in another file
 * check-module: tile
 */
#include <linux/pm_runtime.h>

#include "pm.h"

bool tile_power_get(struct tile *t, enum power_mode mode)
{
	switch (mode) {
	case POWER_ASK:
		return pm_runtime_get_if_in_use(t->dev) > 0;
	case POWER_WAKE:
		return pm_runtime_resume_and_get(t->dev) == 0;	/* expect: reclaim-rpm-resume root=wake_scan_bad contexts=all */
	}
	return false;
}

void tile_power_put(struct tile *t)
{
	pm_runtime_put_autosuspend(t->dev);
}
