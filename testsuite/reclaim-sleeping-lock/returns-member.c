// SPDX-License-Identifier: MIT
/*
 * check-name: a number that says which part of a device is meant, and the tables of its parts
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct ttm_resource_manager;
struct ttm_resource_manager_func { void (*free)(struct ttm_resource_manager *man); };
struct ttm_resource_manager { int use; const struct ttm_resource_manager_func *func; struct mutex lock; };
struct ttm_device {
	int id;
	struct ttm_resource_manager sysman;
	struct ttm_resource_manager *man_drv[4];
};
struct vram { struct ttm_resource_manager manager; struct mutex vram_lock; };
static struct ttm_device device;
struct vram vram;
struct ttm_resource_manager others;
int which;

/* By its name: an entry of rules/returns.yaml. */
static noinline struct ttm_resource_manager *ttm_manager_type(struct ttm_device *bdev, int mem_type)
{
	return bdev->man_drv[mem_type];
}

static void sys_free_ok(struct ttm_resource_manager *man)
{
}
static void vram_free(struct ttm_resource_manager *man)
{
	struct vram *v = container_of(man, struct vram, manager);

	mutex_lock(&v->vram_lock);	/* expect: reclaim-sleeping-lock "any_scan_bad.*vram_lock" contexts=all */
	mutex_unlock(&v->vram_lock);
}
static const struct ttm_resource_manager_func sys_func = { .free = sys_free_ok };
static const struct ttm_resource_manager_func vram_func = { .free = vram_free };

void init(struct ttm_device *bdev);
void init(struct ttm_device *bdev)
{
	struct ttm_resource_manager *man = &bdev->sysman, *of_vram = &vram.manager;

	man->func = &sys_func;
	bdev->man_drv[0] = man;
	of_vram->func = &vram_func;
	bdev->man_drv[which] = of_vram;
}

static noinline void put(struct ttm_device *bdev, int mem_type)
{
	struct ttm_resource_manager *man = ttm_manager_type(bdev, mem_type);

	man->func->free(man);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long system_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	put(&device, 0);
	return 1;
}
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	put(&device, which);
	return 1;
}
struct shrinker system_shrinker = { .count_objects = count, .scan_objects = system_scan_ok };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
