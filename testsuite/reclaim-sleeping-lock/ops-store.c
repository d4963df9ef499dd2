// SPDX-License-Identifier: MIT
/*
 * check-name: function pointers assigned at run time
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct zone {
	void (*evict)(struct zone *z);
	void (*grow)(struct zone *z);
	struct mutex evict_lock, grow_lock, hook_lock;
};
static struct zone *zone;
static void (*evict_hook)(struct zone *z);

static void zone_evict(struct zone *z)
{
	mutex_lock(&z->evict_lock);	/* expect: reclaim-sleeping-lock "zone.evict_lock" contexts=all */
	mutex_unlock(&z->evict_lock);
}
static void zone_grow_ok(struct zone *z)
{
	mutex_lock(&z->grow_lock);
	mutex_unlock(&z->grow_lock);
}

static void zone_hook(struct zone *z)
{
	mutex_lock(&z->hook_lock);	/* expect: reclaim-sleeping-lock "zone.hook_lock" contexts=all */
	mutex_unlock(&z->hook_lock);
}

void zone_setup(struct zone *z)
{
	z->evict = zone_evict;
	z->grow = zone_grow_ok;
	zone = z;
	evict_hook = zone_hook;
}

static unsigned long zone_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long zone_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	zone->evict(zone);		/* expect-via: ops "zone_evict" */
	if (evict_hook)
		evict_hook(zone);	/* expect-via: store "zone_hook" */
	return 1;
}

static struct shrinker zone_shrinker = {
	.count_objects = zone_count,
	.scan_objects = zone_scan_bad,
};

int zone_init(void)
{
	return register_shrinker(&zone_shrinker, "zone");
}
