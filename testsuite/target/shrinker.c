// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shrinker of objects.  It runs in kswapd, and in any task that allocates, with
 * whatever that task holds: it waits for nothing.
 */
#include <linux/pm_runtime.h>
#include <linux/swap.h>

#include "compat.h"
#include "target.h"

/* Backing up goes through shmem: a file system and its I/O, which the caller has to allow. */
static bool target_may_back_up(struct shrink_control *sc)
{
	return (sc->gfp_mask & (__GFP_FS | __GFP_IO)) == (__GFP_FS | __GFP_IO);
}

static unsigned long target_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct target_device *tdev = target_shrinker_data(shrinker);
	unsigned long n;

	if (DEFECT(LOCK_IN_COUNT)) {
		mutex_lock(&tdev->table_lock);
		mutex_unlock(&tdev->table_lock);
	}
	n = target_variant_count(tdev, sc);
	if (LOOKALIKE(COUNT_GATES_SCAN) && !(sc->gfp_mask & __GFP_FS))
		return 0;
	n += READ_ONCE(tdev->lru[TARGET_PURGEABLE].n_pages);
	if (target_may_back_up(sc))
		n += READ_ONCE(tdev->lru[TARGET_MOVABLE].n_pages);
	return n ?: SHRINK_EMPTY;
}

/* A predicate that looks right, and has nothing to do with what resuming does. */
static bool target_has_table(struct target_device *tdev)
{
	return tdev->table;
}

/*
 * Pages can be given back only while the device is awake.  When it sleeps it is woken
 * here if that cannot need memory; if it can, a worker does both.
 */
static bool target_wake(struct target_device *tdev)
{
	bool safe;

	if (target_get_if_active(tdev->dev) > 0)
		return true;
	if (DEFECT(WRONG_PREDICATE))
		safe = target_has_table(tdev);
	else
		safe = target_resume_is_reclaim_safe(tdev);
	if (safe && !pm_runtime_resume_and_get(tdev->dev)) {
		atomic_long_inc(&tdev->stats.resumed_in_place);
		return true;
	}
	queue_work(tdev->wq, &tdev->evict_work);
	atomic_long_inc(&tdev->stats.handed_over);
	return false;
}

static unsigned long target_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct target_device *tdev = target_shrinker_data(shrinker);
	unsigned int flags = DEFECT(LOCK_BY_FLAG) ? TARGET_MAY_WAIT : 0;
	unsigned long freed, n_scanned = 0;

	/* what a callback must not do; see variants.c for what is less in the open */
	if (DEFECT(RESUME_IN_DIRECT)) {
		pm_runtime_get_sync(tdev->dev);
		pm_runtime_put_autosuspend(tdev->dev);
	} else if (DEFECT(RESUME_IN_KSWAPD)) {
		if (current_is_kswapd() && !pm_runtime_resume_and_get(tdev->dev))
			pm_runtime_put_autosuspend(tdev->dev);
	} else if (DEFECT(LOCK_IN_SCAN)) {
		mutex_lock(&tdev->table_lock);
		mutex_unlock(&tdev->table_lock);
	} else if (DEFECT(READ_LOCK_IN_SCAN)) {
		down_read(&tdev->reset_sem);
		up_read(&tdev->reset_sem);
	} else if (DEFECT(WAIT_FOR_COMPLETION)) {
		if (atomic_read(&tdev->n_jobs))
			wait_for_completion(&tdev->idle);
	}
	target_variant_scan(tdev, sc);
	if (!target_wake(tdev))
		return SHRINK_STOP;
	freed = target_evict_some(tdev, TARGET_PURGEABLE, sc->nr_to_scan, flags, &n_scanned);
	if (target_may_back_up(sc))
		freed += target_evict_some(tdev, TARGET_MOVABLE, sc->nr_to_scan, flags, &n_scanned);
	pm_runtime_mark_last_busy(tdev->dev);
	pm_runtime_put_autosuspend(tdev->dev);

	sc->nr_scanned = n_scanned;
	return freed || n_scanned ? freed : SHRINK_STOP;
}

int target_shrinkers_init(struct target_device *tdev)
{
	tdev->shrinker = target_shrinker_alloc(tdev);
	if (!tdev->shrinker)
		return -ENOMEM;
	tdev->shrinker->count_objects = target_count;
	tdev->shrinker->scan_objects = target_scan;
	return target_shrinker_register(tdev->shrinker, "reclint_target");
}

void target_shrinkers_fini(struct target_device *tdev)
{
	target_shrinker_free(tdev->shrinker);
}
