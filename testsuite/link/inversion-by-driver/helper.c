// SPDX-License-Identifier: MIT
/*
 * check-name: who holds the lock of another driver's objects is no partner; who works for this one is
 * check-module: objcore
 */
#include <linux/slab.h>

#include "obj.h"

/* For drivers that ask for it: cdrv does. */
int obj_get_pages(struct obj *obj)
{
	mutex_lock(&obj->lock);
	obj->pages = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&obj->lock);
	return 0;
}
