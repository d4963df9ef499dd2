// SPDX-License-Identifier: GPL-2.0-only
/*
 * How objects give their memory back: to reclaim, which may not wait, and to a worker,
 * which may.
 */
#include <linux/file.h>
#include <linux/highmem.h>
#include <linux/pm_runtime.h>

#include "compat.h"
#include "target.h"

#define TARGET_BATCH	128UL	/* pages that the worker looks at, of each kind */

void target_lru_add_tail(struct target_object *obj)
{
	struct target_device *tdev = obj->tdev;
	struct target_lru *lru = &tdev->lru[obj->kind];

	spin_lock(&tdev->lru_lock);
	if (list_empty(&obj->lru)) {
		lru->n_objects++;
		lru->n_pages += obj->n_pages;
	}
	list_move_tail(&obj->lru, &lru->objects);
	spin_unlock(&tdev->lru_lock);
}

void target_lru_remove(struct target_object *obj)
{
	struct target_device *tdev = obj->tdev;
	struct target_lru *lru = &tdev->lru[obj->kind];

	spin_lock(&tdev->lru_lock);
	if (!list_empty(&obj->lru)) {
		lru->n_objects--;
		lru->n_pages -= obj->n_pages;
		list_del_init(&obj->lru);
	}
	spin_unlock(&tdev->lru_lock);
}

/* The coldest object, which becomes the warmest: with a reference, or NULL. */
static struct target_object *target_lru_next(struct target_device *tdev, struct target_lru *lru)
{
	struct target_object *obj;

	spin_lock(&tdev->lru_lock);
	obj = list_first_entry_or_null(&lru->objects, struct target_object, lru);
	if (obj) {
		list_move_tail(&obj->lru, &lru->objects);
		if (!kref_get_unless_zero(&obj->ref))
			obj = NULL;
	}
	spin_unlock(&tdev->lru_lock);
	return obj;
}

static long target_purge(struct target_object *obj)
{
	long n = 0;
	unsigned int i;

	for (i = 0; i < obj->n_pages; i++) {
		if (!obj->pages[i])
			continue;
		target_object_free_page(obj, i);
		n++;
	}
	atomic_long_add(n, &obj->tdev->stats.purged);
	return n;
}

static long target_backup(struct target_object *obj)
{
	long n = 0;
	unsigned int i;

	if (DEFECT(LOCK_IN_OPS)) {
		mutex_lock(&obj->tdev->table_lock);
		mutex_unlock(&obj->tdev->table_lock);
	}
	for (i = 0; i < obj->n_pages; i++) {
		struct page *to;

		if (!obj->pages[i])
			continue;
		/* reclaim's own reserves, or nothing: not a second reclaim */
		to = shmem_read_mapping_page_gfp(obj->backup->f_mapping, i,
						 GFP_NOWAIT | __GFP_NOWARN);
		if (IS_ERR(to))
			break;
		copy_highpage(to, obj->pages[i]);
		set_page_dirty(to);
		put_page(to);
		target_object_free_page(obj, i);
		n++;
	}
	atomic_long_add(n, &obj->tdev->stats.backed_up);
	return n || i == obj->n_pages ? n : -ENOMEM;
}

const struct target_evict_ops target_purge_ops = { .evict = target_purge };
const struct target_evict_ops target_backup_ops = { .evict = target_backup };

/* The caller holds resv. */
static long target_object_evict(struct target_object *obj, unsigned int flags)
{
	int ret;

	target_variant_evict(obj);
	if (obj->fence && !dma_fence_is_signaled(obj->fence))
		return -EBUSY;
	ret = target_table_unmap(obj, flags);
	if (ret)
		return ret;
	return obj->ops->evict(obj);
}

static bool target_has_memory(struct target_object *obj)
{
	unsigned int i;

	for (i = 0; i < obj->n_pages; i++)
		if (obj->pages[i])
			return true;
	return false;
}

unsigned long target_evict_some(struct target_device *tdev, enum target_lru_kind kind,
				unsigned long n_to_scan, unsigned int flags,
				unsigned long *n_scanned)
{
	struct target_lru *lru = &tdev->lru[kind];
	unsigned long n_objects = READ_ONCE(lru->n_objects);
	unsigned long freed = 0;

	for (; n_objects && *n_scanned < n_to_scan; n_objects--) {
		struct target_object *obj = target_lru_next(tdev, lru);
		long n;

		if (!obj)
			continue;
		*n_scanned += obj->n_pages;
		if (DEFECT(WW_LOCK_IN_SCAN)) {
			ww_mutex_lock(&obj->resv, NULL);
		} else if (!ww_mutex_trylock(&obj->resv, NULL)) {
			atomic_long_inc(&tdev->stats.busy);
			target_object_put(obj);
			continue;
		}
		n = target_object_evict(obj, flags);
		if (n > 0)
			freed += n;
		else if (n < 0)
			atomic_long_inc(&tdev->stats.busy);
		if (!target_has_memory(obj))
			target_lru_remove(obj);
		ww_mutex_unlock(&obj->resv);
		target_object_put(obj);
	}
	return freed;
}

/* What reclaim could not do because the device slept: not in reclaim, so it may wait. */
void target_evict_work(struct work_struct *work)
{
	struct target_device *tdev = container_of(work, struct target_device, evict_work);
	unsigned long n_scanned = 0;

	if (pm_runtime_resume_and_get(tdev->dev))
		return;
	target_evict_some(tdev, TARGET_PURGEABLE, TARGET_BATCH, TARGET_MAY_WAIT, &n_scanned);
	target_evict_some(tdev, TARGET_MOVABLE, TARGET_BATCH, TARGET_MAY_WAIT, &n_scanned);
	pm_runtime_mark_last_busy(tdev->dev);
	pm_runtime_put_autosuspend(tdev->dev);
}
