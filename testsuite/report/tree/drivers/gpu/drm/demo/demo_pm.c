/* SPDX-License-Identifier: MIT */
/* Source text for the golden reports; never compiled. */

int demo_pm_get(struct demo_device *demo)
{
	if (demo->pm.always_on)
		return 0;

	return pm_runtime_resume_and_get(demo->dev);
}
