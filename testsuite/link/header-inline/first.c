// SPDX-License-Identifier: MIT
/*
 * check-name: the same inline function in two files, with two arguments
 */
#include <linux/shrinker.h>

#include "ring.h"

static struct ring ring;

static unsigned long first_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return ring.n;
}

static unsigned long first_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return ring_drain(&ring, true);		/* expect: reclaim-sleeping-lock "ring.lock" contexts=all */
}

static struct shrinker shrinker = { .count_objects = first_count_ok, .scan_objects = first_scan_bad };

int first_init(void)
{
	return register_shrinker(&shrinker, "first");
}
