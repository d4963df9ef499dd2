// SPDX-License-Identifier: MIT
/*
 * check-name: a shrinker embedded in another object, filled in before it is registered
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct volume {
	struct shrinker shrinker;
	struct mutex extent_lock;
};

static unsigned long volume_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long volume_scan_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-root: scan_objects */
{
	struct volume *v = container_of(s, struct volume, shrinker);

	mutex_lock(&v->extent_lock);	/* expect: reclaim-sleeping-lock "volume.extent_lock" contexts=all */
	mutex_unlock(&v->extent_lock);
	return 1;
}

int volume_mount(struct volume *v)
{
	v->shrinker.count_objects = volume_count_ok;
	v->shrinker.scan_objects = volume_scan_bad;
	v->shrinker.seeks = DEFAULT_SEEKS;
	return register_shrinker(&v->shrinker, "volume");
}
