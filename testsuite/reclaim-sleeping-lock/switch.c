// SPDX-License-Identifier: MIT
/*
 * check-name: switch statements on constants, ranges and enums
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

enum level { LEVEL_CLEAN, LEVEL_DIRTY, LEVEL_WRITEBACK, LEVEL_ALL };
struct state { struct mutex dirty_lock, all_lock, range_lock, default_lock; };
static struct state state;

static void state_drop(enum level level)
{
	switch (level) {
	case LEVEL_CLEAN:
		return;
	case LEVEL_ALL:
		mutex_lock(&state.all_lock);	/* expect: reclaim-sleeping-lock "state.all_lock" root=all_scan_bad contexts=all */
		mutex_unlock(&state.all_lock);
		fallthrough;
	case LEVEL_DIRTY:
		mutex_lock(&state.dirty_lock);	/* expect: reclaim-sleeping-lock "state.dirty_lock" root=all_scan_bad contexts=all */
		mutex_unlock(&state.dirty_lock);
		break;
	default:
		break;
	}
}

static void state_age(int age)
{
	switch (age) {
	case 0 ... 9:
		break;
	case 10 ... 99:
		mutex_lock(&state.range_lock);	/* expect: reclaim-sleeping-lock "state.range_lock" root=old_scan_bad contexts=all */
		mutex_unlock(&state.range_lock);
		break;
	default:
		mutex_lock(&state.default_lock);	/* expect: reclaim-sleeping-lock "state.default_lock" root=negative_scan_bad contexts=all */
		mutex_unlock(&state.default_lock);
	}
}

static unsigned long state_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long young_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	state_drop(LEVEL_CLEAN);
	state_drop(LEVEL_WRITEBACK);
	state_age(9);
	return 1;
}

static unsigned long all_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	state_drop(LEVEL_ALL);
	return 1;
}

static unsigned long old_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	state_age(42);
	return 1;
}

static unsigned long negative_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	state_age(-1);
	return 1;
}

static struct shrinker young = { .count_objects = state_count_ok, .scan_objects = young_scan_ok };
static struct shrinker all = { .count_objects = state_count_ok, .scan_objects = all_scan_bad };
static struct shrinker old = { .count_objects = state_count_ok, .scan_objects = old_scan_bad };
static struct shrinker negative = { .count_objects = state_count_ok, .scan_objects = negative_scan_bad };

int state_init(void)
{
	register_shrinker(&young, "young");
	register_shrinker(&all, "all");
	register_shrinker(&old, "old");
	return register_shrinker(&negative, "negative");
}
