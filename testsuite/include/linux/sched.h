/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <asm/current.h>
#include <linux/types.h>

#define PF_EXITING		0x00000004
#define PF_IO_WORKER		0x00000010
#define PF_WQ_WORKER		0x00000020
#define PF_MEMALLOC		0x00000800
#define PF_KCOMPACTD		0x00010000
#define PF_KSWAPD		0x00020000
#define PF_MEMALLOC_NOFS	0x00040000
#define PF_MEMALLOC_NOIO	0x00080000
#define PF_KTHREAD		0x00200000
#define PF_MEMALLOC_PIN		0x10000000

#define TASK_RUNNING		0x0000
#define TASK_INTERRUPTIBLE	0x0001
#define TASK_UNINTERRUPTIBLE	0x0002
#define TASK_WAKEKILL		0x0100
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

struct mm_struct;
struct reclaim_state;

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	struct mm_struct *mm;
	struct reclaim_state *reclaim_state;
	void *journal_info;
};

void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_uninterruptible(long timeout);
void io_schedule(void);
int __cond_resched(void);
#define cond_resched() __cond_resched()
int wake_up_process(struct task_struct *task);
#define set_current_state(state_) WRITE_ONCE(current->__state, state_)
#define __set_current_state(state_) WRITE_ONCE(current->__state, state_)
bool signal_pending(struct task_struct *task);
bool fatal_signal_pending(struct task_struct *task);

#endif
