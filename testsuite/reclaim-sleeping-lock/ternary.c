// SPDX-License-Identifier: MIT
/*
 * check-name: conditional expressions
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct arena { struct mutex lock, side_lock; };
static struct arena arena;

static void arena_lock(struct arena *a, unsigned int timeout)
{
	timeout ? mutex_lock(&a->lock) : (void)mutex_trylock(&a->lock);	/* expect: reclaim-sleeping-lock "arena.lock" root=patient_scan_bad contexts=all */
}

static void arena_trim(struct arena *a, int mode)
{
	arena_lock(a, mode > 1 ? 100 : 0);
	mutex_unlock(&a->lock);
}

/* x ?: y */
static void arena_side(unsigned int a, unsigned int b)
{
	unsigned int c = a ?: b;

	if (c == 7) {
		mutex_lock(&arena.side_lock);	/* expect: reclaim-sleeping-lock "arena.side_lock" root=patient_scan_bad contexts=all */
		mutex_unlock(&arena.side_lock);
	}
}

static unsigned long arena_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long patient_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	arena_trim(&arena, 2);
	arena_side(0, 7);
	return 1;
}

static unsigned long hasty_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	arena_trim(&arena, 1);
	arena_side(1, 7);
	return 1;
}

static struct shrinker patient = { .count_objects = arena_count_ok, .scan_objects = patient_scan_bad };
static struct shrinker hasty = { .count_objects = arena_count_ok, .scan_objects = hasty_scan_ok };

int arena_init(void)
{
	return register_shrinker(&patient, "patient") ?: register_shrinker(&hasty, "hasty");
}
