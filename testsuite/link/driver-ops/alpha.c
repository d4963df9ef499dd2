// SPDX-License-Identifier: MIT
/*
 * check-name: another driver's callback is no target
 * check-module: alpha
 */
#include <linux/shrinker.h>

#include "bo.h"

static struct bo *alpha_bo;

/* This driver never sleeps here. */
static void alpha_evict_ok(struct bo *bo)
{
}
static const struct bo_funcs alpha_funcs = { .evict = alpha_evict_ok };

void alpha_open(struct bo *bo)
{
	bo->funcs = &alpha_funcs;
	alpha_bo = bo;
}

static unsigned long alpha_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* An object of this module holds a table of this module. */
static unsigned long alpha_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	alpha_bo->funcs->evict(alpha_bo);
	return 1;
}

static struct shrinker alpha = { .count_objects = alpha_count_ok, .scan_objects = alpha_scan_ok };

int alpha_init(void)
{
	return register_shrinker(&alpha, "alpha");
}
