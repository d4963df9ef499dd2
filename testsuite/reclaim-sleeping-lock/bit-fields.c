// SPDX-License-Identifier: MIT
/*
 * check-name: bit-fields beside bools, bytes and each other
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct mode {
	bool wait, force;
	unsigned int sync : 1;
	unsigned int level : 3;
	u8 raw;
	u8 high : 4, low : 4;
};
struct volume { struct mutex wait_lock, force_lock, sync_lock, level_lock, low_lock; };
static struct volume volume;

static void volume_run(const struct mode *m)
{
	if (m->wait) {
		mutex_lock(&volume.wait_lock);
		mutex_unlock(&volume.wait_lock);
	}
	if (m->force) {
		mutex_lock(&volume.force_lock);		/* expect: reclaim-sleeping-lock "volume.force_lock" contexts=all root=force_scan_bad */
		mutex_unlock(&volume.force_lock);
	}
	if (m->sync) {
		mutex_lock(&volume.sync_lock);		/* expect: reclaim-sleeping-lock "volume.sync_lock" contexts=all root=sync_scan_bad */
		mutex_unlock(&volume.sync_lock);
	}
	if (m->level > 4) {
		mutex_lock(&volume.level_lock);		/* expect: reclaim-sleeping-lock "volume.level_lock" contexts=all root=level_scan_bad */
		mutex_unlock(&volume.level_lock);
	}
	if (m->low != m->raw) {
		mutex_lock(&volume.low_lock);		/* expect: reclaim-sleeping-lock "volume.low_lock" contexts=all root=level_scan_bad */
		mutex_unlock(&volume.low_lock);
	}
}

static unsigned long volume_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long force_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct mode m = { .force = true };

	volume_run(&m);
	return 1;
}

static unsigned long sync_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct mode m = { .sync = 1, .raw = 3, .low = 3 };

	volume_run(&m);
	return 1;
}

static unsigned long level_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct mode m = { .high = 5 };

	m.level = 7;
	m.low = m.high;
	volume_run(&m);
	return 1;
}

static unsigned long none_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct mode m = { .level = 4, .high = 9 };

	m.sync = 0;
	volume_run(&m);
	return 1;
}

static struct shrinker force = { .count_objects = volume_count_ok, .scan_objects = force_scan_bad };
static struct shrinker sync = { .count_objects = volume_count_ok, .scan_objects = sync_scan_bad };
static struct shrinker level = { .count_objects = volume_count_ok, .scan_objects = level_scan_bad };
static struct shrinker none = { .count_objects = volume_count_ok, .scan_objects = none_scan_ok };

int volume_init(void)
{
	register_shrinker(&force, "force");
	register_shrinker(&sync, "sync");
	register_shrinker(&level, "level");
	return register_shrinker(&none, "none");
}
