// SPDX-License-Identifier: MIT
/*
 * check-name: what is waited for without a class, behind a call that takes a lock before
 * check-module: driver
 */
#include <linux/shrinker.h>

unsigned long core_flush_bad(unsigned long n);

static unsigned long driver_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long driver_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return core_flush_bad(sc->nr_to_scan);
}

static struct shrinker shrinker = { .count_objects = driver_count_ok, .scan_objects = driver_scan_bad };

int driver_init(void)
{
	return register_shrinker(&shrinker, "driver");
}
