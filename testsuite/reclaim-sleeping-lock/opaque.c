// SPDX-License-Identifier: MIT
/*
 * check-name: a function that rules call opaque is not entered
 * check-options: --rules=opaque.yaml
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct audit { struct mutex lock, ring_lock; };
static struct audit audit;

/* opaque.yaml names this one. */
static noinline void audit_dump_ok(struct audit *t)
{
	mutex_lock(&t->lock);
	mutex_unlock(&t->lock);
}

static noinline void audit_drop(struct audit *t)
{
	mutex_lock(&t->ring_lock);	/* expect: reclaim-sleeping-lock "audit.ring_lock" contexts=all */
	mutex_unlock(&t->ring_lock);
}

static unsigned long audit_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long audit_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	audit_dump_ok(&audit);
	audit_drop(&audit);
	return 1;
}

static struct shrinker shrinker = { .count_objects = audit_count_ok, .scan_objects = audit_scan_bad };

int audit_init(void)
{
	return register_shrinker(&shrinker, "audit");
}
