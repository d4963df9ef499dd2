/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device that is not there, whose driver gives memory back the right way.
 *
 * The device reads the memory of objects through a table of addresses, while it is
 * awake.  It has two personalities.  The integrated one keeps its table while it
 * sleeps; the discrete one loses it, and allocates memory to restore it.  A page may
 * be given back only when the table no longer names it, and the table can be written
 * only while the device is awake: so the shrinker has to think about runtime PM.
 *
 * Locks, outermost first:
 *   reset_sem	jobs (read) against a reset (write); allocates under it
 *   resv	of each object (ww): its pages, state, slot and fence; allocates under it
 *   table_lock	who has which slot; allocates under it
 *   fw_lock	the discrete personality's loss and restore of its table; allocates under it
 *   lru_lock, hw_lock, fence_lock: spinlocks, innermost
 * stats_lock and srcu are nobody's: nothing is allocated under them.
 *
 * Reclaim only ever tries the sleeping ones.
 */
#ifndef TARGET_H
#define TARGET_H

#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/list_lru.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>
#include <linux/ww_mutex.h>
#include <linux/xarray.h>

/* A module is built with one defect, or one look-alike, or neither; see variants.txt. */
#define DEFECT(name)	IS_ENABLED(TARGET_DEFECT_##name)
#define LOOKALIKE(name)	IS_ENABLED(TARGET_LOOKALIKE_##name)

#define TARGET_SLOTS	256	/* of the table; slot 0 is never used */
#define TARGET_VALID	BIT_ULL(0)	/* in a table's entry, beside the page's address */

/* The caller can sleep: never from reclaim. */
#define TARGET_MAY_WAIT	BIT(0)

struct target_device;
struct target_object;

/* Objects that have memory, coldest first: what reclaim may take from them. */
enum target_lru_kind { TARGET_PURGEABLE, TARGET_MOVABLE, TARGET_N_LRUS };

struct target_lru {
	struct list_head objects;	/* target_object.lru */
	unsigned long n_objects, n_pages;
};

struct target_stats {
	atomic_long_t purged, backed_up, restored;	/* pages */
	atomic_long_t busy;		/* objects that reclaim left alone */
	atomic_long_t resumed_in_place;	/* by the shrinker, where that is safe */
	atomic_long_t handed_over;	/* to evict_work, because the device slept */
	atomic_long_t bad_reads;	/* the device read through a wrong entry: a bug */
};

struct target_device {
	struct device *dev;
	bool discrete;

	spinlock_t hw_lock;		/* table, awake */
	u64 *table;			/* the device's own, in simulated MMIO space */
	bool awake;
	u64 *shadow;			/* what table is to hold; hw_lock */

	struct mutex table_lock;	/* slots */
	unsigned long *slots;		/* used ones */
	struct mutex fw_lock;		/* table of a discrete device, as it changes */
	struct rw_semaphore reset_sem;	/* jobs against a reset */
	struct mutex stats_lock;	/* a consistent reading of stats */
	struct srcu_struct srcu;

	struct xarray objects;		/* by id; each holds a reference */
	spinlock_t lru_lock;		/* lru */
	struct target_lru lru[TARGET_N_LRUS];

	struct workqueue_struct *wq;
	struct work_struct evict_work;
	atomic_t n_jobs;
	wait_queue_head_t idle_wait;	/* for n_jobs to become 0 */
	struct completion idle;		/* the job that ended last */
	u64 fence_context;
	atomic64_t fence_seqno;
	spinlock_t fence_lock;		/* of all fences */

	struct list_lru pool;		/* target_spare.link */
	struct shrinker *shrinker, *pool_shrinker;
	struct dentry *debugfs;
	struct target_stats stats;
};

/* How an object gives its memory back.  The caller holds resv, and the table names no page. */
struct target_evict_ops {
	/* Returns how many pages were freed, or a negative error code if none was. */
	long (*evict)(struct target_object *obj);
};

struct target_object {
	struct kref ref;
	struct target_device *tdev;
	enum target_lru_kind kind;
	const struct target_evict_ops *ops;
	u32 id;
	unsigned int n_pages;

	struct ww_mutex resv;		/* what follows */
	struct page **pages;		/* each NULL while it is not resident */
	struct file *backup;		/* of movable objects */
	bool filled;			/* has had its content */
	unsigned int slot;		/* 0: the table does not name it */
	struct dma_fence *fence;	/* of the last job */

	struct list_head lru;		/* lru_lock; empty while it has no memory */
	struct work_struct release_work;
};

/* What the table holds for a resident object. */
static inline u64 target_entry(struct target_object *obj)
{
	return PFN_PHYS(page_to_pfn(obj->pages[0])) | TARGET_VALID;
}

extern struct ww_class target_ww_class;
extern const struct dev_pm_ops target_pm_ops;
extern const struct target_evict_ops target_purge_ops, target_backup_ops;

/* table.c: the device and its power */
int target_table_init(struct target_device *tdev);
void target_table_fini(struct target_device *tdev);
int target_table_map(struct target_object *obj);
int target_table_unmap(struct target_object *obj, unsigned int flags);
bool target_table_read(struct target_device *tdev, unsigned int slot, u64 *entry);
bool target_resume_is_reclaim_safe(struct target_device *tdev);

/* object.c */
struct target_object *target_object_create(struct target_device *tdev, unsigned int n_pages,
					   bool purgeable);
struct target_object *target_object_find(struct target_device *tdev, u32 id);
void target_object_put(struct target_object *obj);
int target_object_populate(struct target_object *obj);
void target_object_free_page(struct target_object *obj, unsigned int i);
/* Returns 0 when its content is what it was made with, 1 when it was purged, or -EIO. */
int target_object_verify(struct target_object *obj);
void target_object_destroy_all(struct target_device *tdev);

/* evict.c */
void target_lru_add_tail(struct target_object *obj);
void target_lru_remove(struct target_object *obj);
/*
 * Takes the memory of objects of one kind until n_to_scan pages were looked at.
 * Returns how many were freed, and adds to n_scanned.  The caller keeps the device awake.
 */
unsigned long target_evict_some(struct target_device *tdev, enum target_lru_kind kind,
				unsigned long n_to_scan, unsigned int flags,
				unsigned long *n_scanned);
void target_evict_work(struct work_struct *work);

/* job.c */
int target_submit(struct target_object *obj, struct target_object *other);
int target_reset(struct target_device *tdev);

/* pool.c: pages that were freed, kept for the next object */
int target_pool_init(struct target_device *tdev);
void target_pool_fini(struct target_device *tdev);
struct page *target_pool_get(struct target_device *tdev);
void target_pool_put(struct target_device *tdev, struct page *page);

/* shrinker.c */
int target_shrinkers_init(struct target_device *tdev);
void target_shrinkers_fini(struct target_device *tdev);

/* variants.c: what the built-in variant does there; nothing in a clean module */
unsigned long target_variant_count(struct target_device *tdev, struct shrink_control *sc);
void target_variant_scan(struct target_device *tdev, struct shrink_control *sc);
void target_variant_evict(struct target_object *obj);
void target_variant_user(struct target_device *tdev);

/* debugfs.c */
void target_debugfs_init(struct target_device *tdev);

#endif /* TARGET_H */
