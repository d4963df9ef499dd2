// SPDX-License-Identifier: MIT
/*
 * check-name: a flags argument, masked and shifted on its way down
 */
#include <linux/bits.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

#define BUF_TRYLOCK	BIT(4)
#define BUF_ASYNC	BIT(5)
#define WALK_SHIFT	8
#define WALK_WAIT	1
#define WALK_DRAIN	2

struct buf { struct mutex lock, drain_lock; };
static struct buf *buf;

static int buf_get(struct buf *b, unsigned int flags)
{
	if (!(flags & BUF_TRYLOCK))
		mutex_lock(&b->lock);	/* expect: reclaim-sleeping-lock "buf.lock" root=wait_scan_bad contexts=all */
	else if (!mutex_trylock(&b->lock))
		return 0;
	mutex_unlock(&b->lock);
	return 1;
}

static int buf_walk(struct buf *b, unsigned int flags)
{
	unsigned int goal = (flags >> WALK_SHIFT) & 3;

	if (goal & WALK_DRAIN) {
		mutex_lock(&b->drain_lock);	/* expect: reclaim-sleeping-lock "buf.drain_lock" root=drain_scan_bad contexts=all */
		mutex_unlock(&b->drain_lock);
	}
	flags &= ~BUF_ASYNC;
	return buf_get(b, goal == WALK_WAIT ? flags & ~BUF_TRYLOCK : flags | BUF_TRYLOCK);
}

static int buf_reclaim(struct buf *b, unsigned int goal)
{
	return buf_walk(b, goal << WALK_SHIFT | BUF_ASYNC);
}

static unsigned long buf_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return buf_reclaim(buf, WALK_WAIT);
}

static unsigned long drain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return buf_reclaim(buf, WALK_DRAIN);
}

static unsigned long plain_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return buf_reclaim(buf, 0);
}

static struct shrinker wait = { .count_objects = buf_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker drain = { .count_objects = buf_count_ok, .scan_objects = drain_scan_bad };
static struct shrinker plain = { .count_objects = buf_count_ok, .scan_objects = plain_scan_ok };

int buf_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&drain, "drain") ?:
	       register_shrinker(&plain, "plain");
}
