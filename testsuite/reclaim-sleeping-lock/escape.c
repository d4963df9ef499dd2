// SPDX-License-Identifier: MIT
/*
 * check-name: locals whose address somebody keeps
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct options { bool wait; unsigned int depth; };
struct index { struct mutex before_lock, after_lock, later_lock, kept_lock; };
static struct index index;
static struct options *published;

void publish_elsewhere(struct options *o);	/* expect-gap: no-body */
void unrelated(void);				/* expect-gap: no-body */

static void publish(struct options *o)
{
	published = o;
}

static unsigned long index_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long escape_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct options o = { .wait = false };

	if (o.wait) {
		mutex_lock(&index.before_lock);
		mutex_unlock(&index.before_lock);
	}
	publish_elsewhere(&o);
	if (o.wait) {
		mutex_lock(&index.after_lock);	/* expect: reclaim-sleeping-lock "index.after_lock" contexts=all */
		mutex_unlock(&index.after_lock);
	}
	return 1;
}

/* Once somebody keeps the address, any call may write: that is not seen. */
static unsigned long fn_later_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct options o = { .wait = false };

	publish_elsewhere(&o);
	o.wait = false;
	unrelated();				/* knows where it is */
	if (o.wait) {
		mutex_lock(&index.later_lock);	/* expect-missing: reclaim-sleeping-lock "index.later_lock" */
		mutex_unlock(&index.later_lock);
	}
	return 1;
}

/* Stored in a global, and written through it. */
static unsigned long global_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct options o = { .wait = false };

	publish(&o);
	published->wait = true;
	if (o.wait) {
		mutex_lock(&index.kept_lock);	/* expect: reclaim-sleeping-lock "index.kept_lock" contexts=all */
		mutex_unlock(&index.kept_lock);
	}
	return 1;
}

/* Nobody has seen this one. */
static unsigned long local_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct options o = { .wait = false };
	struct options *p = &o;

	p->depth = 3;
	unrelated();
	if (p->wait || o.depth != 3) {
		mutex_lock(&index.before_lock);
		mutex_unlock(&index.before_lock);
	}
	return 1;
}

static struct shrinker escape = { .count_objects = index_count_ok, .scan_objects = escape_scan_bad };
static struct shrinker later = { .count_objects = index_count_ok, .scan_objects = fn_later_scan_bad };
static struct shrinker global = { .count_objects = index_count_ok, .scan_objects = global_scan_bad };
static struct shrinker local = { .count_objects = index_count_ok, .scan_objects = local_scan_ok };

int index_init(void)
{
	return register_shrinker(&escape, "escape") ?: register_shrinker(&global, "global") ?:
	       register_shrinker(&local, "local");
}
