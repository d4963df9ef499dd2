/* SPDX-License-Identifier: MIT */
/* One inline function, compiled into both files. */
#ifndef RING_H
#define RING_H

#include <linux/mutex.h>

struct ring { struct mutex lock; unsigned long n; };

static inline unsigned long ring_drain(struct ring *r, bool wait)
{
	if (wait)
		mutex_lock(&r->lock);
	else if (!mutex_trylock(&r->lock))
		return 0;
	r->n = 0;
	mutex_unlock(&r->lock);
	return 1;
}

#endif
