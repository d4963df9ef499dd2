/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/atomic.h>

struct mutex;
typedef struct refcount_struct { atomic_t refs; } refcount_t;

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}
static inline bool refcount_dec_and_test(refcount_t *r)
{
	return atomic_dec_and_test(&r->refs);
}
static inline void refcount_inc(refcount_t *r)
{
	atomic_inc(&r->refs);
}
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock);

#endif
