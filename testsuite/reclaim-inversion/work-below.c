// SPDX-License-Identifier: MIT
/*
 * check-name: a work item that is waited for in reclaim, or some calls below the holder of a lock
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct guc { struct mutex reset_lock; struct delayed_work timestamp, idle; struct work_struct shrink, quiet; void *p; };
static struct guc guc;

static unsigned long guc_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long guc_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&guc.reset_lock);	/* expect: reclaim-sleeping-lock "guc.reset_lock" */
					/* expect@-1: reclaim-inversion "guc.reset_lock .*guc_grow_bad.. holds it across" */
					/* expect@-2: reclaim-inversion "guc.reset_lock .*guc_reset_bad.. holds it while it waits for struct guc.timestamp.*, and timestamp_ping_bad.. allocates" */
	mutex_unlock(&guc.reset_lock);
	flush_work(&guc.shrink);	/* expect: reclaim-sleeping-lock "guc.shrink" */
					/* expect@-1: reclaim-inversion "guc.shrink is waited for in memory reclaim by guc_scan_bad.., and shrink_work_bad.. allocates" */
	flush_work(&guc.quiet);		/* expect: reclaim-sleeping-lock "guc.quiet" */
	return 1;
}

static void shrink_work_bad(struct work_struct *w)
{
	guc.p = kmalloc(64, GFP_KERNEL);
}

static void quiet_work_ok(struct work_struct *w)
{
	guc.p = kmalloc(64, GFP_NOWAIT);
}

static void timestamp_ping_bad(struct work_struct *w)
{
	guc.p = kmalloc(64, GFP_KERNEL);
}

static void idle_work_ok(struct work_struct *w)
{
	guc.p = NULL;
}

static void stats_stop(struct guc *g)
{
	cancel_delayed_work_sync(&g->timestamp);
	cancel_delayed_work_sync(&g->idle);
}

static void reset_prepare(struct guc *g)
{
	stats_stop(g);
}

/* It has a partner of its own, and waits for one that allocates. */
int guc_grow_bad(struct guc *g)
{
	mutex_lock(&g->reset_lock);
	g->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&g->reset_lock);
	return 0;
}

int guc_reset_bad(struct guc *g)
{
	mutex_lock(&g->reset_lock);
	reset_prepare(g);
	mutex_unlock(&g->reset_lock);
	return 0;
}

static void stats_unlock(struct guc *g)
{
	mutex_unlock(&g->reset_lock);
	stats_stop(g);
}

/* Dropped before the wait. */
int guc_stop_ok(struct guc *g)
{
	mutex_lock(&g->reset_lock);
	stats_unlock(g);
	return 0;
}

static struct shrinker shrinker = { .count_objects = guc_count_ok, .scan_objects = guc_scan_bad };

int guc_init(struct guc *g)
{
	INIT_WORK(&g->shrink, shrink_work_bad);
	INIT_WORK(&g->quiet, quiet_work_ok);
	INIT_DELAYED_WORK(&g->timestamp, timestamp_ping_bad);
	INIT_DELAYED_WORK(&g->idle, idle_work_ok);
	return register_shrinker(&shrinker, "guc");
}
