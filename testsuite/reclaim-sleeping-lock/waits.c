// SPDX-License-Identifier: MIT
/*
 * check-name: waiting for something else to be done
 */
#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/rcupdate.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct engine {
	struct completion idle;
	struct dma_fence *fence;
	struct work_struct retire;
	spinlock_t lock;
};
static struct engine *engine;

static unsigned long engine_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long engine_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	wait_for_completion(&engine->idle);	/* expect: reclaim-sleeping-lock "wait_for_completion" */
	dma_fence_wait(engine->fence, false);	/* expect: reclaim-sleeping-lock "dma_fence" */
	flush_work(&engine->retire);		/* expect: reclaim-sleeping-lock "flush_work" */
	synchronize_rcu();			/* expect: reclaim-sleeping-lock "synchronize_rcu" */
	return 1;
}

/* Spinning is not sleeping, and asking is not waiting. */
static unsigned long engine_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!try_wait_for_completion(&engine->idle))
		return SHRINK_STOP;
	spin_lock(&engine->lock);
	complete_all(&engine->idle);
	spin_unlock(&engine->lock);
	rcu_read_lock();
	rcu_read_unlock();
	return 1;
}

static struct shrinker bad = { .count_objects = engine_count, .scan_objects = engine_scan_bad };
static struct shrinker ok = { .count_objects = engine_count, .scan_objects = engine_scan_ok };

int engine_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
