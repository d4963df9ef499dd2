// SPDX-License-Identifier: MIT
/*
 * check-name: guard(), scoped_guard() and their conditional forms
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>

struct table { struct mutex guard_lock, scope_lock, try_lock; struct rw_semaphore sem; unsigned long n; };
static struct table table;

static unsigned long table_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return table.n;
}

static unsigned long guard_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	guard(mutex)(&table.guard_lock);	/* expect: reclaim-sleeping-lock "table.guard_lock" contexts=all */
	table.n--;
	return 1;
}

static unsigned long scope_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	scoped_guard(mutex, &table.scope_lock)	/* expect: reclaim-sleeping-lock "table.scope_lock" contexts=all */
		table.n--;
	scoped_guard(rwsem_read, &table.sem) {	/* expect: reclaim-sleeping-lock "table.sem" contexts=all */
		if (!table.n)
			return SHRINK_STOP;
	}
	return 1;
}

static unsigned long try_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	scoped_cond_guard(mutex_try, return SHRINK_STOP, &table.try_lock)
		table.n--;
	return 1;
}

/* The class without guard(): its pointer says whether it has the lock. */
static unsigned long class_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	CLASS(mutex_try, held)(&table.try_lock);

	if (!held)
		return SHRINK_STOP;
	table.n--;
	return 1;
}

static struct shrinker guarded = { .count_objects = table_count_ok, .scan_objects = guard_scan_bad };
static struct shrinker scoped = { .count_objects = table_count_ok, .scan_objects = scope_scan_bad };
static struct shrinker tried = { .count_objects = table_count_ok, .scan_objects = try_scan_ok };
static struct shrinker classed = { .count_objects = table_count_ok, .scan_objects = class_scan_ok };

int table_init(void)
{
	register_shrinker(&guarded, "guarded");
	register_shrinker(&scoped, "scoped");
	register_shrinker(&tried, "tried");
	return register_shrinker(&classed, "classed");
}
