/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/sched.h>
#include <linux/spinlock.h>

typedef struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
} wait_queue_head_t;
struct wait_queue_entry {
	unsigned int flags;
	void *private;
	struct list_head entry;
};

void init_wait_entry(struct wait_queue_entry *entry, int flags);
long prepare_to_wait_event(struct wait_queue_head *head, struct wait_queue_entry *entry, int state);
void finish_wait(struct wait_queue_head *head, struct wait_queue_entry *entry);
void __wake_up(struct wait_queue_head *head, unsigned int mode, int nr, void *key);
#define wake_up(head) __wake_up(head, TASK_NORMAL, 1, NULL)
#define wake_up_all(head) __wake_up(head, TASK_NORMAL, 0, NULL)

#define ___wait_event(head, condition, state) do {				\
	struct wait_queue_entry __entry;					\
	init_wait_entry(&__entry, 0);						\
	for (;;) {								\
		prepare_to_wait_event(&(head), &__entry, state);		\
		if (condition)							\
			break;							\
		schedule();							\
	}									\
	finish_wait(&(head), &__entry);						\
} while (0)

#define wait_event(head, condition) do {					\
	if (condition)								\
		break;								\
	___wait_event(head, condition, TASK_UNINTERRUPTIBLE);			\
} while (0)

int out_of_line_wait_on_bit(void *word, int bit, void *action, unsigned int mode);
int wait_on_bit(unsigned long *word, int bit, unsigned int mode);

#endif
