// SPDX-License-Identifier: MIT
/*
 * check-name: recursion with a constant that changes on the way
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct level { struct mutex bottom_lock, deep_lock, never_lock; };
static struct level levels;

static unsigned long descend(int depth, bool wait)
{
	if (depth == 0) {
		if (wait) {
			mutex_lock(&levels.bottom_lock);	/* expect: reclaim-sleeping-lock "level.bottom_lock" contexts=all root=wait_scan_bad */
			mutex_unlock(&levels.bottom_lock);
		}
		return 1;
	}
	if (depth > 4) {
		mutex_lock(&levels.deep_lock);	/* expect: reclaim-sleeping-lock "level.deep_lock" contexts=all root=deep_scan_bad */
		mutex_unlock(&levels.deep_lock);
	}
	return descend(depth - 1, wait);
}

/* Flips to false at the first step down. */
static unsigned long flip(struct level *l, bool wait, unsigned long n)
{
	if (!n)
		return 0;
	if (wait) {
		mutex_lock(&l->never_lock);
		mutex_unlock(&l->never_lock);
	}
	return flip(l, false, n - 1);
}

static unsigned long level_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return descend(4, true);
}

static unsigned long nowait_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return descend(4, false) + flip(&levels, false, sc->nr_to_scan);
}

static unsigned long deep_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return descend(5, false);
}

static struct shrinker wait = { .count_objects = level_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker nowait = { .count_objects = level_count_ok, .scan_objects = nowait_scan_ok };
static struct shrinker deep = { .count_objects = level_count_ok, .scan_objects = deep_scan_bad };

int level_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&nowait, "nowait") ?:
	       register_shrinker(&deep, "deep");
}
