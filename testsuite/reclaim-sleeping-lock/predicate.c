// SPDX-License-Identifier: MIT
/*
 * check-name: a result that several tests make up tells of what the helper left behind
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct walk { bool is_ready, is_low; };
struct object { struct mutex idle_lock, low_lock, ready_lock; bool is_bound, is_low; int users; };
static struct object *object;

static noinline bool prepare(struct walk *w, struct object *o, bool no_wait)
{
	w->is_ready = o->is_bound;
	w->is_low = o->is_low;
	return w->is_ready && !w->is_low && (!no_wait || o->users);
}

static unsigned long object_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long object_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct walk w;

	if (!prepare(&w, object, true)) {
		if (w.is_ready) {		/* low, or used by nobody */
			mutex_lock(&object->ready_lock);	/* expect: reclaim-sleeping-lock "ready_lock" contexts=all */
			mutex_unlock(&object->ready_lock);
		}
		return 0;
	}
	if (!w.is_ready) {
		mutex_lock(&object->idle_lock);
		mutex_unlock(&object->idle_lock);
	}
	if (w.is_low) {
		mutex_lock(&object->low_lock);
		mutex_unlock(&object->low_lock);
	}
	return 1;
}

static struct shrinker shrinker = { .count_objects = object_count_ok, .scan_objects = object_scan_bad };

int object_init(void)
{
	return register_shrinker(&shrinker, "object");
}
