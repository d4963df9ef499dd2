// SPDX-License-Identifier: MIT
/*
 * check-name: a work item that is initialised where its struct is allocated
 */
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct dev { int id; struct work_struct refill, idle; void *p; };
static struct dev *dev;

static void refill_bad(struct work_struct *w)
{
	dev->p = kmalloc(64, GFP_KERNEL);
}
static void idle_ok(struct work_struct *w)
{
	dev->id = 0;
}

static unsigned long dev_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long dev_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	flush_work(&dev->refill);	/* expect: reclaim-sleeping-lock "dev.refill" */
					/* expect@-1: reclaim-inversion "dev.refill" */
	flush_work(&dev->idle);		/* expect: reclaim-sleeping-lock "dev.idle" */
	return 1;
}
static struct shrinker shrinker = { .count_objects = dev_count_ok, .scan_objects = dev_scan_bad };

int dev_probe(void)
{
	struct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return -1;
	d->id = 1;
	INIT_WORK(&d->refill, refill_bad);
	INIT_WORK(&d->idle, idle_ok);
	dev = d;
	return register_shrinker(&shrinker, "dev");
}
