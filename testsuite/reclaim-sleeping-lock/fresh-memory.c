// SPDX-License-Identifier: MIT
/*
 * check-name: memory that was just allocated is nobody else's
 */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct buffer {
	bool is_ghost, is_done;
	struct list_head lru;
	void (*destroy)(struct buffer *b);
};
struct cache { struct mutex plain_lock, ghost_lock, zero_lock, loop_lock, wait_lock, fail_lock; };
static struct cache cache;
static struct buffer *published;
static struct wait_queue_head queue;

static void destroy_plain(struct buffer *b)
{
	mutex_lock(&cache.plain_lock);		/* expect: reclaim-sleeping-lock "cache.plain_lock" contexts=all */
	mutex_unlock(&cache.plain_lock);
	kfree(b);
}
static void destroy_ghost_ok(struct buffer *b)
{
	kfree(b);
}
static void release(struct buffer *b)
{
	if (!b->is_ghost) {
		mutex_lock(&cache.ghost_lock);
		mutex_unlock(&cache.ghost_lock);
	}
	b->destroy(b);
}

/* Made by a helper, handed out through an argument, published on the way. */
static int make_ghost(struct buffer **ret)
{
	struct buffer *b = kmalloc(sizeof(*b), GFP_NOWAIT);

	if (!b)
		return -ENOMEM;
	b->is_ghost = true;
	b->destroy = destroy_ghost_ok;
	published = b;
	*ret = b;
	return 0;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long ghost_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b;

	if (make_ghost(&b))
		return SHRINK_STOP;
	release(b);
	return 1;
}

static unsigned long plain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = kzalloc(sizeof(*b), GFP_NOWAIT);

	if (!b) {
		mutex_lock(&cache.fail_lock);	/* expect: reclaim-sleeping-lock "cache.fail_lock" contexts=all */
		mutex_unlock(&cache.fail_lock);
		return SHRINK_STOP;
	}
	if (b->is_done) {
		mutex_lock(&cache.zero_lock);	/* zeroed memory: never */
		mutex_unlock(&cache.zero_lock);
	}
	b->is_ghost = true;
	b->destroy = destroy_plain;
	release(b);
	return 1;
}

/* What an earlier round put there says nothing of what the next one gets. */
static unsigned long loop_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b, *last = NULL;
	unsigned long i;

	for (i = 0; i < sc->nr_to_scan; i++) {
		b = kmalloc(sizeof(*b), GFP_NOWAIT);
		if (!b)
			break;
		if (b->is_ghost) {
			mutex_lock(&cache.loop_lock);	/* expect: reclaim-sleeping-lock "cache.loop_lock" contexts=all */
			mutex_unlock(&cache.loop_lock);
		}
		b->is_ghost = false;
		last = b;
	}
	kfree(last);
	return i;
}

/* Whoever has the address sets the flag that is waited for. */
static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = kzalloc(sizeof(*b), GFP_NOWAIT);

	if (!b)
		return SHRINK_STOP;
	published = b;
	wait_event(queue, b->is_done);		/* expect: reclaim-sleeping-lock "schedule" contexts=all */
	mutex_lock(&cache.wait_lock);		/* expect: reclaim-sleeping-lock "cache.wait_lock" contexts=all */
	mutex_unlock(&cache.wait_lock);
	return 1;
}

struct shrinker ghost_shrinker = { .count_objects = count, .scan_objects = ghost_scan_ok };
struct shrinker plain_shrinker = { .count_objects = count, .scan_objects = plain_scan_bad };
struct shrinker loop_shrinker = { .count_objects = count, .scan_objects = loop_scan_bad };
struct shrinker wait_shrinker = { .count_objects = count, .scan_objects = wait_scan_bad };
