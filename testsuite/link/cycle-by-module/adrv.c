// SPDX-License-Identifier: MIT
/*
 * check-name: two drivers do not meet in a lock of which each has its own
 * check-module: adrv
 */
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "conf.h"

struct adrv { struct mutex lock, own_lock; struct conf conf; void *p; };
static struct adrv drv;

static unsigned long adrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long adrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&drv.lock);		/* expect: reclaim-sleeping-lock "adrv.lock" */
	mutex_unlock(&drv.lock);
	mutex_lock(&drv.own_lock);	/* expect: reclaim-sleeping-lock "adrv.own_lock" */
					/* expect@-1: reclaim-inversion "adrv.own_lock .*adrv_close_bad.. holds it while it waits for struct conf.own_mutex, and adrv_grow_bad" */
	mutex_unlock(&drv.own_lock);
	return 1;
}

/* bdrv allocates under that of its own. */
int adrv_stop_ok(struct adrv *a)
{
	mutex_lock(&a->lock);
	mutex_lock(&a->conf.su_mutex);
	a->conf.n--;
	mutex_unlock(&a->conf.su_mutex);
	mutex_unlock(&a->lock);
	return 0;
}

int adrv_close_bad(struct adrv *a)
{
	mutex_lock(&a->own_lock);
	conf_put(&a->conf);
	mutex_unlock(&a->own_lock);
	return 0;
}

int adrv_grow_bad(struct adrv *a)
{
	mutex_lock(&a->conf.own_mutex);
	a->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&a->conf.own_mutex);
	return 0;
}

static struct shrinker shrinker = { .count_objects = adrv_count_ok, .scan_objects = adrv_scan_bad };

int adrv_init(void)
{
	return register_shrinker(&shrinker, "adrv");
}
