// SPDX-License-Identifier: MIT
/*
 * check-module: cdrv
 */
#include "obj.h"

static struct obj *cdrv_obj;

int cdrv_map(void)
{
	return obj_get_pages(cdrv_obj);
}

static unsigned long cdrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long cdrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&cdrv_obj->lock);	/* expect: reclaim-sleeping-lock "struct obj.lock" root=cdrv_scan_bad */
					/* expect@-1: reclaim-inversion "struct obj.lock .*cdrv_scan_bad.* obj_get_pages" root=cdrv_scan_bad */
	mutex_unlock(&cdrv_obj->lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = cdrv_count_ok, .scan_objects = cdrv_scan_bad };

int cdrv_init(void)
{
	return register_shrinker(&shrinker, "cdrv");
}
