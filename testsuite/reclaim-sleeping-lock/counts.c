// SPDX-License-Identifier: MIT
/*
 * check-name: atomic numbers of objects that nobody else has
 */
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct closure { atomic_t remaining; void (*fn)(struct closure *cl); };
struct store { struct mutex done_lock, left_lock, shared_lock; atomic_t users; };
static struct store store;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static void closure_init(struct closure *cl)
{
	atomic_set(&cl->remaining, 1);
}
static noinline bool closure_put(struct closure *cl)
{
	return atomic_dec_and_test(&cl->remaining);
}

static unsigned long done_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct closure cl;

	closure_init(&cl);
	atomic_inc(&cl.remaining);
	if (closure_put(&cl))
		mutex_lock(&store.done_lock);
	if (!closure_put(&cl))
		mutex_lock(&store.done_lock);
	return 1;
}

static unsigned long left_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct closure cl;

	closure_init(&cl);
	if (closure_put(&cl))
		mutex_lock(&store.left_lock);	/* expect: reclaim-sleeping-lock "store.left_lock" contexts=all */
	return 1;
}

/* Others count as well. */
static unsigned long shared_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	atomic_set(&store.users, 2);
	if (atomic_dec_and_test(&store.users))
		mutex_lock(&store.shared_lock);	/* expect: reclaim-sleeping-lock "store.shared_lock" contexts=all */
	return 1;
}

struct shrinker done_shrinker = { .count_objects = count, .scan_objects = done_scan_ok };
struct shrinker left_shrinker = { .count_objects = count, .scan_objects = left_scan_bad };
struct shrinker shared_shrinker = { .count_objects = count, .scan_objects = shared_scan_bad };
