// SPDX-License-Identifier: MIT
/*
 * check-name: conditions made of &&, ||, ! and !!
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct unit { struct mutex and_lock, or_lock, not_lock, xor_lock; bool dirty; };
static struct unit unit;

static void unit_and(bool a, bool b)
{
	if (a && unit.dirty && b) {
		mutex_lock(&unit.and_lock);	/* expect: reclaim-sleeping-lock "unit.and_lock" root=both_scan_bad contexts=all */
		mutex_unlock(&unit.and_lock);
	}
}

static void unit_or(bool a, bool b)
{
	bool c = a || (b && unit.dirty);

	if (c) {
		mutex_lock(&unit.or_lock);	/* expect: reclaim-sleeping-lock "unit.or_lock" root=both_scan_bad contexts=all */
		mutex_unlock(&unit.or_lock);
	}
}

static void unit_not(unsigned long n)
{
	bool any = !!n;

	if (!(!any || !n)) {
		mutex_lock(&unit.not_lock);	/* expect: reclaim-sleeping-lock "unit.not_lock" root=both_scan_bad contexts=all */
		mutex_unlock(&unit.not_lock);
	}
}

static void unit_xor(bool a, bool b)
{
	if (a ^ b) {
		mutex_lock(&unit.xor_lock);	/* expect: reclaim-sleeping-lock "unit.xor_lock" root=mixed_scan_bad contexts=kswapd */
		mutex_unlock(&unit.xor_lock);
	}
}

static unsigned long unit_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long both_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unit_and(true, true);
	unit_or(false, true);
	unit_not(8);
	unit_xor(true, true);
	return 1;
}

static unsigned long neither_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unit_and(true, false);
	unit_and(false, true);
	unit_or(false, false);
	unit_not(0);
	unit_xor(false, false);
	return 1;
}

static unsigned long mixed_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unit_and(current_is_kswapd(), !current_is_kswapd());
	unit_xor(current_is_kswapd(), false);
	return 1;
}

static struct shrinker both = { .count_objects = unit_count_ok, .scan_objects = both_scan_bad };
static struct shrinker neither = { .count_objects = unit_count_ok, .scan_objects = neither_scan_ok };
static struct shrinker mixed = { .count_objects = unit_count_ok, .scan_objects = mixed_scan_bad };

int unit_init(void)
{
	return register_shrinker(&both, "both") ?: register_shrinker(&neither, "neither") ?:
	       register_shrinker(&mixed, "mixed");
}
