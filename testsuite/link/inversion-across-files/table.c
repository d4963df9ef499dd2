// SPDX-License-Identifier: MIT
/* The lock and its wrapper. */
#include "table.h"

struct table the_table;

void table_lock(struct table *t)
{
	mutex_lock(&t->lock);	/* expect: reclaim-sleeping-lock "struct table.lock" root=table_scan_bad */
				/* expect@-1: reclaim-inversion "struct table.lock .* table_insert_bad" root=table_scan_bad */
}

void table_unlock(struct table *t)
{
	mutex_unlock(&t->lock);
}
