// SPDX-License-Identifier: MIT
/*
 * check-name: the lock is taken in reclaim here, and held across an allocation in another file
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

#include "table.h"

static unsigned long table_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long table_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	table_lock(&the_table);		/* expect-note: reclaim-inversion "table_lock" */
	the_table.n--;
	table_unlock(&the_table);
	return 1;
}

static struct shrinker shrinker = { .count_objects = table_count_ok, .scan_objects = table_scan_bad };

int table_init(void)
{
	return register_shrinker(&shrinker, "table");
}
