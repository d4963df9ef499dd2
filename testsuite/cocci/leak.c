// SPDX-License-Identifier: MIT
/* The reference of a pm_runtime_get_sync() that failed. */
#include <linux/pm_runtime.h>

int start_hw(struct device *dev);

int open_bad(struct device *dev)
{
	int ret;

	ret = pm_runtime_get_sync(dev);	/* cocci: pm-runtime-get-leak */
	if (ret < 0)
		return ret;
	return start_hw(dev);
}

int goto_bad(struct device *dev)
{
	int ret;

	ret = pm_runtime_get_sync(dev);	/* cocci: pm-runtime-get-leak */
	if (ret < 0)
		goto out;
	start_hw(dev);
	pm_runtime_put(dev);
	return 0;
out:
	return ret;
}

int noidle_ok(struct device *dev)
{
	int ret;

	ret = pm_runtime_get_sync(dev);
	if (ret < 0) {
		pm_runtime_put_noidle(dev);
		return ret;
	}
	return start_hw(dev);
}

int goto_ok(struct device *dev)
{
	int ret;

	ret = pm_runtime_get_sync(dev);
	if (ret < 0)
		goto out;
	ret = start_hw(dev);
out:
	pm_runtime_put(dev);
	return ret;
}

/* Whoever disables it puts the reference, whatever this came to. */
void enable_ok(struct device *dev)
{
	int ret;

	ret = pm_runtime_get_sync(dev);
	if (ret < 0)
		return;
	start_hw(dev);
}

int resume_ok(struct device *dev)
{
	int ret;

	ret = pm_runtime_resume_and_get(dev);
	if (ret < 0)
		return ret;
	return start_hw(dev);
}
