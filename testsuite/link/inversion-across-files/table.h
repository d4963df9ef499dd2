/* SPDX-License-Identifier: MIT */
#include <linux/mutex.h>

struct table { struct mutex lock; void *slots; unsigned long n; };
extern struct table the_table;

void table_lock(struct table *t);
void table_unlock(struct table *t);
void *table_grow(unsigned long n);
