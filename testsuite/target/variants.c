// SPDX-License-Identifier: GPL-2.0-only
/*
 * Variants of the module: a defect each, or what looks like one and is right.  A few are
 * where they have to be, in the other files.  variants.txt says what each is.
 */
#include <linux/cleanup.h>
#include <linux/pm_runtime.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "compat.h"
#include "target.h"

/* What is to be done with each of a device's lists; as a walk over somebody's callback. */
struct target_walk {
	void (*visit)(struct target_device *tdev, struct target_lru *lru);
	struct target_device *tdev;
};

static void target_walk(struct target_walk *walk)
{
	unsigned int i;

	for (i = 0; i < TARGET_N_LRUS; i++)
		walk->visit(walk->tdev, &walk->tdev->lru[i]);
}

static void target_visit_locked(struct target_device *tdev, struct target_lru *lru)
{
	mutex_lock(&tdev->table_lock);
	WARN_ON_ONCE(lru->n_objects > lru->n_pages);
	mutex_unlock(&tdev->table_lock);
}

static void target_visit(struct target_device *tdev, struct target_lru *lru)
{
	spin_lock(&tdev->lru_lock);
	WARN_ON_ONCE(lru->n_objects > lru->n_pages);
	spin_unlock(&tdev->lru_lock);
}

static void target_walk_lists(struct target_device *tdev,
			      void (*visit)(struct target_device *tdev, struct target_lru *lru))
{
	struct target_walk walk = { .visit = visit, .tdev = tdev };

	target_walk(&walk);
}

static void target_touch(struct mutex *lock)
{
	mutex_lock(lock);
	mutex_unlock(lock);
}

static bool target_try_touch(struct mutex *lock)
{
	if (!mutex_trylock(lock))
		return false;
	mutex_unlock(lock);
	return true;
}

enum target_how { TARGET_SPIN, TARGET_TRY, TARGET_SLEEP };

static void target_touch_how(struct target_device *tdev, enum target_how how)
{
	switch (how) {
	case TARGET_SPIN:
		spin_lock(&tdev->lru_lock);
		spin_unlock(&tdev->lru_lock);
		break;
	case TARGET_TRY:
		target_try_touch(&tdev->table_lock);
		break;
	case TARGET_SLEEP:
		target_touch(&tdev->table_lock);
		break;
	}
}

/* An object that nobody else has seen. */
struct target_note {
	struct mutex lock;	/* nr_to_scan */
	unsigned long nr_to_scan;
};

static void target_take_note(struct shrink_control *sc)
{
	struct target_note *note = kmalloc(sizeof(*note), GFP_NOWAIT | __GFP_NOWARN);

	if (!note)
		return;
	mutex_init(&note->lock);
	mutex_lock(&note->lock);
	note->nr_to_scan = sc->nr_to_scan;
	mutex_unlock(&note->lock);
	kfree(note);
}

unsigned long target_variant_count(struct target_device *tdev, struct shrink_control *sc)
{
	if (LOOKALIKE(TRYLOCK_IN_COUNT) && !target_try_touch(&tdev->table_lock))
		return 1;
	return 0;
}

