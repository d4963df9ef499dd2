// SPDX-License-Identifier: MIT
/*
 * check-name: a reservation's lock is a lock like any other, though rules say more of the function that takes it
 */
#include <linux/dma-resv.h>
#include <linux/errno.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct bo { struct dma_resv resv; void **pages; int pins; };
static struct bo pool[2];

/* Drops what nobody uses; may wait for a user to be done. */
static unsigned long bo_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (dma_resv_lock(&pool[0].resv, NULL))	/* expect: reclaim-sleeping-lock "struct dma_resv.lock" */
						/* expect@-1: reclaim-inversion "struct dma_resv.lock .*bo_pin_bad" */
		return SHRINK_STOP;
	kfree(pool[0].pages);
	pool[0].pages = NULL;
	dma_resv_unlock(&pool[0].resv);
	return 1;
}

static unsigned long bo_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!dma_resv_trylock(&pool[1].resv))
		return SHRINK_STOP;
	kfree(pool[1].pages);
	pool[1].pages = NULL;
	dma_resv_unlock(&pool[1].resv);
	return 1;
}

static int bo_get_pages_locked(struct bo *bo)
{
	bo->pages = kmalloc(64, GFP_KERNEL);
	return bo->pages ? 0 : -ENOMEM;
}

int bo_pin_bad(struct bo *bo)
{
	int ret = dma_resv_lock_interruptible(&bo->resv, NULL);

	if (ret)
		return ret;
	ret = bo_get_pages_locked(bo);
	dma_resv_unlock(&bo->resv);
	return ret;
}

static unsigned long bo_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 2;
}

static struct shrinker waits = { .count_objects = bo_count_ok, .scan_objects = bo_scan_bad };
static struct shrinker skips = { .count_objects = bo_count_ok, .scan_objects = bo_scan_ok };

int bo_init(void)
{
	return register_shrinker(&waits, "waits") ?: register_shrinker(&skips, "skips");
}
