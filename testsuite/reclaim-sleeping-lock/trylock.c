// SPDX-License-Identifier: MIT
/*
 * check-name: what follows from a trylock's result
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct lru { struct mutex lock, slow_lock, other_lock; bool busy; };
static struct lru lru;

static bool lru_trylock(struct lru *l)
{
	if (l->busy)
		return false;
	return mutex_trylock(&l->lock);
}

static unsigned long lru_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long return_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!mutex_trylock(&lru.lock))
		return SHRINK_STOP;
	mutex_unlock(&lru.lock);
	return 1;
}

/* Its result, kept: the blocking lock is dead where the trylock was needed to have failed. */
static unsigned long variable_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	int got = mutex_trylock(&lru.lock);

	if (!got)
		return SHRINK_STOP;
	if (!got)
		mutex_lock(&lru.slow_lock);
	mutex_unlock(&lru.lock);
	return 1;
}

/* Tries first, and then waits: that it tried changes nothing. */
static unsigned long fallback_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (!mutex_trylock(&lru.slow_lock))
		mutex_lock(&lru.slow_lock);	/* expect: reclaim-sleeping-lock "lru.slow_lock" contexts=all */
	mutex_unlock(&lru.slow_lock);
	return 1;
}

static unsigned long helper_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!lru_trylock(&lru))
		return 0;
	mutex_unlock(&lru.lock);
	return 1;
}

/* Trylock of one lock, then another for good. */
static unsigned long nested_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (!lru_trylock(&lru))
		return 0;
	mutex_lock(&lru.other_lock);		/* expect: reclaim-sleeping-lock "lru.other_lock" contexts=all */
	mutex_unlock(&lru.other_lock);
	mutex_unlock(&lru.lock);
	return 1;
}

static struct shrinker return_ = { .count_objects = lru_count_ok, .scan_objects = return_scan_ok };
static struct shrinker variable = { .count_objects = lru_count_ok, .scan_objects = variable_scan_ok };
static struct shrinker fallback = { .count_objects = lru_count_ok, .scan_objects = fallback_scan_bad };
static struct shrinker helper = { .count_objects = lru_count_ok, .scan_objects = helper_scan_ok };
static struct shrinker nested = { .count_objects = lru_count_ok, .scan_objects = nested_scan_bad };

int lru_init(void)
{
	register_shrinker(&return_, "return");
	register_shrinker(&variable, "variable");
	register_shrinker(&fallback, "fallback");
	register_shrinker(&helper, "helper");
	return register_shrinker(&nested, "nested");
}
