// SPDX-License-Identifier: MIT
/*
 * check-name: a function of a header is a target only by way of a table that the module can have to do with
 * check-module: objcore
 */
#include "core.h"

void obj_put(struct obj *obj)
{
	if (!--obj->n)
		obj->funcs->free(obj);	/* expect: reclaim-sleeping-lock "obj.pages_lock" root=bdrv_scan_bad */
}
