// SPDX-License-Identifier: MIT
/*
 * check-module: bdrv
 */
#include <linux/slab.h>

#include "conf.h"

struct bdrv { struct conf conf; void *p; };

int bdrv_grow_ok(struct bdrv *b)
{
	mutex_lock(&b->conf.su_mutex);
	b->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&b->conf.su_mutex);
	return 0;
}
