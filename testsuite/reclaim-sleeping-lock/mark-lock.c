// SPDX-License-Identifier: MIT
/*
 * check-name: an annotated lock is silenced, and only there
 */
#include "../../include/reclint/annotations.h"

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct cache {
	struct mutex leaf RECLINT_RECLAIM_SAFE("nobody allocates under it");
	struct mutex lock;
	struct { struct completion idle RECLINT_RECLAIM_SAFE("from an interrupt"); } hw;
};
static struct mutex table_lock RECLINT_RECLAIM_SAFE("a leaf");

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long cache_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct cache *c = s->private_data;

	mutex_lock(&c->leaf);		/* expect-marked: reclaim-sleeping-lock "cache.leaf" contexts=all */
	mutex_unlock(&c->leaf);
	mutex_lock(&table_lock);	/* expect-marked: reclaim-sleeping-lock "table_lock" */
	mutex_unlock(&table_lock);
	wait_for_completion(&c->hw.idle);	/* expect-marked: reclaim-sleeping-lock "cache.hw.idle" */
	mutex_lock(&c->lock);		/* expect: reclaim-sleeping-lock "cache.lock" contexts=all */
	mutex_unlock(&c->lock);
	return 1;
}
static struct shrinker cache = { .count_objects = count_ok, .scan_objects = cache_scan_bad };

int cache_init(void)
{
	return register_shrinker(&cache, "cache");
}
