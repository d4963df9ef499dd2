/* SPDX-License-Identifier: MIT */
/* A walker in a core file, its callers in drivers. */
#ifndef LRU_H
#define LRU_H

#include <linux/types.h>

struct item { struct list_head link; void *owner; };
struct lru { struct list_head items; };

unsigned long lru_scan(struct lru *lru, unsigned long n, bool (*shrink)(struct item *item, void *arg),
		       void *arg);

#endif
