// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's table of addresses, and what happens to it when the device sleeps.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "target.h"

int target_table_init(struct target_device *tdev)
{
	mutex_init(&tdev->table_lock);
	mutex_init(&tdev->fw_lock);
	spin_lock_init(&tdev->hw_lock);
	tdev->table = kcalloc(TARGET_SLOTS, sizeof(*tdev->table), GFP_KERNEL);
	tdev->shadow = kcalloc(TARGET_SLOTS, sizeof(*tdev->shadow), GFP_KERNEL);
	tdev->slots = bitmap_zalloc(TARGET_SLOTS, GFP_KERNEL);
	if (!tdev->table || !tdev->shadow || !tdev->slots) {
		target_table_fini(tdev);
		return -ENOMEM;
	}
	__set_bit(0, tdev->slots);
	return 0;
}

void target_table_fini(struct target_device *tdev)
{
	bitmap_free(tdev->slots);
	kfree(tdev->shadow);
	kfree(tdev->table);
}

/* The caller keeps the device awake. */
static void target_table_write(struct target_device *tdev, unsigned int slot, u64 entry)
{
	spin_lock(&tdev->hw_lock);
	WARN_ON_ONCE(!tdev->awake);
	tdev->shadow[slot] = entry;
	WRITE_ONCE(tdev->table[slot], entry);
	spin_unlock(&tdev->hw_lock);
}

/* What the device does: false when it is asleep. */
bool target_table_read(struct target_device *tdev, unsigned int slot, u64 *entry)
{
	bool awake;

	spin_lock(&tdev->hw_lock);
	awake = tdev->awake;
	*entry = READ_ONCE(tdev->table[slot]);
	spin_unlock(&tdev->hw_lock);
	return awake;
}

/* The caller holds resv, and keeps the device awake. */
int target_table_map(struct target_object *obj)
{
	struct target_device *tdev = obj->tdev;
	unsigned long *scratch;
	unsigned int slot;

	if (obj->slot)
		return 0;
	mutex_lock(&tdev->table_lock);
	/* a real one allocates the pages of its page table here */
	scratch = bitmap_zalloc(TARGET_SLOTS, GFP_KERNEL);
	if (!scratch) {
		mutex_unlock(&tdev->table_lock);
		return -ENOMEM;
	}
	bitmap_complement(scratch, tdev->slots, TARGET_SLOTS);
	slot = find_first_bit(scratch, TARGET_SLOTS);
	bitmap_free(scratch);
	if (slot < TARGET_SLOTS) {
		__set_bit(slot, tdev->slots);
		obj->slot = slot;
		target_table_write(tdev, slot, target_entry(obj));
	}
	mutex_unlock(&tdev->table_lock);
	return slot < TARGET_SLOTS ? 0 : -ENOSPC;
}

/* The caller holds resv, and keeps the device awake. */
int target_table_unmap(struct target_object *obj, unsigned int flags)
{
	struct target_device *tdev = obj->tdev;

	if (!obj->slot)
		return 0;
	if (flags & TARGET_MAY_WAIT)
		mutex_lock(&tdev->table_lock);
	else if (!mutex_trylock(&tdev->table_lock))
		return -EBUSY;
	target_table_write(tdev, obj->slot, 0);
	__clear_bit(obj->slot, tdev->slots);
	obj->slot = 0;
	mutex_unlock(&tdev->table_lock);
	return 0;
}

/*
 * Whether the device may be resumed from reclaim.  The integrated personality's resume
 * writes registers from memory that it has; the discrete one's allocates.
 */
bool target_resume_is_reclaim_safe(struct target_device *tdev)
{
	return !tdev->discrete;
}

static int target_restore(struct target_device *tdev)
{
	u64 *staging;

	mutex_lock(&tdev->fw_lock);
	staging = kcalloc(TARGET_SLOTS, sizeof(*staging), GFP_KERNEL);
	if (!staging) {
		mutex_unlock(&tdev->fw_lock);
		return -ENOMEM;
	}
	spin_lock(&tdev->hw_lock);
	memcpy(staging, tdev->shadow, TARGET_SLOTS * sizeof(*staging));
	memcpy(tdev->table, staging, TARGET_SLOTS * sizeof(*staging));
	tdev->awake = true;
	spin_unlock(&tdev->hw_lock);
	kfree(staging);
	mutex_unlock(&tdev->fw_lock);
	return 0;
}

static int target_runtime_resume(struct device *dev)
{
	struct target_device *tdev = dev_get_drvdata(dev);
	unsigned int i;

	if (tdev->discrete)
		return target_restore(tdev);

	if (DEFECT(RESUME_ALLOCATES)) {
		void *log;

		mutex_lock(&tdev->fw_lock);
		log = kmalloc(PAGE_SIZE, GFP_KERNEL);
		kfree(log);
		mutex_unlock(&tdev->fw_lock);
	}
	if (DEFECT(RESUME_LOCKS)) {
		mutex_lock(&tdev->table_lock);
		mutex_unlock(&tdev->table_lock);
	}
	if (LOOKALIKE(RESUME_ALLOCATES_NOWAIT))
		kfree(kmalloc(PAGE_SIZE, GFP_NOWAIT | __GFP_NOWARN));
	spin_lock(&tdev->hw_lock);
	for (i = 0; i < TARGET_SLOTS; i++)
		WRITE_ONCE(tdev->table[i], tdev->shadow[i]);
	tdev->awake = true;
	spin_unlock(&tdev->hw_lock);
	return 0;
}

static int target_runtime_suspend(struct device *dev)
{
	struct target_device *tdev = dev_get_drvdata(dev);

	if (tdev->discrete)
		mutex_lock(&tdev->fw_lock);
	spin_lock(&tdev->hw_lock);
	tdev->awake = false;
	if (tdev->discrete)
		memset(tdev->table, 0xff, TARGET_SLOTS * sizeof(*tdev->table));
	spin_unlock(&tdev->hw_lock);
	if (tdev->discrete)
		mutex_unlock(&tdev->fw_lock);
	return 0;
}

const struct dev_pm_ops target_pm_ops = {
	SET_RUNTIME_PM_OPS(target_runtime_suspend, target_runtime_resume, NULL)
};