static void target_defect_in_scan(struct target_device *tdev, struct shrink_control *sc)
{
	struct device *dev = tdev->dev;

	if (DEFECT(SUSPEND_SYNC)) {
		pm_runtime_get_noresume(dev);
		pm_runtime_put_sync_suspend(dev);
	}

	if (DEFECT(LEAF_LOCK_IN_SCAN))
		target_touch(&tdev->stats_lock);
	if (DEFECT(LOCK_ACROSS_NOFS) && (sc->gfp_mask & __GFP_FS))
		target_touch(&tdev->stats_lock);
	if (DEFECT(CHAIN))
		target_touch(&tdev->stats_lock);
	if (DEFECT(LOCK_IN_KSWAPD) && current_is_kswapd())
		target_touch(&tdev->table_lock);
	if (DEFECT(LOCK_IN_DIRECT) && !current_is_kswapd())
		target_touch(&tdev->table_lock);
	if (DEFECT(LOCK_IN_CALLBACK))
		target_walk_lists(tdev, target_visit_locked);
	if (DEFECT(LOCK_BY_SWITCH))
		target_touch_how(tdev, TARGET_SLEEP);
	if (DEFECT(GUARD_IN_SCAN)) {
		guard(mutex)(&tdev->table_lock);
		sc->nr_scanned = 0;
	}
	if (DEFECT(TRYLOCK_POLARITY)) {
		/* mutex_trylock() is not down_trylock(): 0 is failure */
		if (mutex_trylock(&tdev->table_lock))
			mutex_unlock(&tdev->table_lock);
		else
			target_touch(&tdev->table_lock);
	}
	if (DEFECT(FLUSH_WORK))
		flush_work(&tdev->evict_work);
	if (DEFECT(CANCEL_WORK_SYNC))
		cancel_work_sync(&tdev->evict_work);
	if (DEFECT(FLUSH_WORKQUEUE))
		flush_workqueue(tdev->wq);
	if (DEFECT(SYNCHRONIZE_SRCU))
		synchronize_srcu(&tdev->srcu);

	if (DEFECT(MEMALLOC_CLEARED)) {
		unsigned int flags = current->flags & PF_MEMALLOC;
		void *log;

		current->flags &= ~PF_MEMALLOC;
		log = kmalloc(PAGE_SIZE, GFP_KERNEL);
		current->flags |= flags;
		kfree(log);
	}
}

static void target_lookalike_in_scan(struct target_device *tdev, struct shrink_control *sc)
{
	struct device *dev = tdev->dev;

	if (LOOKALIKE(GET_ASYNC)) {
		pm_runtime_get(dev);
		pm_runtime_put(dev);
	}
	if (LOOKALIKE(GET_NORESUME)) {
		pm_runtime_get_noresume(dev);
		pm_runtime_put_autosuspend(dev);
	}
	if (LOOKALIKE(GET_IF_IN_USE) && pm_runtime_get_if_in_use(dev) > 0)
		pm_runtime_put_autosuspend(dev);
	if (LOOKALIKE(NESTED_GET) && target_get_if_active(dev) > 0) {
		/* awake, and stays so: this resumes nothing */
		pm_runtime_get_sync(dev);
		pm_runtime_put_autosuspend(dev);
		pm_runtime_put_autosuspend(dev);
	}
	if (LOOKALIKE(RESUME_BEHIND_PREDICATE) && target_resume_is_reclaim_safe(tdev) &&
	    !pm_runtime_resume_and_get(dev))
		pm_runtime_put_autosuspend(dev);

	if (LOOKALIKE(TRYLOCK_IN_SCAN) && !target_try_touch(&tdev->table_lock))
		sc->nr_scanned = 0;
	if (LOOKALIKE(TRYLOCK_IN_LOOP)) {
		unsigned int i;

		for (i = 0; i < 3 && !target_try_touch(&tdev->table_lock); i++)
			cpu_relax();
	}
	if (LOOKALIKE(READ_TRYLOCK_IN_SCAN) && down_read_trylock(&tdev->reset_sem))
		up_read(&tdev->reset_sem);
	if (LOOKALIKE(GUARD_SPINLOCK)) {
		guard(spinlock)(&tdev->lru_lock);
		sc->nr_scanned = 0;
	}
	if (LOOKALIKE(OTHER_CALLBACK))
		target_walk_lists(tdev, target_visit);
	if (LOOKALIKE(OTHER_CASE)) {
		target_touch_how(tdev, TARGET_SPIN);
		target_touch_how(tdev, TARGET_TRY);
	}
	if (LOOKALIKE(NEW_OBJECT))
		target_take_note(sc);
	if (LOOKALIKE(COUNT_GATES_SCAN) && !(sc->gfp_mask & __GFP_FS))
		target_touch(&tdev->table_lock);
	if (LOOKALIKE(NO_SUCH_TASK) && current_is_kswapd() && !(current->flags & PF_MEMALLOC))
		target_touch(&tdev->table_lock);
	if (LOOKALIKE(SRCU_READ)) {
		int idx = srcu_read_lock(&tdev->srcu);

		srcu_read_unlock(&tdev->srcu, idx);
	}

	if (LOOKALIKE(WORK_BUSY) && work_busy(&tdev->evict_work))
		cancel_work(&tdev->evict_work);
	if (LOOKALIKE(QUEUE_WORK))
		queue_work(tdev->wq, &tdev->evict_work);
	if (LOOKALIKE(COMPLETION_POLL) && try_wait_for_completion(&tdev->idle))
		sc->nr_scanned = 0;

	if (LOOKALIKE(ALLOC_NOWAIT))
		kfree(kmalloc(PAGE_SIZE, GFP_NOWAIT | __GFP_NOWARN));
	if (LOOKALIKE(NORECLAIM_SCOPE)) {
		unsigned int flags = memalloc_noreclaim_save();

		kfree(kmalloc(PAGE_SIZE, GFP_KERNEL));
		memalloc_noreclaim_restore(flags);
	}
}

