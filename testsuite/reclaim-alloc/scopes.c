// SPDX-License-Identifier: MIT
/*
 * check-name: allocations below reclaim, in scopes
 */
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache { void *buffer; unsigned int saved; };
static struct cache cache;

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scope_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned int flags = memalloc_noreclaim_save();

	cache.buffer = kmalloc(64, GFP_KERNEL);
	memalloc_noreclaim_restore(flags);
	flags = memalloc_nofs_save();
	cache.buffer = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(flags);
	return 1;
}

static unsigned long after_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned int flags = memalloc_noreclaim_save();

	memalloc_noreclaim_restore(flags);
	cache.buffer = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-alloc contexts=drop-caches */
	return 1;
}

/* What the end of a scope restores is not known: it ends no other one. */
static unsigned long unknown_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	memalloc_nofs_restore(cache.saved);
	cache.buffer = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-alloc contexts=drop-caches */
	return 1;
}

static struct shrinker a = { .count_objects = count_ok, .scan_objects = scope_scan_ok };
static struct shrinker b = { .count_objects = count_ok, .scan_objects = after_scan_bad };
static struct shrinker c = { .count_objects = count_ok, .scan_objects = unknown_scan_bad };

int cache_init(void)
{
	return register_shrinker(&a, "a") ?: register_shrinker(&b, "b") ?: register_shrinker(&c, "c");
}
