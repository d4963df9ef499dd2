// SPDX-License-Identifier: MIT
/*
 * check-name: who waits for a queue waits for all items that are put on it, and for no others
 */
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct dev {
	struct workqueue_struct *wq, *quiet_wq;
	struct work_struct refill, quiet;
	void *p;
};
static struct dev dev;

static unsigned long dev_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long dev_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	flush_workqueue(dev.wq);	/* expect: reclaim-sleeping-lock "dev.wq" */
					/* expect@-1: reclaim-inversion "dev.wq is waited for .* refill_work_bad.. allocates" contexts=!drop-caches */
	flush_workqueue(dev.quiet_wq);	/* expect: reclaim-sleeping-lock "dev.quiet_wq" */
	return 1;
}

static void refill_work_bad(struct work_struct *w)
{
	dev.p = kmalloc(64, GFP_KERNEL);
}

static void quiet_work_ok(struct work_struct *w)
{
	dev.p = NULL;
}

/* Of another queue. */
void dev_kick_ok(struct dev *d)
{
	queue_work(d->wq, &d->refill);
	queue_work(d->quiet_wq, &d->quiet);
	schedule_work(&d->refill);
}

static struct shrinker shrinker = { .count_objects = dev_count_ok, .scan_objects = dev_scan_bad };

int dev_init(struct dev *d)
{
	INIT_WORK(&d->refill, refill_work_bad);
	INIT_WORK(&d->quiet, quiet_work_ok);
	return register_shrinker(&shrinker, "dev");
}
