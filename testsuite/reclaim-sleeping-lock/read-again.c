// SPDX-License-Identifier: MIT
/*
 * check-name: a member of a heap object that is looked at twice
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct item {
	struct list_head link;
	bool is_purgeable;
	unsigned int state;
};
struct store { struct mutex again_lock, stored_lock, callee_lock, waited_lock, other_lock, loop_lock; };
static struct store store;
static LIST_HEAD(items);

static struct item *first(void)
{
	return list_first_entry(&items, struct item, link);
}
static noinline void keeps(struct item *i)
{
	i->state = 3;
}
static noinline void changes(struct item *i)
{
	i->is_purgeable = true;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long again_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!i->is_purgeable)
		return SHRINK_STOP;
	keeps(i);
	if (!i->is_purgeable) {
		mutex_lock(&store.again_lock);
		mutex_unlock(&store.again_lock);
	}
	return 1;
}

static unsigned long stored_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first(), *other = first();

	if (i->is_purgeable)
		return SHRINK_STOP;
	other->is_purgeable = true;
	if (i->is_purgeable) {
		mutex_lock(&store.stored_lock);	/* expect: reclaim-sleeping-lock "store.stored_lock" contexts=all */
		mutex_unlock(&store.stored_lock);
	}
	return 1;
}

static unsigned long callee_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (i->is_purgeable)
		return SHRINK_STOP;
	changes(i);
	if (i->is_purgeable) {
		mutex_lock(&store.callee_lock);	/* expect: reclaim-sleeping-lock "store.callee_lock" contexts=all */
		mutex_unlock(&store.callee_lock);
	}
	return 1;
}

/* Whoever had the lock may have changed it. */
static unsigned long waited_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (i->is_purgeable)
		return SHRINK_STOP;
	mutex_lock(&store.other_lock);		/* expect: reclaim-sleeping-lock "store.other_lock" contexts=all */
	if (i->is_purgeable)
		mutex_lock(&store.waited_lock);	/* expect: reclaim-sleeping-lock "store.waited_lock" contexts=all */
	return 1;
}

/* The next round has another item. */
static unsigned long loop_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i;
	unsigned long n = 0;

	list_for_each_entry(i, &items, link) {
		if (n && !i->is_purgeable) {
			mutex_lock(&store.loop_lock);	/* expect: reclaim-sleeping-lock "store.loop_lock" contexts=all */
			mutex_unlock(&store.loop_lock);
		}
		if (!i->is_purgeable)
			break;
		n++;
	}
	return n;
}

struct shrinker again_shrinker = { .count_objects = count, .scan_objects = again_scan_ok };
struct shrinker stored_shrinker = { .count_objects = count, .scan_objects = stored_scan_bad };
struct shrinker callee_shrinker = { .count_objects = count, .scan_objects = callee_scan_bad };
struct shrinker waited_shrinker = { .count_objects = count, .scan_objects = waited_scan_bad };
struct shrinker loop_shrinker = { .count_objects = count, .scan_objects = loop_scan_bad };
