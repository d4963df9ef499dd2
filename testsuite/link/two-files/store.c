// SPDX-License-Identifier: MIT
/*
 * The other half of shrinker.c.
 */
#include <linux/mutex.h>
#include <linux/types.h>

static DEFINE_MUTEX(store_lock);
static unsigned long n_stored;

unsigned long store_size_ok(void)
{
	return n_stored;
}

unsigned long store_trim(unsigned long n, bool may_sleep)
{
	if (may_sleep)
		mutex_lock(&store_lock);	/* expect: reclaim-sleeping-lock "store_lock" root=store_scan_bad contexts=all */
	else if (!mutex_trylock(&store_lock))
		return 0;
	n_stored -= n;
	mutex_unlock(&store_lock);
	return n;
}
