// SPDX-License-Identifier: MIT
/*
 * Shares the walker with gpu.c and nothing else.
 */
#include <linux/shrinker.h>

#include "lru.h"

static struct lru npu_lru;

static bool npu_purge_ok(struct item *item, void *arg)
{
	return item->owner == arg;
}

static unsigned long npu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long npu_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return lru_scan(&npu_lru, sc->nr_to_scan, npu_purge_ok, NULL);
}

static struct shrinker shrinker = { .count_objects = npu_count_ok, .scan_objects = npu_scan_ok };

int npu_init(void)
{
	return register_shrinker(&shrinker, "npu");
}
