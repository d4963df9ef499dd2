/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/mutex.h>
#include <linux/rwsem.h>

struct address_space;
struct page {
	unsigned long flags;
	struct list_head lru;
	struct address_space *mapping;
	unsigned long private;
};
struct mm_struct {
	struct rw_semaphore mmap_lock;
	unsigned long flags;
};
struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	const struct vm_operations_struct *vm_ops;
};

#endif
