// SPDX-License-Identifier: MIT
/*
 * check-module: adrv
 */
#include "core.h"

static struct obj *adrv_obj;

static void adrv_free(struct obj *obj)
{
	mutex_lock(&obj->own_lock);		/* expect: reclaim-sleeping-lock "obj.own_lock" root=adrv_scan_bad */
	mutex_unlock(&obj->own_lock);
}

const struct obj_funcs adrv_funcs = { .free = adrv_free };

static unsigned long adrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* Objects of its own have its own table, not that of bdrv. */
static unsigned long adrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	obj_get(adrv_obj);
	obj_put(adrv_obj);
	return 1;
}

static struct shrinker shrinker = { .count_objects = adrv_count_ok, .scan_objects = adrv_scan_bad };

int adrv_init(void)
{
	return register_shrinker(&shrinker, "adrv");
}
