// SPDX-License-Identifier: MIT
/*
 * check-name: a function pointer in a struct on the caller's stack
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct walk {
	int (*visit)(struct walk *w, unsigned long at);
	struct mutex *lock;
	unsigned long n;
};
static DEFINE_MUTEX(table_lock);

static int visit_locked_bad(struct walk *w, unsigned long at)
{
	mutex_lock(&table_lock);	/* expect: reclaim-sleeping-lock "table_lock" root=table_scan_bad contexts=all */
	mutex_unlock(&table_lock);
	return 0;
}

static int visit_plain_ok(struct walk *w, unsigned long at)
{
	w->n++;
	return 0;
}

static unsigned long walk_range(struct walk *w, unsigned long end)
{
	for (unsigned long at = 0; at < end; at++)
		if (w->visit(w, at))
			break;
	return w->n;
}

static unsigned long table_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long table_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct walk w = { .visit = visit_locked_bad };

	return walk_range(&w, sc->nr_to_scan);
}

static unsigned long table_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct walk w = { .visit = visit_plain_ok };

	return walk_range(&w, sc->nr_to_scan);
}

static struct shrinker bad = { .count_objects = table_count, .scan_objects = table_scan_bad };
static struct shrinker ok = { .count_objects = table_count, .scan_objects = table_scan_ok };

int table_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
