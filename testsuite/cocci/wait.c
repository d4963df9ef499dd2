// SPDX-License-Identifier: MIT
/* Waits for what others do. */
#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/shrinker.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

struct dev {
	struct completion idle;
	struct dma_fence *fence;
	struct work_struct work;
	struct srcu_struct srcu;
	unsigned long n;
};
static struct dev *dev;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return dev->n;
}

static unsigned long scan_completion(struct shrinker *s, struct shrink_control *sc)
{
	wait_for_completion(&dev->idle);	/* cocci: reclaim-sleeping-lock */
	dev->n -= sc->nr_to_scan;
	return sc->nr_to_scan;
}

static unsigned long scan_fence(struct shrinker *s, struct shrink_control *sc)
{
	if (sc->nr_to_scan > 1)
		dma_fence_wait(dev->fence, false);	/* cocci: reclaim-sleeping-lock */
	dma_fence_wait_timeout(dev->fence, false, 0);
	return sc->nr_to_scan;
}

static unsigned long scan_work(struct shrinker *s, struct shrink_control *sc)
{
	flush_work(&dev->work);	/* cocci: reclaim-sleeping-lock stays */
	synchronize_srcu(&dev->srcu);	/* cocci: reclaim-sleeping-lock stays */
	dma_fence_wait_timeout(dev->fence, false, 10);	/* cocci: reclaim-sleeping-lock stays */
	return sc->nr_to_scan;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!try_wait_for_completion(&dev->idle) || !dma_fence_is_signaled(dev->fence))
		return SHRINK_STOP;
	return sc->nr_to_scan;
}

static struct shrinker completion = { .count_objects = count, .scan_objects = scan_completion };
static struct shrinker fence = { .count_objects = count, .scan_objects = scan_fence };
static struct shrinker work = { .count_objects = count, .scan_objects = scan_work };
static struct shrinker ok = { .count_objects = count, .scan_objects = scan_ok };

int dev_init(void)
{
	return register_shrinker(&completion, "a") | register_shrinker(&fence, "b") | register_shrinker(&work, "c") |
	       register_shrinker(&ok, "d");
}
