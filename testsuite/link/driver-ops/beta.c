// SPDX-License-Identifier: MIT
/*
 * The other driver.
 * check-module: beta
 */
#include <linux/shrinker.h>

#include "bo.h"

static struct bo *beta_bo;

static void beta_evict_bad(struct bo *bo)
{
	mutex_lock(&bo->lock);		/* expect: reclaim-sleeping-lock "bo.lock" root=beta_scan_bad contexts=all */
	mutex_unlock(&bo->lock);
}
static const struct bo_funcs beta_funcs = { .evict = beta_evict_bad };

void beta_open(struct bo *bo)
{
	bo->funcs = &beta_funcs;
	beta_bo = bo;
}

static unsigned long beta_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long beta_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	beta_bo->funcs->evict(beta_bo);		/* expect-via: ops "beta_evict_bad" */
	return 1;
}

static struct shrinker beta = { .count_objects = beta_count_ok, .scan_objects = beta_scan_bad };

int beta_init(void)
{
	return register_shrinker(&beta, "beta");
}
