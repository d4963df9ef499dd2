// SPDX-License-Identifier: MIT
/*
 * check-module: lib/core
 */
#include <linux/delay.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(core_lock);
static unsigned long n_busy;

static unsigned long core_drain_bad(unsigned long n)
{
	while (n_busy > n)
		msleep(1);	/* expect: reclaim-sleeping-lock "delay in msleep" root=driver_scan_bad contexts=all */
	return n;
}

unsigned long core_flush_bad(unsigned long n)
{
	mutex_lock(&core_lock);	/* expect: reclaim-sleeping-lock "core_lock" root=driver_scan_bad contexts=all */
	n_busy -= n;
	mutex_unlock(&core_lock);
	return core_drain_bad(n);
}
