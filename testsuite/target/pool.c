// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of objects that are gone, kept for the next ones; a second shrinker frees them.
 */
#include <linux/gfp.h>
#include <linux/slab.h>

#include "compat.h"
#include "target.h"

#define TARGET_POOL_MAX	1024UL

struct target_spare {
	struct list_head link;
	struct page *page;
};

struct target_isolate {
	struct target_device *tdev;
	struct list_head dispose;
};

static TARGET_ISOLATE(target_pool_isolate)
{
	struct target_isolate *isolate = arg;

	if (DEFECT(LOCK_IN_ISOLATE)) {
		mutex_lock(&isolate->tdev->table_lock);
		mutex_unlock(&isolate->tdev->table_lock);
	}
	if (LOOKALIKE(TRYLOCK_IN_ISOLATE)) {
		if (!mutex_trylock(&isolate->tdev->table_lock))
			return LRU_SKIP;
		mutex_unlock(&isolate->tdev->table_lock);
	}
	list_lru_isolate(list, item);
	list_add(item, &isolate->dispose);
	return LRU_REMOVED;
}

static unsigned long target_pool_dispose(struct target_isolate *isolate)
{
	struct target_spare *spare, *next;
	unsigned long n = 0;

	list_for_each_entry_safe(spare, next, &isolate->dispose, link) {
		__free_page(spare->page);
		kfree(spare);
		n++;
	}
	return n;
}

struct page *target_pool_get(struct target_device *tdev)
{
	struct target_isolate isolate = {
		.tdev = tdev,
		.dispose = LIST_HEAD_INIT(isolate.dispose),
	};
	struct target_spare *spare;
	struct page *page;

	list_lru_walk(&tdev->pool, target_pool_isolate, &isolate, 1);
	spare = list_first_entry_or_null(&isolate.dispose, struct target_spare, link);
	if (!spare)
		return NULL;
	page = spare->page;
	kfree(spare);
	return page;
}

void target_pool_put(struct target_device *tdev, struct page *page)
{
	struct target_spare *spare = NULL;

	if (list_lru_count(&tdev->pool) < TARGET_POOL_MAX)
		spare = kmalloc(sizeof(*spare), GFP_KERNEL);
	if (!spare) {
		__free_page(page);
		return;
	}
	spare->page = page;
	INIT_LIST_HEAD(&spare->link);
	target_lru_add(&tdev->pool, &spare->link);
}

static unsigned long target_pool_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct target_device *tdev = target_shrinker_data(shrinker);
	unsigned long n = list_lru_shrink_count(&tdev->pool, sc);

	return n ?: SHRINK_EMPTY;
}

static unsigned long target_pool_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct target_device *tdev = target_shrinker_data(shrinker);
	struct target_isolate isolate = {
		.tdev = tdev,
		.dispose = LIST_HEAD_INIT(isolate.dispose),
	};

	list_lru_shrink_walk(&tdev->pool, sc, target_pool_isolate, &isolate);
	return target_pool_dispose(&isolate);
}

int target_pool_init(struct target_device *tdev)
{
	int ret = list_lru_init(&tdev->pool);

	if (ret)
		return ret;
	tdev->pool_shrinker = target_shrinker_alloc(tdev);
	if (!tdev->pool_shrinker) {
		list_lru_destroy(&tdev->pool);
		return -ENOMEM;
	}
	tdev->pool_shrinker->count_objects = target_pool_count;
	tdev->pool_shrinker->scan_objects = target_pool_scan;
	return target_shrinker_register(tdev->pool_shrinker, "reclint_target-pool");
}

void target_pool_fini(struct target_device *tdev)
{
	struct target_isolate isolate = {
		.tdev = tdev,
		.dispose = LIST_HEAD_INIT(isolate.dispose),
	};

	target_shrinker_free(tdev->pool_shrinker);
	list_lru_walk(&tdev->pool, target_pool_isolate, &isolate, ULONG_MAX);
	target_pool_dispose(&isolate);
	list_lru_destroy(&tdev->pool);
}
