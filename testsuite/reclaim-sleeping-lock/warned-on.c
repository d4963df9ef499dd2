// SPDX-License-Identifier: MIT
/*
 * check-name: a condition that macros negate many times says the same as the bare one
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* As WARN_ON_ONCE() does, with the unlikely() of whoever asks for its result. */
#define warned_once(x)	({ int __ret = !!(x); if (unlikely(!!__ret)) ++warnings; unlikely(!!__ret); })

struct object { struct mutex bad_lock, ok_lock; int pinned; };
static struct object object;
static int warnings;

static unsigned long pinned_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return object.pinned;
}

static noinline unsigned long drop_ok(int pinned)
{
	if (!!(warned_once(pinned)))
		return 0;
	if (pinned) {		/* not here */
		mutex_lock(&object.ok_lock);
		mutex_unlock(&object.ok_lock);
	}
	return 1;
}

static noinline unsigned long drop_bad(int pinned)
{
	if (!(warned_once(pinned)))
		return 0;
	if (pinned) {
		mutex_lock(&object.bad_lock);	/* expect: reclaim-sleeping-lock "bad_lock" contexts=all */
		mutex_unlock(&object.bad_lock);
	}
	return 1;
}

static unsigned long pinned_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return drop_ok(object.pinned) + drop_bad(object.pinned);
}

static struct shrinker pinned = { .count_objects = pinned_count_ok, .scan_objects = pinned_scan_bad };

int object_init(void)
{
	return register_shrinker(&pinned, "pinned");
}
