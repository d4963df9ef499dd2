// SPDX-License-Identifier: MIT
/*
 * The same names as in left.c, without a lock.
 */
#include <linux/shrinker.h>

static unsigned long do_scan(unsigned long n)
{
	return n;
}

static unsigned long cache_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long right_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return do_scan(sc->nr_to_scan);
}

static struct shrinker shrinker = { .count_objects = cache_count, .scan_objects = right_scan_ok };

int right_init(void)
{
	return register_shrinker(&shrinker, "right");
}
