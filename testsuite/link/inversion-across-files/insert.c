// SPDX-License-Identifier: MIT
/* Who holds it, and who allocates. */
#include <linux/slab.h>

#include "table.h"

void *table_grow(unsigned long n)
{
	return kmalloc(n * sizeof(void *), GFP_KERNEL);
}

int table_insert_bad(struct table *t)
{
	table_lock(t);
	t->slots = table_grow(t->n);
	table_unlock(t);
	return 0;
}

int table_replace_ok(struct table *t)
{
	void *slots = table_grow(t->n);

	table_lock(t);
	t->slots = slots;
	table_unlock(t);
	return 0;
}
