/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between Linux 6.1 and 7.3, and nothing else.
 */
#ifndef TARGET_COMPAT_H
#define TARGET_COMPAT_H

#include <linux/list_lru.h>
#include <linux/pm_runtime.h>
#include <linux/shmem_fs.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

/* Since 6.7 shrinkers are allocated, and have a pointer to what they shrink. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
struct target_shrinker {
	struct shrinker base;
	void *private_data;
};

static inline struct shrinker *target_shrinker_alloc(void *data)
{
	struct target_shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (!shrinker)
		return NULL;
	shrinker->private_data = data;
	shrinker->base.seeks = DEFAULT_SEEKS;
	return &shrinker->base;
}

static inline int target_shrinker_register(struct shrinker *shrinker, const char *name)
{
	return register_shrinker(shrinker, "%s", name);
}

static inline void target_shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(container_of(shrinker, struct target_shrinker, base));
}

static inline void *target_shrinker_data(struct shrinker *shrinker)
{
	return container_of(shrinker, struct target_shrinker, base)->private_data;
}
#else
static inline struct shrinker *target_shrinker_alloc(void *data)
{
	struct shrinker *shrinker = shrinker_alloc(0, "reclint_target");

	if (shrinker)
		shrinker->private_data = data;
	return shrinker;
}

static inline int target_shrinker_register(struct shrinker *shrinker, const char *name)
{
	shrinker_register(shrinker);
	return 0;
}

static inline void target_shrinker_free(struct shrinker *shrinker)
{
	shrinker_free(shrinker);
}

static inline void *target_shrinker_data(struct shrinker *shrinker)
{
	return shrinker->private_data;
}
#endif

/* Since 6.9 the one use of its second argument is a function of its own. */
static inline int target_get_if_active(struct device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
	return pm_runtime_get_if_active(dev, true);
#else
	return pm_runtime_get_if_active(dev);
#endif
}

static inline bool target_lru_add(struct list_lru *lru, struct list_head *item)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	return list_lru_add(lru, item);
#else
	return list_lru_add_obj(lru, item);
#endif
}

/* Between 6.3 and 6.10 the remove callback without a result has a name of its own. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define TARGET_REMOVE	remove_new
#else
#define TARGET_REMOVE	remove
#endif

/* Before 6.13 the isolate callback is given the list's lock. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define TARGET_ISOLATE(name) \
	enum lru_status name(struct list_head *item, struct list_lru_one *list, \
			     spinlock_t *lock, void *arg)
#else
#define TARGET_ISOLATE(name) \
	enum lru_status name(struct list_head *item, struct list_lru_one *list, void *arg)
#endif

static inline struct file *target_shmem_setup(loff_t size)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	return shmem_file_setup("reclint_target", size, VM_NORESERVE);
#else
	return shmem_file_setup("reclint_target", size, mk_vma_flags(VMA_NORESERVE_BIT));
#endif
}

#endif /* TARGET_COMPAT_H */
