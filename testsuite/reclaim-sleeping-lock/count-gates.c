// SPDX-License-Identifier: MIT
/*
 * check-name: scan runs only when count returned something
 */
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct swapcache { struct mutex lock, empty_lock, never_lock, some_lock; unsigned long n; };
static struct swapcache z;

/* As zswap: nothing to see without both. */
static unsigned long gated_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!(sc->gfp_mask & __GFP_IO))
		return 0;
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_EMPTY;
	return z.n;
}

static unsigned long gated_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&z.lock);		/* expect: reclaim-sleeping-lock "swapcache.lock" contexts=!direct-nofs,direct-noio */
	mutex_unlock(&z.lock);
	return 1;
}

static unsigned long never_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 0;
}

static unsigned long never_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&z.never_lock);
	mutex_unlock(&z.never_lock);
	return 1;
}

/* Returns 0 at times: no gate. */
static unsigned long some_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return sc->memcg ? z.n : 0;
}

static unsigned long some_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&z.some_lock);	/* expect: reclaim-sleeping-lock "swapcache.some_lock" */
	mutex_unlock(&z.some_lock);
	return 1;
}

/* What count has found in the mask is so in scan, too: also where the mask is not known. */
static unsigned long gated_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!(sc->gfp_mask & __GFP_FS))
		mutex_lock(&z.never_lock);
	return 1;
}

/* The gate is the callback of the same table, not of another. */
static struct shrinker gated = { .count_objects = gated_count_ok, .scan_objects = gated_scan_bad };
static struct shrinker learnt = { .count_objects = gated_count_ok, .scan_objects = gated_scan_ok };
static struct shrinker never = { .count_objects = never_count_ok, .scan_objects = never_scan_ok };
static struct shrinker some = { .count_objects = some_count_ok, .scan_objects = some_scan_bad };

int swapcache_init(void)
{
	register_shrinker(&learnt, "learnt");
	return register_shrinker(&gated, "gated") ?: register_shrinker(&never, "never") ?:
	       register_shrinker(&some, "some");
}
