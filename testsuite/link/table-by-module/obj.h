/* SPDX-License-Identifier: MIT */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct obj;
struct obj_funcs { void (*free)(struct obj *obj); };
struct obj { const struct obj_funcs *funcs; struct mutex pages_lock, own_lock; int n; };

/* What a helper module brings for drivers to put into their tables; code of a header is nobody's. */
static inline void obj_helper_free(struct obj *obj)
{
	mutex_lock(&obj->pages_lock);
	mutex_unlock(&obj->pages_lock);
}

static inline void obj_get(struct obj *obj)
{
	obj->n++;
}
