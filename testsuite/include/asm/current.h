/* SPDX-License-Identifier: MIT */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

#include <linux/compiler.h>

struct task_struct;
extern struct task_struct *const current_task;

static __always_inline struct task_struct *get_current(void)
{
	return current_task;
}
#define current get_current()

#endif
