// SPDX-License-Identifier: MIT
/*
 * check-module: bdrv
 */
#include "core.h"

static struct obj *bdrv_obj;

const struct obj_funcs bdrv_funcs = { .free = obj_helper_free };

static unsigned long bdrv_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long bdrv_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	obj_get(bdrv_obj);
	obj_put(bdrv_obj);
	return 1;
}

static struct shrinker shrinker = { .count_objects = bdrv_count_ok, .scan_objects = bdrv_scan_bad };

int bdrv_init(void)
{
	return register_shrinker(&shrinker, "bdrv");
}
