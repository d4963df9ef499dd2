// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that lockdep is told not to judge by its class is paired with nothing
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct device { struct mutex mutex, other; void *data; };
static struct device *parent;

static unsigned long dev_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long dev_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&parent->mutex);	/* expect: reclaim-sleeping-lock "struct device.mutex" */
	mutex_unlock(&parent->mutex);
	mutex_lock(&parent->other);	/* expect: reclaim-sleeping-lock "struct device.other" */
					/* expect@-1: reclaim-inversion "struct device.other" */
	mutex_unlock(&parent->other);
	return 1;
}

void child_probe_ok(struct device *dev)
{
	mutex_lock(&dev->mutex);
	dev->data = kmalloc(16, GFP_KERNEL);
	mutex_unlock(&dev->mutex);
}

void child_other_bad(struct device *dev)
{
	mutex_lock(&dev->other);
	dev->data = kmalloc(16, GFP_KERNEL);
	mutex_unlock(&dev->other);
}

static struct shrinker shrinker = { .count_objects = dev_count_ok, .scan_objects = dev_scan_bad };

int dev_init(void)
{
	return register_shrinker(&shrinker, "dev");
}
