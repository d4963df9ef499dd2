// SPDX-License-Identifier: MIT
/*
 * check-name: a walker in one file, each caller's callback in its own
 */
#include <linux/list.h>

#include "lru.h"

unsigned long lru_scan(struct lru *lru, unsigned long n, bool (*shrink)(struct item *item, void *arg),
		       void *arg)
{
	struct item *item, *next;
	unsigned long freed = 0;

	list_for_each_entry_safe(item, next, &lru->items, link) {
		if (freed == n)
			break;
		if (shrink(item, arg))		/* expect-via: argument "gpu_purge_bad" */
			freed++;
	}
	return freed;
}
