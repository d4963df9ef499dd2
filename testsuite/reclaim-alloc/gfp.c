// SPDX-License-Identifier: MIT
/*
 * check-name: allocations below reclaim, by their mask
 */
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache { void *buffer; };
static struct cache cache;

static noinline void *cache_buffer(gfp_t gfp)
{
	return kmalloc(64, gfp);	/* expect: reclaim-alloc root=deep_scan_bad contexts=drop-caches */
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* kswapd and direct reclaim run with PF_MEMALLOC: nothing recurses there. */
static unsigned long plain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	cache.buffer = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-alloc "can enter reclaim again" contexts=drop-caches */
	return 1;
}

static unsigned long deep_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	cache.buffer = cache_buffer(GFP_KERNEL | __GFP_ZERO);
	return 1;
}

static unsigned long plain_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (current->flags & PF_EXITING)
		return SHRINK_STOP;
	cache.buffer = kmalloc(64, GFP_NOWAIT);
	cache.buffer = cache_buffer(GFP_ATOMIC);
	cache.buffer = cache_buffer(GFP_NOFS);
	cache.buffer = cache_buffer(GFP_KERNEL & ~__GFP_DIRECT_RECLAIM);
	return 1;
}

/* The mask is that of the context: drop_caches passes GFP_KERNEL. */
static unsigned long mask_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	cache.buffer = kmalloc(64, sc->gfp_mask);	/* expect: reclaim-alloc contexts=drop-caches */
	return 1;
}

static struct shrinker a = { .count_objects = count_ok, .scan_objects = plain_scan_bad };
static struct shrinker b = { .count_objects = count_ok, .scan_objects = deep_scan_bad };
static struct shrinker c = { .count_objects = count_ok, .scan_objects = plain_scan_ok };
static struct shrinker d = { .count_objects = count_ok, .scan_objects = mask_scan_bad };

int cache_init(void)
{
	return register_shrinker(&a, "a") ?: register_shrinker(&b, "b") ?: register_shrinker(&c, "c") ?:
	       register_shrinker(&d, "d");
}
