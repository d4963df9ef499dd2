// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs, as user space: makes objects, runs jobs on them, and asks whether their
 * content is still there.
 *
 *   create	write PAGES: a movable object; PAGES | 1 << 32: a purgeable one
 *   submit	write ID | OTHER << 32: a job on both; OTHER 0: on ID alone
 *   destroy	write ID
 *   reset	write anything
 *   verify	read: restores every object, and compares it
 *   stats	read
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "target.h"

static int target_create_set(void *data, u64 value)
{
	struct target_object *obj;

	obj = target_object_create(data, lower_32_bits(value), upper_32_bits(value));
	return PTR_ERR_OR_ZERO(obj);
}
DEFINE_DEBUGFS_ATTRIBUTE(target_create_fops, NULL, target_create_set, "%llu\n");

static int target_submit_set(void *data, u64 value)
{
	struct target_object *obj = target_object_find(data, lower_32_bits(value));
	struct target_object *other = NULL;
	int ret = -ENOENT;

	if (!obj)
		return ret;
	if (upper_32_bits(value))
		other = target_object_find(data, upper_32_bits(value));
	if (!upper_32_bits(value) || other)
		ret = target_submit(obj, other);
	if (other)
		target_object_put(other);
	target_object_put(obj);
	target_variant_user(data);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(target_submit_fops, NULL, target_submit_set, "%llu\n");

static int target_destroy_set(void *data, u64 value)
{
	struct target_device *tdev = data;
	struct target_object *obj = xa_erase(&tdev->objects, lower_32_bits(value));

	if (!obj)
		return -ENOENT;
	target_object_put(obj);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(target_destroy_fops, NULL, target_destroy_set, "%llu\n");

static int target_reset_set(void *data, u64 value)
{
	return target_reset(data);
}
DEFINE_DEBUGFS_ATTRIBUTE(target_reset_fops, NULL, target_reset_set, "%llu\n");

static int verify_show(struct seq_file *file, void *unused)
{
	struct target_device *tdev = file->private;
	unsigned int intact = 0, purged = 0, corrupted = 0, failed = 0;
	struct target_object *obj;
	unsigned long id;

	xa_for_each(&tdev->objects, id, obj) {
		obj = target_object_find(tdev, id);
		if (!obj)
			continue;
		switch (target_object_verify(obj)) {
		case 0:
			intact++;
			break;
		case 1:
			purged++;
			break;
		case -EIO:
			corrupted++;
			break;
		default:
			failed++;
		}
		target_object_put(obj);
	}
	seq_printf(file, "intact %u purged %u corrupted %u failed %u\n", intact, purged, corrupted,
		   failed);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verify);

static int stats_show(struct seq_file *file, void *unused)
{
	struct target_device *tdev = file->private;
	struct target_stats *stats = &tdev->stats;
	unsigned int i;

	mutex_lock(&tdev->stats_lock);
	seq_printf(file, "purged %ld\nbacked_up %ld\nrestored %ld\nbusy %ld\n",
		   atomic_long_read(&stats->purged), atomic_long_read(&stats->backed_up),
		   atomic_long_read(&stats->restored), atomic_long_read(&stats->busy));
	seq_printf(file, "resumed_in_place %ld\nhanded_over %ld\nbad_reads %ld\n",
		   atomic_long_read(&stats->resumed_in_place),
		   atomic_long_read(&stats->handed_over), atomic_long_read(&stats->bad_reads));
	for (i = 0; i < TARGET_N_LRUS; i++)
		seq_printf(file, "lru%u %lu objects %lu pages\n", i,
			   READ_ONCE(tdev->lru[i].n_objects), READ_ONCE(tdev->lru[i].n_pages));
	mutex_unlock(&tdev->stats_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

void target_debugfs_init(struct target_device *tdev)
{
	struct dentry *dir = debugfs_create_dir("reclint_target", NULL);

	tdev->debugfs = dir;
	debugfs_create_file_unsafe("create", 0200, dir, tdev, &target_create_fops);
	debugfs_create_file_unsafe("submit", 0200, dir, tdev, &target_submit_fops);
	debugfs_create_file_unsafe("destroy", 0200, dir, tdev, &target_destroy_fops);
	debugfs_create_file_unsafe("reset", 0200, dir, tdev, &target_reset_fops);
	debugfs_create_file("verify", 0400, dir, tdev, &verify_fops);
	debugfs_create_file("stats", 0400, dir, tdev, &stats_fops);
}
