// SPDX-License-Identifier: MIT
/*
 * check-name: a resume behind an ops table and a final put
 */
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct bo;
struct bo_funcs {
	void (*free)(struct bo *bo);
	void (*unpin)(struct bo *bo);
};
struct bo {
	struct kref ref;
	const struct bo_funcs *funcs;
	struct device *dev;
};
static struct bo *bo;

static void vram_free(struct bo *b)
{
	pm_runtime_get_sync(b->dev);	/* expect: reclaim-rpm-resume contexts=all */
	pm_runtime_put(b->dev);
}
static void vram_unpin_ok(struct bo *b)
{
	pm_runtime_get_sync(b->dev);
	pm_runtime_put(b->dev);
}
const struct bo_funcs vram_funcs = { .free = vram_free, .unpin = vram_unpin_ok };

static void bo_release(struct kref *ref)
{
	struct bo *b = container_of(ref, struct bo, ref);

	b->funcs->free(b);		/* expect-via: ops "vram_free" */
}

static unsigned long bo_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long bo_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	kref_put(&bo->ref, bo_release);
	return 1;
}

static struct shrinker bad = { .count_objects = bo_count_ok, .scan_objects = bo_scan_bad };

int bo_init(void)
{
	return register_shrinker(&bad, "bad");
}
