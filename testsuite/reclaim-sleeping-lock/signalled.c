// SPDX-License-Identifier: MIT
/*
 * check-name: fences that were seen to be signalled need not be waited for
 */
#include <linux/dma-resv.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct bo { struct list_head lru; struct dma_resv *resv; struct dma_resv own; bool no_wait; };
static LIST_HEAD(lru);

static struct bo *first(void)
{
	return list_first_entry(&lru, struct bo, lru);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static noinline long wait(struct bo *bo)
{
	return dma_resv_wait_timeout(bo->resv, DMA_RESV_USAGE_KERNEL, false, 1000);	/* expect: reclaim-sleeping-lock root=unlocked_scan_bad */
}

static noinline int idle(struct bo *bo)
{
	if (bo->no_wait && !dma_resv_test_signaled(bo->resv, DMA_RESV_USAGE_BOOKKEEP))
		return -16;
	return 0;
}

static unsigned long tested_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct bo *bo = first();

	if (!dma_resv_trylock(bo->resv))
		return SHRINK_STOP;
	if (dma_resv_test_signaled(bo->resv, DMA_RESV_USAGE_BOOKKEEP))
		wait(bo);
	dma_resv_unlock(bo->resv);
	return 1;
}

/* Between the lock's holders anybody may have added one. */
static unsigned long unlocked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct bo *bo = first();
	bool signaled;

	if (!dma_resv_trylock(bo->resv))
		return SHRINK_STOP;
	signaled = dma_resv_test_signaled(bo->resv, DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_unlock(bo->resv);
	if (!signaled || !dma_resv_trylock(bo->resv))
		return SHRINK_STOP;
	wait(bo);
	dma_resv_unlock(bo->resv);
	return 1;
}

/* Fences of one kind only. */
static unsigned long kind_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct bo *bo = first();

	if (!dma_resv_test_signaled(bo->resv, DMA_RESV_USAGE_KERNEL))
		return SHRINK_STOP;
	dma_resv_wait_timeout(bo->resv, DMA_RESV_USAGE_BOOKKEEP, false, 1000);	/* expect: reclaim-sleeping-lock */
	return 1;
}

/* Another reservation. */
static unsigned long other_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct bo *bo = first();

	if (!dma_resv_test_signaled(&bo->own, DMA_RESV_USAGE_BOOKKEEP))
		return SHRINK_STOP;
	dma_resv_wait_timeout(bo->resv, DMA_RESV_USAGE_KERNEL, false, 1000);	/* expect: reclaim-sleeping-lock */
	return idle(bo);
}

struct shrinker tested = { .count_objects = count, .scan_objects = tested_scan_ok };
struct shrinker unlocked = { .count_objects = count, .scan_objects = unlocked_scan_bad };
struct shrinker kind = { .count_objects = count, .scan_objects = kind_scan_bad };
struct shrinker other = { .count_objects = count, .scan_objects = other_scan_bad };
