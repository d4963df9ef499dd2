// SPDX-License-Identifier: MIT
/*
 * check-name: a lock of the shrinker is held while a work item is waited for that allocates
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct gt {
	struct mutex reset_lock, quiet_lock;
	struct work_struct ping, quiet;
	void *p;
};
static struct gt gt;

static unsigned long gt_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long gt_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&gt.reset_lock);	/* expect: reclaim-sleeping-lock "gt.reset_lock" */
					/* expect@-1: reclaim-inversion "gt.reset_lock.* waits for struct gt.ping, and ping_work_bad.. allocates" */
	mutex_unlock(&gt.reset_lock);
	mutex_lock(&gt.quiet_lock);	/* expect: reclaim-sleeping-lock "gt.quiet_lock" */
	mutex_unlock(&gt.quiet_lock);
	return 1;
}

static void gt_refill(struct gt *g)
{
	g->p = kmalloc(64, GFP_KERNEL);
}

static void ping_work_bad(struct work_struct *w)
{
	gt_refill(&gt);
}

static void quiet_work_ok(struct work_struct *w)
{
	gt.p = NULL;
}

int gt_reset_bad(struct gt *g)
{
	mutex_lock(&g->reset_lock);
	flush_work(&g->ping);
	mutex_unlock(&g->reset_lock);
	return 0;
}

int gt_quiet_ok(struct gt *g)
{
	mutex_lock(&g->quiet_lock);
	flush_work(&g->quiet);
	mutex_unlock(&g->quiet_lock);
	return 0;
}

static struct shrinker shrinker = { .count_objects = gt_count_ok, .scan_objects = gt_scan_bad };

int gt_init(struct gt *g)
{
	INIT_WORK(&g->ping, ping_work_bad);
	INIT_WORK(&g->quiet, quiet_work_ok);
	return register_shrinker(&shrinker, "gt");
}
