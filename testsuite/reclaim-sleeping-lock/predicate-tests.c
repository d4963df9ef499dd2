// SPDX-License-Identifier: MIT
/*
 * check-name: of a helper that only tests, the result tells what it found
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* As ttm_bo_shrink_suitable() and its operation context. */
struct ctx { bool is_bound, no_wait, is_idle; int pinned; };
struct object { struct mutex pin_lock, wait_lock, idle_lock; bool is_bound, is_idle; int pinned; };
static struct object *object;

static noinline bool is_suitable(struct ctx *c)
{
	return c->is_bound && !c->pinned && (!c->no_wait || c->is_idle);
}

static unsigned long object_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long object_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct ctx c = { object->is_bound, true, object->is_idle, object->pinned };

	if (!is_suitable(&c)) {
		if (c.pinned) {			/* which of them it was is open */
			mutex_lock(&object->pin_lock);	/* expect: reclaim-sleeping-lock "pin_lock" contexts=all */
			mutex_unlock(&object->pin_lock);
		}
		return 0;
	}
	if (c.pinned || !c.is_bound) {		/* none of both */
		mutex_lock(&object->wait_lock);
		mutex_unlock(&object->wait_lock);
	}
	if (c.no_wait && !c.is_idle) {		/* nor these */
		mutex_lock(&object->idle_lock);
		mutex_unlock(&object->idle_lock);
	}
	return 1;
}

static struct shrinker shrinker = { .count_objects = object_count_ok, .scan_objects = object_scan_bad };

int object_init(void)
{
	return register_shrinker(&shrinker, "object");
}
