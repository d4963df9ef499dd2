// SPDX-License-Identifier: MIT
/*
 * check-name: static functions of one name in two files are two functions
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

static DEFINE_MUTEX(left_lock);

static unsigned long do_scan(unsigned long n)
{
	mutex_lock(&left_lock);		/* expect: reclaim-sleeping-lock "left_lock" root=left_scan_bad contexts=all */
	mutex_unlock(&left_lock);
	return n;
}

static unsigned long cache_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long left_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return do_scan(sc->nr_to_scan);
}

static struct shrinker shrinker = { .count_objects = cache_count, .scan_objects = left_scan_bad };

int left_init(void)
{
	return register_shrinker(&shrinker, "left");
}
