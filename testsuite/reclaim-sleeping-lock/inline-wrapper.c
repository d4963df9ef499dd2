// SPDX-License-Identifier: MIT
/*
 * check-name: locks behind static inline functions of a header
 */
#include <linux/device.h>
#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/shrinker.h>

struct object {
	struct dma_resv resv;
	struct device *dev;
	struct inode *inode;
	struct mm_struct *mm;
};
static struct object *victim;

static unsigned long object_count(struct shrinker *s, struct shrink_control *sc)
{
	return victim != NULL;
}

static unsigned long object_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	device_lock(victim->dev);		/* expect: reclaim-sleeping-lock "device.mutex" */
	device_unlock(victim->dev);
	inode_lock(victim->inode);		/* expect: reclaim-sleeping-lock "inode.i_rwsem" */
	inode_unlock(victim->inode);
	mmap_read_lock(victim->mm);		/* expect: reclaim-sleeping-lock "mm_struct.mmap_lock" */
	mmap_read_unlock(victim->mm);
	dma_resv_lock(&victim->resv, NULL);	/* expect: reclaim-sleeping-lock "dma_resv.lock" */
	dma_resv_unlock(&victim->resv);
	return 1;
}

static unsigned long object_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (device_trylock(victim->dev))
		device_unlock(victim->dev);
	if (inode_trylock(victim->inode))
		inode_unlock(victim->inode);
	if (mmap_read_trylock(victim->mm))
		mmap_read_unlock(victim->mm);
	if (dma_resv_trylock(&victim->resv))
		dma_resv_unlock(&victim->resv);
	return 1;
}

static struct shrinker bad = { .count_objects = object_count, .scan_objects = object_scan_bad };
static struct shrinker ok = { .count_objects = object_count, .scan_objects = object_scan_ok };

int object_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
