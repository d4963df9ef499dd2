// SPDX-License-Identifier: MIT
/*
 * check-module: ddrv
 */
#include "obj.h"

static struct obj *ddrv_obj;

static unsigned long ddrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long ddrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&ddrv_obj->meta_lock);	/* expect: reclaim-sleeping-lock "struct obj.meta_lock" root=ddrv_scan_bad */
						/* expect@-1: reclaim-inversion "struct obj.meta_lock .* format_read_bad" root=ddrv_scan_bad */
	mutex_unlock(&ddrv_obj->meta_lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = ddrv_count_ok, .scan_objects = ddrv_scan_bad };

int ddrv_init(void)
{
	return register_shrinker(&shrinker, "ddrv");
}
