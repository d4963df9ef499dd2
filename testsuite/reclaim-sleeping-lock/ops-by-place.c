// SPDX-License-Identifier: MIT
/*
 * check-name: a table that the initialiser put into a part of an object
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct wakeref;
struct wakeref_ops { void (*put)(struct wakeref *w); };
struct wakeref {
	const struct wakeref_ops *ops;
	int count;
};
struct engine { int id; struct wakeref wakeref; };
struct gt { int id; struct wakeref wakeref; struct mutex lock; };

static struct gt *gt;

static void park_engine_ok(struct wakeref *w)
{
}
static void park_gt(struct wakeref *w)
{
	mutex_lock(&gt->lock);		/* expect: reclaim-sleeping-lock "gt_scan_bad.*gt.lock" contexts=all *//* expect: reclaim-sleeping-lock "any_scan_bad.*gt.lock" contexts=all */
	mutex_unlock(&gt->lock);
}
static const struct wakeref_ops engine_ops = { .put = park_engine_ok };
static const struct wakeref_ops gt_ops = { .put = park_gt };

static noinline void wakeref_init(struct wakeref *w, const struct wakeref_ops *ops)
{
	w->ops = ops;
	w->count = 0;
}
void make(struct engine *e, struct gt *g);
void make(struct engine *e, struct gt *g)
{
	wakeref_init(&e->wakeref, &engine_ops);
	wakeref_init(&g->wakeref, &gt_ops);
}

static noinline void wakeref_put(struct wakeref *w)
{
	if (!--w->count)
		w->ops->put(w);
}

static struct engine *engine;
static struct wakeref *any;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long engine_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	wakeref_put(&engine->wakeref);
	return 1;
}
static unsigned long gt_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	wakeref_put(&gt->wakeref);
	return 1;
}
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	wakeref_put(any);
	return 1;
}
struct shrinker engine_shrinker = { .count_objects = count, .scan_objects = engine_scan_ok };
struct shrinker gt_shrinker = { .count_objects = count, .scan_objects = gt_scan_bad };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
