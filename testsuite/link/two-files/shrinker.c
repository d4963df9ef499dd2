// SPDX-License-Identifier: MIT
/*
 * check-name: the callback here, the lock in another file
 */
#include <linux/shrinker.h>

unsigned long store_trim(unsigned long n, bool may_sleep);
unsigned long store_size_ok(void);

static unsigned long store_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return store_size_ok();
}

static unsigned long store_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return store_trim(sc->nr_to_scan, true);	/* expect-note: reclaim-sleeping-lock "store_trim" */
}

static unsigned long store_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return store_trim(sc->nr_to_scan, false);
}

static struct shrinker bad = { .count_objects = store_count_ok, .scan_objects = store_scan_bad };
static struct shrinker ok = { .count_objects = store_count_ok, .scan_objects = store_scan_ok };

int store_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
