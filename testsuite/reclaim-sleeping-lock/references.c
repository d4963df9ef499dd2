// SPDX-License-Identifier: MIT
/*
 * check-name: a put after a get is not the last one
 */
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct buffer {
	struct kref ref;
	struct buffer *origin;
	int busy;
};
struct store { struct mutex kept_lock, twice_lock, asked_lock, ghost_lock; };
static struct store store;
static struct buffer *buffer;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static void kept_release_ok(struct kref *ref)
{
	mutex_lock(&store.kept_lock);
}
static noinline void use(struct buffer *b)
{
	kref_get(&b->ref);
}
static unsigned long kept_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = buffer;

	if (b->busy)
		return 0;
	use(b);
	kref_put(&b->ref, kept_release_ok);
	return 1;
}

/* The second put is of the reference that was there before. */
static void twice_release_bad(struct kref *ref)
{
	mutex_lock(&store.twice_lock);	/* expect: reclaim-sleeping-lock "store.twice_lock" contexts=all */
}
static unsigned long twice_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = buffer;

	kref_get(&b->ref);
	kref_put(&b->ref, twice_release_bad);
	kref_put(&b->ref, twice_release_bad);
	return 1;
}

/* Who asks whether it lives has none: others may drop theirs meanwhile. */
static void asked_release_bad(struct kref *ref)
{
	mutex_lock(&store.asked_lock);	/* expect: reclaim-sleeping-lock "store.asked_lock" contexts=all */
}
static unsigned long asked_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = buffer;

	if (!kref_get_unless_zero(&b->ref))
		return 0;
	kref_put(&b->ref, asked_release_bad);
	return 1;
}

/* A copy that lives longer than the call holds a reference to what it is a copy of. */
static void buffer_release_ok(struct kref *ref)
{
	mutex_lock(&store.ghost_lock);
}
static void ghost_release(struct kref *ref)
{
	struct buffer *ghost = container_of(ref, struct buffer, ref);

	kref_put(&ghost->origin->ref, buffer_release_ok);
	kfree(ghost);
}
static noinline struct buffer *make_ghost(struct buffer *b)
{
	struct buffer *ghost = kmalloc(sizeof(*ghost), GFP_NOWAIT);

	if (!ghost)
		return NULL;
	ghost->busy = b->busy;
	kref_get(&b->ref);
	ghost->origin = b;
	return ghost;
}
static unsigned long ghost_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct buffer *b = buffer, *ghost;

	if (b->busy)
		return 0;
	ghost = make_ghost(b);
	if (!ghost)
		return 0;
	kref_put(&ghost->ref, ghost_release);
	return 1;
}

struct shrinker kept_shrinker = { .count_objects = count, .scan_objects = kept_scan_ok };
struct shrinker twice_shrinker = { .count_objects = count, .scan_objects = twice_scan_bad };
struct shrinker asked_shrinker = { .count_objects = count, .scan_objects = asked_scan_bad };
struct shrinker ghost_shrinker = { .count_objects = count, .scan_objects = ghost_scan_ok };
