// SPDX-License-Identifier: MIT
/*
 * check-name: what stands behind BUG() and other ends is dead
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct slot { struct mutex bug_lock, fatal_lock, warn_lock; bool broken; };
static struct slot slot;

void __noreturn slot_fatal(const char *why);	/* expect-gap: no-body */

static void slot_check(int n)
{
	BUG_ON(n != 3);
}

static unsigned long slot_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long dead_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (sc->nid == 1) {
		BUG();
		mutex_lock(&slot.bug_lock);
	}
	if (sc->nid == 2) {
		slot_check(2);
		mutex_lock(&slot.bug_lock);
	}
	if (slot.broken) {
		slot_fatal("broken");
		mutex_lock(&slot.fatal_lock);
	}
	return 1;
}

/* A warning goes on. */
static unsigned long warn_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	slot_check(3);
	if (WARN_ON_ONCE(slot.broken)) {
		mutex_lock(&slot.warn_lock);	/* expect: reclaim-sleeping-lock "slot.warn_lock" contexts=all */
		mutex_unlock(&slot.warn_lock);
	}
	return 1;
}

static struct shrinker dead = { .count_objects = slot_count_ok, .scan_objects = dead_scan_ok };
static struct shrinker warn = { .count_objects = slot_count_ok, .scan_objects = warn_scan_bad };

int slot_init(void)
{
	return register_shrinker(&dead, "dead") ?: register_shrinker(&warn, "warn");
}
