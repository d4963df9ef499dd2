// SPDX-License-Identifier: MIT
/*
 * check-name: what is known of a heap object goes into callees, and comes back
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

#define ITEM_ASYNC 1
#define ITEM_DONE 2

struct item {
	struct list_head link;
	unsigned int flags;
	struct item *parent;
	void (*finish)(struct item *i);
};
struct store {
	struct mutex looked_lock, stored_lock, back_lock, finish_lock, other_lock, slept_lock, loop_lock, barrier_lock,
		     alias_lock, found_lock, asked_lock;
};
static struct store store;
static LIST_HEAD(items);

static struct item *first(void)
{
	return list_first_entry(&items, struct item, link);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* The branch is in the caller, the second look two calls further down. */
static noinline void looked_wait_ok(struct item *i)
{
	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.looked_lock);
}
static noinline void looked_submit(struct item *i)
{
	i->flags |= ITEM_DONE;
	looked_wait_ok(i);
}
static unsigned long looked_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!(i->flags & ITEM_ASYNC))
		return 0;
	looked_submit(i);
	return 1;
}

/* It changes on the way down. */
static noinline void stored_submit(struct item *i)
{
	i->flags &= ~ITEM_ASYNC;
	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.stored_lock);	/* expect: reclaim-sleeping-lock "store.stored_lock" contexts=all */
}
static unsigned long stored_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!(i->flags & ITEM_ASYNC))
		return 0;
	stored_submit(i);
	return 1;
}

/* What a callee stores is known after it. */
static noinline void set_async(struct item *i)
{
	i->flags = ITEM_ASYNC;
}
static unsigned long back_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!i->parent)
		return 0;
	set_async(i);
	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.back_lock);
	return 1;
}

/* A function, too: set by one call, called by another. */
static void finish_sleeps(struct item *i)
{
	mutex_lock(&store.finish_lock);
}
static void finish_quickly(struct item *i)
{
	i->flags |= ITEM_DONE;
}
static noinline void set_finish(struct item *i, void (*fn)(struct item *i))
{
	i->finish = fn;
}
static noinline void finish(struct item *i)
{
	i->finish(i);
}
void finish_elsewhere(struct item *i)
{
	set_finish(i, finish_sleeps);
}
static unsigned long finish_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (i->flags & ITEM_DONE)
		return 0;
	set_finish(i, finish_quickly);
	finish(i);
	return 1;
}

/* Another item may be the same one. */
static noinline void other_wait(struct item *i, struct item *other)
{
	other->flags = 0;
	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.other_lock);	/* expect: reclaim-sleeping-lock "store.other_lock" contexts=all */
}
static unsigned long other_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!(i->flags & ITEM_ASYNC))
		return 0;
	other_wait(i, i->parent);
	return 1;
}

/* Others had a chance. */
static noinline void slept_wait(struct item *i)
{
	mutex_lock(&store.alias_lock);	/* expect: reclaim-sleeping-lock "store.alias_lock" contexts=all */
	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.slept_lock);	/* expect: reclaim-sleeping-lock "store.slept_lock" contexts=all */
}
static unsigned long slept_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	if (!(i->flags & ITEM_ASYNC))
		return 0;
	slept_wait(i);
	return 1;
}

/* The pointer moves on: what a callee gave back of the last item says nothing of this one. */
static noinline struct item *same(struct item *i)
{
	i->flags = ITEM_ASYNC;
	return i;
}
static unsigned long loop_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first(), *last = NULL;
	unsigned long n = 0;

	for (; i->parent; i = i->parent, n++) {
		if (last && !(i->flags & ITEM_ASYNC))
			mutex_lock(&store.loop_lock);	/* expect: reclaim-sleeping-lock "store.loop_lock" contexts=all */
		last = same(i);
	}
	return n;
}

/* Who finds it says something of it. */
static noinline struct item *find_async(void)
{
	struct item *i = first();

	return i->flags & ITEM_ASYNC ? i : NULL;
}
static noinline struct item *make_ready(void)
{
	struct item *i = first();

	i->flags = ITEM_ASYNC;
	return i;
}
static unsigned long found_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = make_ready();

	if (!(i->flags & ITEM_ASYNC))
		mutex_lock(&store.found_lock);
	return 1;
}
static unsigned long asked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = find_async();

	if (i && !(i->flags & ITEM_DONE))
		mutex_lock(&store.asked_lock);	/* expect: reclaim-sleeping-lock "store.asked_lock" contexts=all */
	return 1;
}

/* Waiting for others in a loop. */
static unsigned long barrier_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct item *i = first();

	i->flags = ITEM_ASYNC;
	while (i->flags & ITEM_ASYNC)
		__asm__ __volatile__("" : : : "memory");
	mutex_lock(&store.barrier_lock);	/* expect: reclaim-sleeping-lock "store.barrier_lock" contexts=all */
	return 1;
}

struct shrinker looked_shrinker = { .count_objects = count, .scan_objects = looked_scan_ok };
struct shrinker stored_shrinker = { .count_objects = count, .scan_objects = stored_scan_bad };
struct shrinker back_shrinker = { .count_objects = count, .scan_objects = back_scan_ok };
struct shrinker finish_shrinker = { .count_objects = count, .scan_objects = finish_scan_ok };
struct shrinker other_shrinker = { .count_objects = count, .scan_objects = other_scan_bad };
struct shrinker slept_shrinker = { .count_objects = count, .scan_objects = slept_scan_bad };
struct shrinker loop_shrinker = { .count_objects = count, .scan_objects = loop_scan_bad };
struct shrinker barrier_shrinker = { .count_objects = count, .scan_objects = barrier_scan_bad };
struct shrinker found_shrinker = { .count_objects = count, .scan_objects = found_scan_ok };
struct shrinker asked_shrinker = { .count_objects = count, .scan_objects = asked_scan_bad };
