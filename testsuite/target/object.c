// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects: memory with a content, which the device reads.
 */
#include <linux/file.h>
#include <linux/highmem.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "compat.h"
#include "target.h"

DEFINE_WW_CLASS(target_ww_class);

static void target_object_free(struct work_struct *work)
{
	struct target_object *obj = container_of(work, struct target_object, release_work);
	struct target_device *tdev = obj->tdev;
	unsigned int i;

	/* the table first: the device must not read what somebody else is given */
	if (obj->slot && !pm_runtime_resume_and_get(tdev->dev)) {
		target_table_unmap(obj, TARGET_MAY_WAIT);
		pm_runtime_mark_last_busy(tdev->dev);
		pm_runtime_put_autosuspend(tdev->dev);
	}
	for (i = 0; i < obj->n_pages; i++)
		if (obj->pages[i])
			target_pool_put(tdev, obj->pages[i]);
	dma_fence_put(obj->fence);
	if (obj->backup)
		fput(obj->backup);
	ww_mutex_destroy(&obj->resv);
	kvfree(obj->pages);
	kfree(obj);
}

static void target_object_release(struct kref *ref)
{
	struct target_object *obj = container_of(ref, struct target_object, ref);

	if (DEFECT(LAST_REFERENCE)) {
		mutex_lock(&obj->tdev->table_lock);
		mutex_unlock(&obj->tdev->table_lock);
	}
	/* the last reference may be reclaim's: what needs the device is for a worker */
	target_lru_remove(obj);
	queue_work(obj->tdev->wq, &obj->release_work);
}

void target_object_put(struct target_object *obj)
{
	kref_put(&obj->ref, target_object_release);
}

struct target_object *target_object_create(struct target_device *tdev, unsigned int n_pages,
					   bool purgeable)
{
	struct target_object *obj;
	int ret;

	if (!n_pages)
		return ERR_PTR(-EINVAL);
	obj = kzalloc(sizeof(*obj), GFP_KERNEL);
	if (!obj)
		return ERR_PTR(-ENOMEM);
	kref_init(&obj->ref);
	obj->tdev = tdev;
	obj->n_pages = n_pages;
	obj->kind = purgeable ? TARGET_PURGEABLE : TARGET_MOVABLE;
	obj->ops = purgeable ? &target_purge_ops : &target_backup_ops;
	ww_mutex_init(&obj->resv, &target_ww_class);
	INIT_LIST_HEAD(&obj->lru);
	INIT_WORK(&obj->release_work, target_object_free);

	obj->pages = kvcalloc(n_pages, sizeof(*obj->pages), GFP_KERNEL);
	if (!obj->pages) {
		ret = -ENOMEM;
		goto err;
	}
	if (!purgeable) {
		obj->backup = target_shmem_setup((loff_t)n_pages << PAGE_SHIFT);
		if (IS_ERR(obj->backup)) {
			ret = PTR_ERR(obj->backup);
			obj->backup = NULL;
			goto err;
		}
	}
	ret = xa_alloc(&tdev->objects, &obj->id, obj, xa_limit_31b, GFP_KERNEL);
	if (ret)
		goto err;
	return obj;
err:
	if (obj->backup)
		fput(obj->backup);
	kvfree(obj->pages);
	kfree(obj);
	return ERR_PTR(ret);
}

struct target_object *target_object_find(struct target_device *tdev, u32 id)
{
	struct target_object *obj;

	xa_lock(&tdev->objects);
	obj = xa_load(&tdev->objects, id);
	if (obj)
		kref_get(&obj->ref);
	xa_unlock(&tdev->objects);
	return obj;
}

void target_object_destroy_all(struct target_device *tdev)
{
	struct target_object *obj;
	unsigned long id;

	xa_for_each(&tdev->objects, id, obj) {
		xa_erase(&tdev->objects, id);
		target_object_put(obj);
	}
}

/* What each word of a page holds. */
static u64 target_pattern(struct target_object *obj, unsigned int i)
{
	return ((u64)obj->id << 32 | i) * 0x9e3779b97f4a7c15ULL;
}

static void target_fill(struct target_object *obj, unsigned int i)
{
	u64 *words = kmap_local_page(obj->pages[i]);

	memset64(words, target_pattern(obj, i), PAGE_SIZE / sizeof(*words));
	kunmap_local(words);
}

static int target_read_back(struct target_object *obj, unsigned int i)
{
	struct page *from = shmem_read_mapping_page(obj->backup->f_mapping, i);

	if (IS_ERR(from))
		return PTR_ERR(from);
	copy_highpage(obj->pages[i], from);
	put_page(from);
	atomic_long_inc(&obj->tdev->stats.restored);
	return 0;
}

/* The caller holds resv. */
int target_object_populate(struct target_object *obj)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < obj->n_pages && !ret; i++) {
		if (obj->pages[i])
			continue;
		obj->pages[i] = target_pool_get(obj->tdev);
		if (!obj->pages[i])
			obj->pages[i] = alloc_page(GFP_HIGHUSER);
		if (!obj->pages[i]) {
			ret = -ENOMEM;
		} else if (obj->filled && obj->backup) {
			ret = target_read_back(obj, i);
			if (ret)
				target_object_free_page(obj, i);
		} else {
			target_fill(obj, i);
		}
	}
	if (!ret) {
		obj->filled = true;
		target_lru_add_tail(obj);
	}
	return ret;
}

/* The caller holds resv. */
void target_object_free_page(struct target_object *obj, unsigned int i)
{
	__free_page(obj->pages[i]);
	obj->pages[i] = NULL;
}

int target_object_verify(struct target_object *obj)
{
	unsigned int i, k;
	int ret;

	ret = ww_mutex_lock_interruptible(&obj->resv, NULL);
	if (ret)
		return ret;
	if (!obj->backup)
		for (i = 0; i < obj->n_pages; i++)
			if (!obj->pages[i])
				ret = 1;
	if (!ret)
		ret = target_object_populate(obj);
	for (i = 0; i < obj->n_pages && !ret; i++) {
		u64 *words = kmap_local_page(obj->pages[i]);

		for (k = 0; k < PAGE_SIZE / sizeof(*words); k++)
			if (words[k] != target_pattern(obj, i))
				ret = -EIO;
		kunmap_local(words);
	}
	ww_mutex_unlock(&obj->resv);
	return ret;
}
