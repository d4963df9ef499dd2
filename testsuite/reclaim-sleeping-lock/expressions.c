// SPDX-License-Identifier: MIT
/*
 * check-name: comma operators, statement expressions, enums, arithmetic
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

enum goal { GOAL_NONE = 2, GOAL_TRIM, GOAL_DRAIN = GOAL_TRIM * 4 };
struct heap { struct mutex comma_lock, stmt_lock, enum_lock, math_lock, signed_lock; };
static struct heap heap;

#define heap_try(h, blocking) ({						\
	struct heap *__h = (h);							\
	bool __got = true;							\
	if (blocking)								\
		mutex_lock(&__h->stmt_lock);					\
	else									\
		__got = mutex_trylock(&__h->stmt_lock);				\
	__got;									\
})

static void heap_comma(int x)
{
	int y;

	if (y = x + 1, y > 3) {
		mutex_lock(&heap.comma_lock);	/* expect: reclaim-sleeping-lock "heap.comma_lock" contexts=all root=some_scan_bad */
		mutex_unlock(&heap.comma_lock);
	}
}

static void heap_goal(enum goal g)
{
	if (g == 12 || (g != GOAL_TRIM && g > GOAL_NONE)) {
		mutex_lock(&heap.enum_lock);	/* expect: reclaim-sleeping-lock "heap.enum_lock" contexts=all root=some_scan_bad */
		mutex_unlock(&heap.enum_lock);
	}
}

static void heap_math(unsigned int n)
{
	if (n % 8 == 3 && n / 8 == 2 && min(n, 7u) == 7) {
		mutex_lock(&heap.math_lock);	/* expect: reclaim-sleeping-lock "heap.math_lock" contexts=all root=some_scan_bad */
		mutex_unlock(&heap.math_lock);
	}
}

static void heap_signed(int n)
{
	unsigned char low = n;

	if (n < 0 && low == 0xff && (unsigned int)n > 100) {
		mutex_lock(&heap.signed_lock);	/* expect: reclaim-sleeping-lock "heap.signed_lock" contexts=all root=some_scan_bad */
		mutex_unlock(&heap.signed_lock);
	}
}

static unsigned long heap_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long some_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (heap_try(&heap, true))	/* expect: reclaim-sleeping-lock "heap.stmt_lock" contexts=all */
		mutex_unlock(&heap.stmt_lock);
	heap_comma(3);
	heap_goal(GOAL_DRAIN);
	heap_math(19);
	heap_signed(-1);
	return 1;
}

static unsigned long none_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (heap_try(&heap, false))
		mutex_unlock(&heap.stmt_lock);
	heap_comma(2);
	heap_goal(GOAL_NONE);
	heap_goal(GOAL_TRIM);
	heap_math(20);
	heap_math(11);
	heap_signed(255);
	heap_signed(-2);
	return 1;
}

static struct shrinker some = { .count_objects = heap_count_ok, .scan_objects = some_scan_bad };
static struct shrinker none = { .count_objects = heap_count_ok, .scan_objects = none_scan_ok };

int heap_init(void)
{
	return register_shrinker(&some, "some") ?: register_shrinker(&none, "none");
}
