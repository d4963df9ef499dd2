// SPDX-License-Identifier: MIT
/* Masks that may sleep. */
#include <linux/shrinker.h>
#include <linux/slab.h>

static void *list;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 8;
}

static void fill(void)
{
	list = kmalloc(64, GFP_KERNEL);	/* cocci: reclaim-alloc */
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	void *p = kmalloc(sc->nr_to_scan, GFP_NOFS);	/* cocci: reclaim-alloc */

	fill();
	kfree(p);
	return 1;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	kfree(kmalloc(sc->nr_to_scan, GFP_NOWAIT | __GFP_NOWARN));
	return 1;
}

static struct shrinker bad = { .count_objects = count, .scan_objects = scan_bad };
static struct shrinker ok = { .count_objects = count, .scan_objects = scan_ok };

int list_init(void)
{
	return register_shrinker(&bad, "a") | register_shrinker(&ok, "b");
}
