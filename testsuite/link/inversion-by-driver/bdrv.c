// SPDX-License-Identifier: MIT
/*
 * check-module: bdrv
 */
#include <linux/slab.h>

#include "obj.h"

static struct obj *bdrv_obj;

void bdrv_grow_bad(void)
{
	mutex_lock(&bdrv_obj->lock);
	bdrv_obj->pages = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&bdrv_obj->lock);
}

static unsigned long bdrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long bdrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&bdrv_obj->lock);	/* expect: reclaim-sleeping-lock "struct obj.lock" root=bdrv_scan_bad */
					/* expect@-1: reclaim-inversion "struct obj.lock .*bdrv_scan_bad.* bdrv_grow_bad" root=bdrv_scan_bad */
	mutex_unlock(&bdrv_obj->lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = bdrv_count_ok, .scan_objects = bdrv_scan_bad };

int bdrv_init(void)
{
	return register_shrinker(&shrinker, "bdrv");
}
