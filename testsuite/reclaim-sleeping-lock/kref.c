// SPDX-License-Identifier: MIT
/*
 * check-name: the last put runs the release function that this caller names
 */
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct image {
	struct kref ref;
	struct mutex map_lock;
};
static struct image *image;

static void image_release_bad(struct kref *kref)
{
	struct image *i = container_of(kref, struct image, ref);

	mutex_lock(&i->map_lock);	/* expect: reclaim-sleeping-lock "image.map_lock" root=image_scan_bad contexts=all */
	mutex_unlock(&i->map_lock);
}

static void image_release_ok(struct kref *kref)
{
}

static void image_put(struct image *i)
{
	kref_put(&i->ref, image_release_bad);	/* expect-note: reclaim-sleeping-lock "kref_put" */
}

static unsigned long image_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long image_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	image_put(image);
	return 1;
}

static unsigned long image_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	kref_put(&image->ref, image_release_ok);
	return 1;
}

static struct shrinker bad = { .count_objects = image_count, .scan_objects = image_scan_bad };
static struct shrinker ok = { .count_objects = image_count, .scan_objects = image_scan_ok };

int image_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
