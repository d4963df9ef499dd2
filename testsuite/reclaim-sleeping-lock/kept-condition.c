// SPDX-License-Identifier: MIT
/*
 * check-name: a condition that is put aside and tested later says what it was made of
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct object { struct mutex idle_lock, busy_lock; int pinned, users; bool is_bound; };
static struct object *object;

static unsigned long object_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long object_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct object *o = object;
	int pins = o->is_bound ? o->pinned : 0;
	bool is_used = o->users > 0;

	sc->nr_scanned++;
	if (pins && !o->pinned) {	/* it is what was read */
		mutex_lock(&o->idle_lock);
		mutex_unlock(&o->idle_lock);
	}
	if (is_used && !pins && o->pinned) {	/* not bound */
		mutex_lock(&o->busy_lock);	/* expect: reclaim-sleeping-lock "busy_lock" contexts=all */
		mutex_unlock(&o->busy_lock);
	}
	return 1;
}

static struct shrinker shrinker = { .count_objects = object_count_ok, .scan_objects = object_scan_bad };

int object_init(void)
{
	return register_shrinker(&shrinker, "object");
}
