/* SPDX-License-Identifier: MIT */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* What drivers embed: the class of its lock is one for all of them, the objects are each driver's. */
struct obj { struct mutex lock, meta_lock; void *pages, *meta; };

/* How an object is stored. */
struct obj_format { int (*read)(struct obj *obj); };

int obj_get_pages(struct obj *obj);
