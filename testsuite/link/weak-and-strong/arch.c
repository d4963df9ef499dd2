// SPDX-License-Identifier: MIT
/*
 * What one architecture does of its own.
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(arch_lock);

void arch_flush_cache(void)
{
}

void arch_trim_cache(void)
{
	mutex_lock(&arch_lock);		/* expect: reclaim-sleeping-lock "arch_lock" root=trim_scan_bad contexts=all */
	mutex_unlock(&arch_lock);
}
