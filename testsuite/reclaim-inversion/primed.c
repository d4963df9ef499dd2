// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that the code states to be taken in reclaim
 */
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct gtt { struct mutex mutex, quiet_mutex, after_mutex; void *node; };

static unsigned long gtt_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long gtt_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 0;
}

static void taints_mutex(struct mutex *mutex)
{
	fs_reclaim_acquire(GFP_KERNEL);
	mutex_lock(mutex);
	mutex_unlock(mutex);
	fs_reclaim_release(GFP_KERNEL);
}

int gtt_init_bad(struct gtt *gtt)
{
	mutex_init(&gtt->mutex);
	taints_mutex(&gtt->mutex);	/* expect: reclaim-inversion "struct gtt.mutex is stated .* by gtt_init_bad" contexts=kswapd,direct,direct-nofs,direct-noio,memcg,oom-notifier */
	taints_mutex(&gtt->quiet_mutex);
	mutex_lock(&gtt->after_mutex);
	mutex_unlock(&gtt->after_mutex);
	return 0;
}

int gtt_insert_bad(struct gtt *gtt)
{
	mutex_lock(&gtt->mutex);
	gtt->node = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&gtt->mutex);
	mutex_lock(&gtt->quiet_mutex);
	gtt->node = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&gtt->quiet_mutex);
	mutex_lock(&gtt->after_mutex);
	gtt->node = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&gtt->after_mutex);
	return 0;
}

static struct shrinker shrinker = { .count_objects = gtt_count_ok, .scan_objects = gtt_scan_ok };

int gtt_init(void)
{
	return register_shrinker(&shrinker, "gtt");
}
