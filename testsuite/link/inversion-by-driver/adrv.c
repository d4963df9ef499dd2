// SPDX-License-Identifier: MIT
/*
 * check-module: adrv
 */
#include "obj.h"

static struct obj *adrv_obj;

/* Nothing that it calls allocates under the lock of its objects. */
void adrv_drop_ok(void)
{
	mutex_lock(&adrv_obj->lock);
	adrv_obj->pages = 0;
	mutex_unlock(&adrv_obj->lock);
}

static unsigned long adrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long adrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&adrv_obj->lock);	/* expect: reclaim-sleeping-lock "struct obj.lock" root=adrv_scan_bad */
	mutex_unlock(&adrv_obj->lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = adrv_count_ok, .scan_objects = adrv_scan_bad };

int adrv_init(void)
{
	return register_shrinker(&shrinker, "adrv");
}
