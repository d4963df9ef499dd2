// SPDX-License-Identifier: MIT
/*
 * check-name: a function that rules call opaque is not entered
 * check-options: --rules=opaque.yaml
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct trace { struct mutex lock, ring_lock; };
static struct trace trace;

/* opaque.yaml names this one. */
static noinline void trace_dump_ok(struct trace *t)
{
	mutex_lock(&t->lock);
	mutex_unlock(&t->lock);
}

static noinline void trace_drop(struct trace *t)
{
	mutex_lock(&t->ring_lock);	/* expect: reclaim-sleeping-lock "trace.ring_lock" contexts=all */
	mutex_unlock(&t->ring_lock);
}

static unsigned long trace_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long trace_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	trace_dump_ok(&trace);
	trace_drop(&trace);
	return 1;
}

static struct shrinker shrinker = { .count_objects = trace_count_ok, .scan_objects = trace_scan_bad };

int trace_init(void)
{
	return register_shrinker(&shrinker, "trace");
}