void target_variant_scan(struct target_device *tdev, struct shrink_control *sc)
{
	target_defect_in_scan(tdev, sc);
	target_lookalike_in_scan(tdev, sc);
}

static void target_release_waiting(struct kref *ref)
{
	struct target_object *obj = container_of(ref, struct target_object, ref);

	target_touch(&obj->tdev->table_lock);
	target_lru_remove(obj);
	queue_work(obj->tdev->wq, &obj->release_work);
}

/* The caller holds resv and a reference. */
void target_variant_evict(struct target_object *obj)
{
	if (DEFECT(FENCE_WAIT) && obj->fence)
		dma_fence_wait(obj->fence, false);
	if (LOOKALIKE(FENCE_POLL) && obj->fence)
		dma_fence_wait_timeout(obj->fence, false, 0);
	if (LOOKALIKE(NOT_THE_LAST)) {
		kref_get(&obj->ref);
		kref_put(&obj->ref, target_release_waiting);
	}
}

static long target_evict_locked(struct target_object *obj)
{
	target_touch(&obj->tdev->table_lock);
	return 0;
}

static const struct target_evict_ops target_user_ops = { .evict = target_evict_locked };

/* In a task that may wait, without locks: the other half of some. */
void target_variant_user(struct target_device *tdev)
{
	if (DEFECT(CHAIN)) {
		mutex_lock(&tdev->stats_lock);
		mutex_lock(&tdev->table_lock);
		mutex_unlock(&tdev->table_lock);
		mutex_unlock(&tdev->stats_lock);
	}
	if (DEFECT(LOCK_ACROSS_NOFS)) {
		mutex_lock(&tdev->stats_lock);
		kfree(kmalloc(PAGE_SIZE, GFP_NOFS));
		mutex_unlock(&tdev->stats_lock);
	}
	if (DEFECT(SYNCHRONIZE_SRCU) || LOOKALIKE(SRCU_READ)) {
		int idx = srcu_read_lock(&tdev->srcu);

		kfree(kmalloc(PAGE_SIZE, GFP_KERNEL));
		srcu_read_unlock(&tdev->srcu, idx);
	}
	if (LOOKALIKE(OTHER_CALLBACK))
		target_walk_lists(tdev, target_visit_locked);
	if (LOOKALIKE(OTHER_OPS)) {
		const struct target_evict_ops *ops = &target_user_ops;
		struct target_object *obj = target_object_find(tdev, 1);

		if (obj) {
			ops->evict(obj);
			target_object_put(obj);
		}
	}
	if (LOOKALIKE(OTHER_CASE))
		target_touch_how(tdev, TARGET_SLEEP);
}
