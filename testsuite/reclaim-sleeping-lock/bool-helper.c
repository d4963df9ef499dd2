// SPDX-License-Identifier: MIT
/*
 * check-name: helpers that say whether somebody may block
 */
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct dq { struct mutex io_lock, both_lock, ctx_lock; };
static struct dq dq;

static inline bool may_do_io(const struct shrink_control *sc)
{
	return (sc->gfp_mask & (__GFP_IO | __GFP_FS)) == (__GFP_IO | __GFP_FS);
}

static bool may_block(const struct shrink_control *sc)
{
	if (current_is_kswapd())
		return true;
	if (!may_do_io(sc))
		return false;
	return gfpflags_allow_blocking(sc->gfp_mask);
}

static unsigned long dq_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long io_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (!may_do_io(sc))
		return SHRINK_STOP;
	mutex_lock(&dq.io_lock);	/* expect: reclaim-sleeping-lock "dq.io_lock" contexts=!direct-nofs,direct-noio */
	mutex_unlock(&dq.io_lock);
	return 1;
}

static unsigned long block_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (may_block(sc) && !current_is_kswapd()) {
		mutex_lock(&dq.both_lock);	/* expect: reclaim-sleeping-lock "dq.both_lock" contexts=!kswapd,direct-nofs,direct-noio */
		mutex_unlock(&dq.both_lock);
	}
	return 1;
}

/* Every way into reclaim allows direct reclaim. */
static unsigned long allow_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!gfpflags_allow_blocking(sc->gfp_mask)) {
		mutex_lock(&dq.ctx_lock);
		mutex_unlock(&dq.ctx_lock);
	}
	return 1;
}

static struct shrinker io = { .count_objects = dq_count_ok, .scan_objects = io_scan_bad };
static struct shrinker block = { .count_objects = dq_count_ok, .scan_objects = block_scan_bad };
static struct shrinker allow = { .count_objects = dq_count_ok, .scan_objects = allow_scan_ok };

int dq_init(void)
{
	return register_shrinker(&io, "io") ?: register_shrinker(&block, "block") ?:
	       register_shrinker(&allow, "allow");
}
